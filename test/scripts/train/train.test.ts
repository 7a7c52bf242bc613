import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../../scripts/train/random.ts';
import { buildSeparable } from '../../../scripts/train/separable-network.ts';
import type { Task } from '../../../scripts/train/task.ts';
import { tasks } from '../../../scripts/train/tasks.ts';
import { train } from '../../../scripts/train/train.ts';
import { zooFolder } from '../../../scripts/train/write-network.ts';
import { check } from '../../../specs/check.ts';
import { ModelCard } from '../../../specs/model.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-train-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contents = (path: string): Record<string, string> =>
  Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));

async function trained(task: Task, name: string): Promise<{ files: Record<string, string>; said: string[] }> {
  const path = join(folder, name);
  const said: string[] = [];
  await train(task, pathToFileURL(`${path}/`), (line) => said.push(line));
  return { files: contents(path), said };
}

/** Is the left or the right half brighter? */
const halves: Task = {
  name: 'halves',
  sentence: 'Says which half of a picture is brighter.',
  classes: ['left', 'right'],
  inputShape: [4, 4, 1],
  make(count, seed) {
    const random = seededRandom(seed);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const bytes = Uint8Array.from({ length: 16 * count }, (_, i) => {
      const bright = (i % 4 >= 2 ? 1 : 0) === labels[i >> 4];
      return random.below(120) + (bright ? 60 : 0);
    });
    return { count, bytes, labels };
  },
  real: (byte) => byte / 255,
  inputRange: { min: 0, max: 1 },
  build: (tf, seed) =>
    buildSeparable(tf, seed, {
      inputShape: [4, 4, 1],
      stem: { kernel: [3, 3], stride: [1, 1], filters: 4 },
      kernel: [3, 3],
      stages: [{ stride: [1, 2], filters: 4 }],
      pool: [4, 2],
      classes: 2,
    }),
  recipe: { samples: 640, epochs: 4, batch: 16, learningRate: 0.01, seed: 7 },
  data: 'random halves',
  use: 'A test.',
  limits: 'Only a test.',
};

test('a run learns, writes a checked card, and the same bytes as the run before it', async () => {
  const first = await trained(halves, 'first');
  const second = await trained(halves, 'second');
  expect(Object.keys(first.files).sort()).toEqual(
    ['README.md', 'card.json', 'float.json', 'halves.joulesmith.json', 'samples.json'].sort(),
  );
  expect(second.files).toEqual(first.files);
  const card = check(ModelCard, JSON.parse(first.files['card.json']!), 'card.json');
  expect(card.accuracy.float).toBeGreaterThan(0.9);
  expect(card.accuracy.int8).toBeGreaterThan(0.9);
  expect(card).toMatchObject({ name: 'halves', classes: ['left', 'right'], use: 'A test.', limits: 'Only a test.' });
  expect(first.said[0]).toMatch(/^training halves on 640 samples, TensorFlow\.js \S+, backend wasm$/);
  expect(first.said.filter((line) => line.startsWith('epoch '))).toHaveLength(4);
});

test('another seed gives other weights', async () => {
  const recipe = { ...halves.recipe, epochs: 1, seed: 8 };
  const one = await trained({ ...halves, recipe: { ...recipe, seed: 7 } }, 'seven');
  const other = await trained({ ...halves, recipe }, 'eight');
  expect(other.files['float.json']).not.toBe(one.files['float.json']);
});

/** Minutes for each network. */
test.runIf(process.env.JOULESMITH_EXHAUSTIVE === '1').each(tasks.map((task) => [task.name, task] as const))(
  'training %s again gives the files of the zoo, byte for byte (the same platform and release of TensorFlow.js)',
  async (name, task) => {
    const { files } = await trained(task, name);
    expect(files).toEqual(contents(new URL(`${name}/`, zooFolder).pathname));
  },
);
