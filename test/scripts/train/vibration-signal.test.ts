import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { conditions, recordingLength, recordVibrations } from '../../../scripts/train/vibration-signal.ts';

const hash = (bytes: Uint8Array | Int8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('vibrations', () => {
  test('are the same bytes for a seed, for every count', () => {
    const recordings = recordVibrations(12, 1);
    expect(hash(recordings.bytes)).toMatchInlineSnapshot(`"793b5fdd3599324a"`);
    expect(recordVibrations(50, 1).bytes.subarray(0, recordings.bytes.length)).toEqual(recordings.bytes);
    expect([...recordings.labels]).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
  });

  test('differ from seed to seed and from recording to recording', () => {
    const seen = new Set<string>();
    for (const seed of [1, 2]) {
      const { bytes, count } = recordVibrations(600, seed);
      for (let i = 0; i < count; i++) seen.add(hash(bytes.subarray(i * recordingLength, (i + 1) * recordingLength)));
    }
    expect(seen.size).toBe(1200);
  });

  test('show what they are labelled with', () => {
    const { bytes, labels, count } = recordVibrations(360, 3);
    const recording = (i: number): number[] =>
      Array.from(bytes.subarray(i * recordingLength, (i + 1) * recordingLength), (byte) => byte / 128);
    /** Mean over the recordings of one condition. */
    const mean = (condition: string, measure: (values: number[]) => number): number => {
      const chosen = Array.from({ length: count }, (_, i) => i).filter((i) => conditions[labels[i]!] === condition);
      return chosen.reduce((sum, i) => sum + measure(recording(i)), 0) / chosen.length;
    };
    /** Amplitude near a frequency in hertz: the largest of a few around it, since the speed of the shaft varies. */
    const tone = (low: number, high: number) => (values: number[]) => {
      let best = 0;
      for (let hertz = low; hertz <= high; hertz += 2) {
        let [re, im] = [0, 0];
        for (const [t, value] of values.entries()) {
          re += value * Math.cos((2 * Math.PI * hertz * t) / 4096);
          im += value * Math.sin((2 * Math.PI * hertz * t) / 4096);
        }
        best = Math.max(best, (2 * Math.hypot(re, im)) / values.length);
      }
      return best;
    };
    expect(mean('unbalance', tone(28, 40))).toBeGreaterThan(2 * mean('healthy', tone(28, 40)));
    expect(mean('misalignment', tone(56, 80))).toBeGreaterThan(2 * mean('healthy', tone(56, 80)));
    // The housing rings at 0.16 to 0.26 cycles a sample, and only when it is struck.
    for (const condition of ['outer race defect', 'inner race defect', 'ball defect']) {
      expect(mean(condition, tone(655, 1065)), condition).toBeGreaterThan(1.5 * mean('healthy', tone(655, 1065)));
    }
    // An inner race is struck most often, a ball least: so much sound is there on the whole.
    const power = (values: number[]): number => values.reduce((sum, value) => sum + value * value, 0);
    expect(mean('outer race defect', power)).toBeGreaterThan(mean('ball defect', power));
    expect(mean('ball defect', power)).toBeGreaterThan(mean('healthy', power));
  });

  test('use the range of the converter, and seldom overrun it', () => {
    const { bytes } = recordVibrations(600, 4);
    expect([...bytes].reduce((most, byte) => Math.max(most, byte), 0)).toBeGreaterThan(100);
    expect(bytes.filter((byte) => byte === 127 || byte === -128).length / bytes.length).toBeLessThan(0.01);
  });
});
