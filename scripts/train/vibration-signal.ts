import { type Random, seededRandom } from './random.ts';
import type { Labelled } from './task.ts';

/** Samples of one recording, taken at `sampleRate` per second. */
export const recordingLength = 256;
const sampleRate = 4096;

/**
 * What the machine can have. A rolling bearing with a defect is struck once each time a ball passes it; how often that is per
 * turn of the shaft follows from the bearing's geometry (here 9 balls, ball diameter over pitch diameter 0.2, contact angle 0).
 * Source: R. B. Randall, J. Antoni, "Rolling element bearing diagnostics - a tutorial", Mech. Syst. Signal Process. 25 (2011).
 */
export const conditions = [
  'healthy',
  'unbalance',
  'misalignment',
  'outer race defect',
  'inner race defect',
  'ball defect',
] as const;

const balls = 9;
const diameterRatio = 0.2;
/** Strikes per turn of the shaft. */
const strikeRates: Partial<Record<(typeof conditions)[number], number>> = {
  'outer race defect': (balls / 2) * (1 - diameterRatio),
  'inner race defect': (balls / 2) * (1 + diameterRatio),
  'ball defect': (1 / (2 * diameterRatio)) * (1 - diameterRatio * diameterRatio),
};

/** `count` recordings as an 8-bit converter gives them, -128..127 for -1..1 of its range, each condition in turn. */
export function recordVibrations(count: number, seed: number): Labelled {
  const random = seededRandom(seed);
  const bytes = new Int8Array(count * recordingLength);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % conditions.length);
  for (let i = 0; i < count; i++) bytes.set(recordVibration(labels[i]!, random), i * recordingLength);
  return { count, bytes, labels };
}

/** One recording: a shaft at some speed, its two lowest harmonics, strikes if there is a defect, and noise. */
export function recordVibration(condition: number, random: Random): Int8Array {
  const name = conditions[condition]!;
  const turns = random.between(28, 40) / sampleRate;
  const signal = new Float64Array(recordingLength);
  addTone(signal, turns, name === 'unbalance' ? random.between(0.22, 0.5) : random.between(0.02, 0.16), random);
  addTone(signal, 2 * turns, name === 'misalignment' ? random.between(0.2, 0.45) : random.between(0.01, 0.14), random);
  const rate = strikeRates[name];
  if (rate !== undefined) addStrikes(signal, turns, rate, name === 'inner race defect', random);
  const noise = random.between(0.04, 0.17);
  return Int8Array.from(signal, (value) => {
    const steps = Math.round(128 * (value + noise * random.normal()));
    return Math.min(127, Math.max(-128, steps));
  });
}

function addTone(signal: Float64Array, cyclesPerSample: number, amplitude: number, random: Random): void {
  const phase = random.uniform();
  for (let t = 0; t < signal.length; t++)
    signal[t]! += amplitude * Math.sin(2 * Math.PI * (cyclesPerSample * t + phase));
}

/**
 * Each strike makes the housing ring: a decaying oscillation. Balls slip a little, so the distance of two strikes varies; an
 * inner race turns through the loaded side of the bearing, so its strikes swell and fade once per turn.
 */
function addStrikes(signal: Float64Array, turns: number, perTurn: number, swells: boolean, random: Random): void {
  const strength = random.between(0.3, 0.8);
  const ringing = random.between(0.16, 0.26);
  const damping = random.between(0.78, 0.88);
  const loaded = random.uniform();
  const spacing = 1 / (turns * perTurn);
  // Starting before the recording, so that a strike's tail may be all that is heard of it.
  for (let at = -2 * spacing * random.uniform(); at < signal.length; at += spacing * (1 + 0.02 * random.normal())) {
    const swell = swells ? 0.55 + 0.45 * Math.cos(2 * Math.PI * (turns * at + loaded)) : 1;
    let envelope = strength * swell * (1 + 0.15 * random.normal());
    for (let t = Math.ceil(at); envelope * envelope > 1e-6 && t < signal.length; t++) {
      if (t >= 0) signal[t]! += envelope * Math.sin(2 * Math.PI * ringing * (t - at));
      envelope *= damping;
    }
  }
}
