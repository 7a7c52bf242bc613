import { type Random, seededRandom } from './random.ts';
import type { Labelled } from './task.ts';

/** Side of a picture in pixels; three channels: red, green, blue. */
export const pictureSide = 16;
const values = 3 * pictureSide * pictureSide;

/** How strongly the pattern is present at a point, 0..1; coordinates in pixels. */
type Pattern = (x: number, y: number) => number;

/** A new pattern of one kind: its scale, its position and its direction are drawn. */
const kinds: Readonly<Record<string, (random: Random) => Pattern>> = {
  'lines across': (random) => stripes(random, 0.16 * random.normal()),
  'lines upright': (random) => stripes(random, Math.PI / 2 + 0.16 * random.normal()),
  'lines aslant': (random) => stripes(random, (random.below(2) + 0.5) * (Math.PI / 2) + 0.14 * random.normal()),
  squares: (random) => {
    const angle = Math.PI * random.uniform();
    const period = random.between(5.5, 9);
    const across = wave(random, angle, period);
    const upright = wave(random, angle + Math.PI / 2, period);
    return (x, y) => ramp(2.5 * across(x, y) * upright(x, y));
  },
  dots: (random) => {
    const angle = Math.PI * random.uniform();
    const period = random.between(5.5, 8);
    const across = wave(random, angle, period);
    const upright = wave(random, angle + Math.PI / 2, period);
    return (x, y) => ramp(2.5 * (across(x, y) + upright(x, y) - 1));
  },
  mesh: (random) => {
    const angle = Math.PI * random.uniform();
    const period = random.between(5.5, 8);
    const across = wave(random, angle, period);
    const upright = wave(random, angle + Math.PI / 2, period);
    return (x, y) => ramp(4 * (Math.max(across(x, y), upright(x, y)) - 0.8));
  },
  rings: (random) => {
    const [u, v] = [random.between(2, 14), random.between(2, 14)];
    const period = random.between(4, 7.5);
    const phase = random.uniform();
    return (x, y) => ramp(1.5 * Math.sin(2 * Math.PI * (Math.sqrt((x - u) ** 2 + (y - v) ** 2) / period + phase)));
  },
  clouds: (random) => {
    const waves = Array.from({ length: 5 }, () => wave(random, 2 * Math.PI * random.uniform(), random.between(7, 22)));
    return (x, y) => ramp(0.9 * waves.reduce((sum, each) => sum + each(x, y), 0));
  },
};

export const textures: readonly string[] = Object.keys(kinds);

/** From -1..1 to 0..1, everything beyond cut off. */
const ramp = (value: number): number => Math.min(1, Math.max(0, 0.5 + 0.5 * value));

/** A plane wave of so many pixels' period that runs at an angle, -1..1. */
function wave(random: Random, angle: number, period: number): Pattern {
  const phase = random.uniform();
  const [u, v] = [-Math.sin(angle) / period, Math.cos(angle) / period];
  return (x, y) => Math.sin(2 * Math.PI * (u * x + v * y + phase));
}

function stripes(random: Random, angle: number): Pattern {
  const across = wave(random, angle, random.between(3.2, 8));
  const contrast = random.between(0.8, 2.5);
  return (x, y) => ramp(contrast * across(x, y));
}

/** `count` pictures as a camera gives them, 0..255, each texture in turn. Deterministic for a seed. */
export function drawTextures(count: number, seed: number): Labelled {
  const random = seededRandom(seed);
  const bytes = new Uint8Array(count * values);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % textures.length);
  for (let i = 0; i < count; i++) bytes.set(drawTexture(labels[i]!, random), i * values);
  return { count, bytes, labels };
}

/** One picture: a pattern in two colours, light that falls off to one side, and a poor camera. */
export function drawTexture(texture: number, random: Random): Uint8Array {
  const pattern = kinds[textures[texture]!]!(random);
  const [back, front] = twoColours(random);
  const [u, v] = [0.02 * random.normal(), 0.02 * random.normal()];
  const grain = random.between(0.01, 0.09);
  const out = new Uint8Array(values);
  for (let y = 0; y < pictureSide; y++) {
    for (let x = 0; x < pictureSide; x++) {
      const present = pattern(x + 0.5, y + 0.5);
      const light = 1 + u * (x - 7.5) + v * (y - 7.5);
      for (let channel = 0; channel < 3; channel++) {
        const colour = back[channel]! + (front[channel]! - back[channel]!) * present;
        const value = light * colour + grain * random.normal();
        out[(y * pictureSide + x) * 3 + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    }
  }
  return out;
}

/** Any two colours that can be told apart. */
function twoColours(random: Random): [number[], number[]] {
  for (;;) {
    const colour = () => [random.uniform(), random.uniform(), random.uniform()];
    const [back, front] = [colour(), colour()];
    if (back.reduce((sum, value, channel) => sum + Math.abs(value - front[channel]!), 0) > 0.7) return [back, front];
  }
}
