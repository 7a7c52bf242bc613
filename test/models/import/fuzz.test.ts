/** Damaged .tflite files: each is either still a valid network or a Fault, quickly and without large allocations. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkGraph } from '../../../models/check-graph.ts';
import type { Graph, TensorData } from '../../../models/graph.ts';
import { importTflite } from '../../../models/import/tflite.ts';
import { runGraph } from '../../../models/reference.ts';
import { tensorElements } from '../../../models/shape.ts';
import { graphTotals } from '../../../models/statistics.ts';
import { allocate, highestOf, lowestOf } from '../../../models/tensor-type.ts';
import { Fault } from '../../../specs/fault.ts';
import { dataFolder, toolsAreRequired } from '../../support/data.ts';
import { processorMilliseconds } from '../../support/processor-time.ts';
import { type Random, seededRandom } from '../../support/random.ts';
import { randomDescription } from '../../support/random-graph.ts';
import { randomTflite } from '../../support/random-tflite.ts';
import { encodeTflite, writeTflite } from '../../support/tflite-writer.ts';
import { smallModel } from './small-model.ts';

const seed = 2026;
const files = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 20_000 : 2_000;

function bases(): Uint8Array[] {
  const options = { groups: true, weightZeroPoint: true, reshape: true, quantize: true, softmax: true };
  const list = [
    writeTflite(smallModel()),
    ...fc.sample(randomDescription(options), { numRuns: 20, seed }).map(writeTflite),
    ...Array.from({ length: 40 }, (_, at) => encodeTflite(randomTflite(at, at % 2 === 1).file)),
  ];
  const data = dataFolder();
  if (data === null && toolsAreRequired())
    throw new Error('JOULESMITH_REQUIRE_TOOLS=1: the shared data folder is missing');
  if (data === null)
    console.log('without the shared data folder only generated files are damaged (set JOULESMITH_DATA)');
  for (const real of ['mlperf_kws/kws_ref_model.tflite', 'tflm_hello_world/hello_world_int8.tflite']) {
    if (data !== null && existsSync(path.join(data, real)))
      list.push(new Uint8Array(readFileSync(path.join(data, real))));
  }
  return list;
}

/** A word that looks like an offset, a length or a small number, rather than weights: that is where damage matters. */
function structuralWord(random: Random, view: DataView): number {
  const words = Math.floor(view.byteLength / 4);
  let word = 0;
  for (let tries = 0; tries < 50; tries += 1) {
    word = random.integer(0, words - 1);
    const value = view.getUint32(4 * word, true);
    if (value !== 0 && value < view.byteLength) break;
  }
  return 4 * word;
}

const hugeWords = [0x7fffffff, 0xffffffff, 0x80000000, 0x28000000, 0x00010000, 0x7fc00000, 0xffffff00];

function mutate(random: Random, base: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = base.slice();
  const view = new DataView(bytes.buffer);
  const rounds = random.integer(1, 4);
  for (let round = 0; round < rounds; round += 1) {
    switch (random.integer(0, 6)) {
      case 0:
        bytes[random.integer(0, bytes.length - 1)]! ^= 1 << random.integer(0, 7);
        break;
      case 1:
        bytes[structuralWord(random, view) + random.integer(0, 3)]! ^= 1 << random.integer(0, 7);
        break;
      case 2:
        view.setUint32(structuralWord(random, view), 0, true);
        break;
      case 3:
        view.setUint32(structuralWord(random, view), hugeWords[random.integer(0, hugeWords.length - 1)]!, true);
        break;
      case 4:
        view.setUint32(structuralWord(random, view), random.integer(0, bytes.length), true);
        break;
      case 5: {
        const length = random.integer(1, Math.min(64, other.length, bytes.length));
        const from = random.integer(0, other.length - length);
        bytes.set(other.subarray(from, from + length), random.integer(0, bytes.length - length));
        break;
      }
      case 6:
        if (random.integer(0, 3) === 0) return bytes.slice(0, random.integer(0, bytes.length));
        break;
    }
  }
  return bytes;
}

function isSmall(graph: Graph): boolean {
  const elements = [...graph.tensors.values()].reduce((sum, { shape }) => sum + tensorElements(shape), 0);
  return elements < 1e6 && graphTotals(graph).macs < 5e6;
}

function randomContent(graph: Graph, seed: number): Map<number, TensorData> {
  const random = seededRandom(seed);
  return new Map(
    graph.inputs.map((id) => {
      const tensor = graph.tensors.get(id)!;
      const data = allocate(tensor, tensorElements(tensor.shape));
      return [id, data.map(() => random.integer(lowestOf(tensor), highestOf(tensor)))];
    }),
  );
}

test(`${files} damaged files (seed ${seed})`, { timeout: 600_000 }, () => {
  const random = seededRandom(seed);
  const list = bases();
  const before = process.memoryUsage().rss;
  const outcomes: Record<string, number> = { 'valid network': 0, 'run to its end': 0 };
  let slowest = 0;
  let highest = 0;
  for (let file = 0; file < files; file += 1) {
    const base = list[random.integer(0, list.length - 1)]!;
    const bytes = mutate(random, base, list[random.integer(0, list.length - 1)]!);
    const start = processorMilliseconds();
    try {
      const graph = importTflite(bytes, 'damaged.tflite');
      slowest = Math.max(slowest, processorMilliseconds() - start);
      checkGraph(graph);
      outcomes['valid network']! += 1;
      if (isSmall(graph)) {
        runGraph(graph, randomContent(graph, file));
        outcomes['run to its end']! += 1;
      }
    } catch (error) {
      slowest = Math.max(slowest, processorMilliseconds() - start);
      if (!(error instanceof Fault)) throw new Error(`file ${file} of seed ${seed}`, { cause: error });
      expect(error.kind).toBe('request');
      outcomes[error.code] = (outcomes[error.code] ?? 0) + 1;
    }
    highest = Math.max(highest, process.memoryUsage().rss);
  }
  const megabytes = Math.round((highest - before) / 1e6);
  console.log(
    `${files} damaged files from ${list.length}: slowest ${slowest.toFixed(0)} ms, memory grew ${megabytes} MB,`,
    JSON.stringify(outcomes),
  );
  expect(slowest).toBeLessThan(1000);
  expect(megabytes).toBeLessThan(1000);
  expect(outcomes['run to its end']).toBeGreaterThan(files / 100);
  expect(Object.keys(outcomes).length).toBeGreaterThan(10);
});
