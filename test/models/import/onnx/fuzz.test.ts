/** Damaged ONNX files: every one ends soon, in a typed error or a valid network. */
import { expect, test } from 'vitest';
import { checkGraph } from '../../../../models/check-graph.ts';
import { supportedOperators } from '../../../../models/import/onnx/known-operators.ts';
import { importOnnx } from '../../../../models/import/onnx.ts';
import { runGraph } from '../../../../models/reference.ts';
import { tensorElements } from '../../../../models/shape.ts';
import { graphTotals } from '../../../../models/statistics.ts';
import { Fault } from '../../../../specs/fault.ts';
import { type ModelText, type NodeText, writeOnnx } from '../../../support/onnx-writer.ts';
import { processorMilliseconds } from '../../../support/processor-time.ts';
import { type Random, seededRandom } from '../../../support/random.ts';
import { randomOnnx, type Style } from '../../../support/random-onnx.ts';

const files = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 20_000 : 2_000;
const seed = Number(process.env.JOULESMITH_SEED ?? 2026);

function bases(): ModelText[] {
  const styles: readonly Style[] = ['float', 'qlinear', 'qdq'];
  return Array.from({ length: 24 }, (_, i) => randomOnnx(seed + i, styles[i % 3]!).model);
}

const interesting = [0, 1, 2, 3, 7, 8, 10, 15, 18, 42, 58, 127, 128, 129, 254, 255];

/** Bits, bytes, numbers, cut, repeated and exchanged parts. */
function mutate(random: Random, base: Uint8Array, other: Uint8Array): Uint8Array {
  let bytes = Uint8Array.from(base);
  const times = random.integer(1, 5);
  for (let time = 0; time < times && bytes.length > 0; time += 1) {
    const at = random.integer(0, bytes.length - 1);
    const length = random.integer(1, Math.min(64, bytes.length - at));
    const part = bytes.subarray(at, at + length);
    switch (random.integer(0, 8)) {
      case 0:
        bytes[at]! ^= 1 << random.integer(0, 7);
        break;
      case 1:
        bytes[at] = interesting[random.integer(0, interesting.length - 1)]!;
        break;
      case 2:
        bytes.fill(random.integer(0, 255), at, at + Math.min(length, 10));
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
        break;
      case 5:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]);
        break;
      case 6: {
        const from = random.integer(0, other.length - 1);
        bytes.set(other.subarray(from, from + Math.min(length, bytes.length - at)), at);
        break;
      }
      case 7:
        // A huge number where a small one stood, without moving anything.
        for (let i = 0; i < length && i < 9; i += 1) bytes[at + i]! |= 128;
        break;
      default:
        bytes[at] = (bytes[at]! + random.integer(1, 3)) & 255;
    }
  }
  return bytes;
}

const numbers = [-1, 0, 1, 2, 3, 4, 5, 7, 64, 255, 1000, 65536, 2 ** 20, 2 ** 31, 2 ** 40, -(2 ** 40)];
const number = (random: Random): number => numbers[random.integer(0, numbers.length - 1)]!;
const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(0, items.length - 1)]!;
const changed = <T>(items: readonly T[], at: number, change: (item: T) => T): T[] =>
  items.map((item, i) => (i === at ? change(item) : item));

function damageAttributes(random: Random, node: NodeText): NodeText {
  const names = Object.keys(node.attributes ?? {});
  if (names.length === 0) return { ...node, attributes: { axis: number(random), group: number(random) } };
  const name = pick(random, names);
  const value = node.attributes![name]!;
  const other = Array.isArray(value)
    ? changed(value as number[], random.integer(0, value.length - 1), () => number(random))
    : number(random);
  return { ...node, attributes: { ...node.attributes, [name]: random.integer(0, 9) === 0 ? 'odd' : other } };
}

