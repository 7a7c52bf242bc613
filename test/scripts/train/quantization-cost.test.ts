import { describe, expect, test } from 'vitest';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { type Cost, quantizationCost } from '../../../scripts/train/quantization-cost.ts';
import { scannedFiles, scannedTasks } from '../../../scripts/train/scanned-digits.ts';
import { heldOut, heldOutCount, heldOutSeed, trainingSeed } from '../../../scripts/train/task.ts';
import { tasks } from '../../../scripts/train/tasks.ts';
import { trainFloat } from '../../../scripts/train/train.ts';
import { needData } from '../../support/data.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const zooSamples = exhaustive ? heldOutCount : 500;
const barred = ['int8', 'int4 weights'];

/** At most half a point lost in int8, at most three with weights of 4 bits. */
function expectCheap({ float, forms }: Cost): void {
  expect(100 * (float - forms.int8!)).toBeLessThanOrEqual(0.5 + 1e-9);
  expect(100 * (float - forms['int4 weights']!)).toBeLessThanOrEqual(3 + 1e-9);
}

describe('the networks of the zoo lose little', () => {
  test.each(tasks.map((task) => [task.name, task] as const))(
    '%s',
    (name, task) => {
      expectCheap(quantizationCost(task, loadZoo(name).float, task.make(zooSamples, heldOutSeed), barred));
    },
    120_000,
  );
});

needData(
  'digits that people wrote: training and held-out images are apart, and all of them',
  scannedFiles,
  (folder) => {
    for (const [task, total] of scannedTasks(folder).map((task, i) => [task, i < 2 ? 1000 : 1797] as const)) {
      const [training, held] = [task.make(1e6, trainingSeed), task.make(1e6, heldOutSeed)];
      expect(training.count + held.count).toBe(total);
      expect(training.count).toBe(task.recipe.samples);
      const counts = new Uint32Array(10);
      for (const label of [...training.labels, ...held.labels]) counts[label]! += 1;
      // Ten classes of about the same size, each image once.
      expect(Math.min(...counts)).toBeGreaterThan(total / 13);
      expect(counts.reduce((a, b) => a + b, 0)).toBe(total);
      expect(task.make(5, heldOutSeed).bytes).toEqual(held.bytes.subarray(0, 5 * task.inputShape[0] ** 2));
    }
  },
);

if (exhaustive) {
  needData('networks trained on digits that people wrote lose little', scannedFiles, async (folder) => {
    for (const task of scannedTasks(folder)) {
      const { float } = await trainFloat(task, () => undefined);
      const cost = quantizationCost(task, float, heldOut(task), barred);
      // A network that reads nothing has nothing to lose.
      expect(cost.float).toBeGreaterThan(0.8);
      expectCheap(cost);
    }
  });
} else {
  test.skip('networks trained on digits that people wrote lose little: skipped, needs JOULESMITH_EXHAUSTIVE=1', () => {});
}
