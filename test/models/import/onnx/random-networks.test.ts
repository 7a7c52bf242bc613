/** Random ONNX networks: what the importer makes of them computes what the nodes of the file compute. */
import { expect, test } from 'vitest';
import { runFloatGraph } from '../../../../models/float-reference.ts';
import { transposed } from '../../../../models/import/onnx/evaluate/indexing.ts';
import { runOnnx } from '../../../../models/import/onnx/evaluate/run.ts';
import { readOnnxModel } from '../../../../models/import/onnx/model.ts';
import type { OnnxTensor } from '../../../../models/import/onnx/types.ts';
import { importOnnx, type OnnxPort } from '../../../../models/import/onnx.ts';
import { dequantized, quantized } from '../../../../models/onnx-arithmetic.ts';
import { runGraph } from '../../../../models/reference.ts';
import { writeOnnx } from '../../../support/onnx-writer.ts';
import { type Random, seededRandom } from '../../../support/random.ts';
import { type RandomOnnx, randomOnnx, type Style } from '../../../support/random-onnx.ts';

const count = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 3_000 : 500;

function tensor(
  shape: readonly (number | string)[],
  type: OnnxTensor['type'],
  value: (i: number) => number,
): OnnxTensor {
  const sizes = shape as readonly number[];
  const length = sizes.reduce((product, n) => product * n, 1);
  const make = { float: Float32Array, int8: Int8Array, uint8: Uint8Array }[type as 'float' | 'int8' | 'uint8'];
  return { type, shape: sizes, data: new make(Array.from({ length }, (_, i) => value(i))) };
}

/** The elements as the graph stores them. */
function stored({ data, shape }: OnnxTensor, { order }: OnnxPort): number[] {
  return Array.from(transposed({ type: 'float', shape, data }, order, 'test').data);
}

interface Case {
  readonly drawn: RandomOnnx;
  readonly bytes: Uint8Array;
  readonly input: OnnxTensor;
  readonly expected: OnnxTensor;
}

function draw(seed: number, style: Style, value: (random: Random) => number): Case {
  const drawn = randomOnnx(seed, style);
  const bytes = writeOnnx(drawn.model);
  const random = seededRandom(seed + 1);
  const input = tensor(drawn.input.shape, drawn.input.type, () => value(random));
  const values = runOnnx(readOnnxModel(bytes, `seed ${seed}`), new Map([['x', input]]));
  return { drawn, bytes, input, expected: values.get(drawn.model.outputs[0]!.name)! };
}

test(`${count} float networks of whole numbers: every output equal`, () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < count; seed += 1) {
    const { drawn, bytes, input, expected } = draw(seed, 'float', (random) => random.integer(-4, 4));
    for (const kind of drawn.kinds) kinds.add(kind);
    const imported = importOnnx(bytes, `seed ${seed}`);
    if (imported.kind !== 'float') throw new Error(`seed ${seed} was read as ${imported.kind}`);
    const { graph } = imported;
    const [id] = graph.inputs as [number];
    const given = Float32Array.from(stored(input, imported.inputs[0]!));
    const found = runFloatGraph(graph, new Map([[id, given]])).get(graph.outputs[0]!)!;
    // 0 and -0 are one number here.
    expect(
      Array.from(found, (v) => v + 0),
      `seed ${seed}`,
    ).toEqual(Array.from(expected.data, (v) => v + 0));
  }
  expect(kinds.size).toBeGreaterThan(18);
});

test(`${count} networks of QLinear operators: every byte equal`, () => {
  const kinds = new Set<string>();
  let outputs = 0;
  for (let seed = 0; seed < count; seed += 1) {
    const { drawn, bytes, input, expected } = draw(seed, 'qlinear', (random) => random.integer(0, 255));
    for (const kind of drawn.kinds) kinds.add(kind);
    const imported = importOnnx(bytes, `seed ${seed}`);
    if (imported.kind !== 'integer') continue;
    const { graph } = imported;
    const [id] = graph.inputs as [number];
    const unsigned = input.type === 'uint8' ? 128 : 0;
    const given = Int8Array.from(stored(input, imported.inputs[0]!), (q) => q - unsigned);
    const found = runGraph(graph, new Map([[id, given]])).get(graph.outputs[0]!)!;
    const shift = expected.type === 'uint8' ? 128 : 0;
    expect(
      Array.from(found, (q) => q + shift),
      `seed ${seed}`,
    ).toEqual(Array.from(expected.data));
    outputs += found.length;
  }
  expect(kinds.size).toBeGreaterThan(14);
  expect(outputs).toBeGreaterThan(count * 5);
});

test(`${count} QDQ networks: equal but for rare rounding ties in float`, () => {
  let outputs = 0;
  let different = 0;
  let networks = 0;
  for (let seed = 0; seed < count; seed += 1) {
    const { bytes, input, expected } = draw(seed, 'qdq', (random) => random.fraction() * 16 - 8);
    const imported = importOnnx(bytes, `seed ${seed}`);
    if (imported.kind !== 'integer') throw new Error(`seed ${seed} was read as ${imported.kind}`);
    const { graph } = imported;
    const first = graph.tensors.get(graph.inputs[0]!)!;
    const last = graph.tensors.get(graph.outputs[0]!)!;
    const reals = stored(input, imported.inputs[0]!);
    const given = Int8Array.from(reals, (x) => quantized(x, first.scale, first.zeroPoint, -128, 127));
    const found = runGraph(graph, new Map([[first.id, given]])).get(last.id)!;
    const wrong = Array.from(found).filter(
      (q, i) => dequantized(q, last.scale, last.zeroPoint) !== expected.data[i],
    ).length;
    outputs += found.length;
    different += wrong;
    if (wrong > 0) networks += 1;
  }
  console.log(`QDQ: ${different} of ${outputs} outputs differ, in ${networks} of ${count} networks`);
  expect(outputs).toBeGreaterThan(count * 5);
  expect(networks).toBeLessThanOrEqual(count / 500);
});