/** A well-formed file of a network that makes little sense. */
function damageModel(random: Random, model: ModelText): ModelText {
  const { nodes, initializers = {} } = model;
  const at = random.integer(0, nodes.length - 1);
  const names = [...nodes.flatMap((node) => [...node.inputs, ...node.outputs]), ''];
  const constants = Object.keys(initializers);
  switch (random.integer(0, 9)) {
    case 0:
      return { ...model, nodes: changed(nodes, at, (node) => damageAttributes(random, node)) };
    case 1:
      return {
        ...model,
        nodes: changed(nodes, at, (node) => ({ ...node, operator: pick(random, [...supportedOperators]) })),
      };
    case 2:
      return {
        ...model,
        nodes: changed(nodes, at, (node) => ({
          ...node,
          inputs: changed(node.inputs, random.integer(0, node.inputs.length - 1), () => pick(random, names)),
        })),
      };
    case 3:
      return { ...model, nodes: nodes.filter((_, i) => i !== at) };
    case 4:
      return { ...model, nodes: [...nodes, nodes[at]!] };
    case 5:
    case 6: {
      if (constants.length === 0) return model;
      const name = pick(random, constants);
      const tensor = initializers[name]!;
      const values = changed(Array.from(tensor.values), random.integer(0, Math.max(0, tensor.values.length - 1)), () =>
        number(random),
      );
      const shape = random.integer(0, 2) === 0 ? changed(tensor.shape, 0, () => number(random)) : tensor.shape;
      const rank = random.integer(0, 5) === 0 ? [...tensor.shape, 1] : shape;
      return { ...model, initializers: { ...initializers, [name]: { ...tensor, shape: rank, values } } };
    }
    case 7:
      return {
        ...model,
        inputs: changed(model.inputs, 0, (port) => ({
          ...port,
          shape: changed(port.shape, random.integer(0, port.shape.length - 1), () => number(random)),
          type: pick(random, ['float', 'int8', 'uint8', 'int64'] as const),
        })),
      };
    case 8:
      return { ...model, outputs: changed(model.outputs, 0, (port) => ({ ...port, name: pick(random, names) })) };
    default:
      return { ...model, opset: random.integer(9, 24) };
  }
}

function draw(random: Random, models: readonly ModelText[], written: readonly Uint8Array[]): Uint8Array {
  if (random.integer(0, 1) === 0) return mutate(random, pick(random, written), pick(random, written));
  let model = pick(random, models);
  for (let time = random.integer(1, 2); time > 0; time -= 1) model = damageModel(random, model);
  return writeOnnx(model);
}

test(`${files} damaged files (seed ${seed})`, { timeout: 900_000 }, () => {
  const random = seededRandom(seed);
  const models = bases();
  const written = models.map(writeOnnx);
  const before = process.memoryUsage().rss;
  const outcomes: Record<string, number> = { float: 0, integer: 0, 'run to its end': 0 };
  let slowest = 0;
  let highest = 0;
  for (let file = 0; file < files; file += 1) {
    const bytes = draw(random, models, written);
    const start = processorMilliseconds();
    try {
      const imported = importOnnx(bytes, 'damaged.onnx');
      slowest = Math.max(slowest, processorMilliseconds() - start);
      outcomes[imported.kind]! += 1;
      if (imported.kind === 'integer') {
        const { graph } = imported;
        checkGraph(graph);
        const elements = [...graph.tensors.values()].reduce((sum, { shape }) => sum + tensorElements(shape), 0);
        if (elements < 1e5 && graphTotals(graph).macs < 1e6) {
          const inputs = graph.inputs.map(
            (id) => [id, new Int8Array(tensorElements(graph.tensors.get(id)!.shape))] as const,
          );
          runGraph(graph, new Map(inputs));
          outcomes['run to its end']! += 1;
        }
      }
    } catch (error) {
      slowest = Math.max(slowest, processorMilliseconds() - start);
      if (!(error instanceof Fault)) throw new Error(`file ${file} of seed ${seed}`, { cause: error });
      expect(error.kind).toBe('request');
      expect(error.message.length).toBeLessThan(2000);
      outcomes[error.code] = (outcomes[error.code] ?? 0) + 1;
    }
    highest = Math.max(highest, process.memoryUsage().rss);
  }
  const megabytes = Math.round((highest - before) / 1e6);
  console.log(
    `${files} damaged files: slowest ${slowest.toFixed(0)} ms, memory grew ${megabytes} MB,`,
    JSON.stringify(outcomes),
  );
  expect(slowest).toBeLessThan(2000);
  expect(megabytes).toBeLessThan(1000);
  expect(outcomes['run to its end']).toBeGreaterThan(files / 200);
  expect(Object.keys(outcomes).length).toBeGreaterThan(10);
});
