/** The four MLPerf Tiny networks as QDQ ONNX against the outputs of onnxruntime on the same inputs. */
import { expect } from 'vitest';
import type { Graph, Tensor } from '../../../../models/graph.ts';
import { transposed } from '../../../../models/import/onnx/evaluate/indexing.ts';
import { importOnnx, type OnnxPort } from '../../../../models/import/onnx.ts';
import { dequantized, quantized } from '../../../../models/onnx-arithmetic.ts';
import { runGraph } from '../../../../models/reference.ts';
import { tensorElements } from '../../../../models/shape.ts';
import { toTfliteProfile } from '../../../../models/tflite-profile.ts';
import { needData, readBytes, readJson } from '../../../support/data.ts';

interface Manifest {
  readonly models: Readonly<
    Record<string, { readonly input: number[]; readonly n: number; readonly output: number[] }>
  >;
}

function readFloats(folder: string, file: string): Float32Array {
  const bytes = readBytes(folder, file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}

/** One sample of the file as the integers of the graph's input. */
function integersOf(sample: Float32Array, { shape, order }: OnnxPort, tensor: Tensor): Int8Array {
  const { data } = transposed({ type: 'float', shape, data: sample }, order, 'test');
  return Int8Array.from(data, (x) => quantized(x, tensor.scale, tensor.zeroPoint, -128, 127));
}

function realsOf(data: ArrayLike<number>, { scale, zeroPoint }: Tensor): number[] {
  return Array.from(data, (q) => dequantized(q, scale, zeroPoint));
}

/** onnxruntime's float32 softmax is this far from one in double; one logit off by one step shows as 3e-5 or more. */
const floatNoise = 1e-5;

function highest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}

function floatSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

interface Comparison {
  readonly samples: number;
  readonly sameTop: number;
  /** Mean of |output - expected|, in output steps. */
  readonly meanSteps: number;
  /** Samples in which the real numbers, before any quantisation that onnxruntime does not have, differ by more than its own float32 noise. */
  readonly differing: readonly number[];
}

/** onnxruntime leaves a final Softmax in float: there its input is compared, behind a softmax in float. */
function compare(folder: string, name: string): { graph: Graph; comparison: Comparison } {
  const imported = importOnnx(readBytes(folder, `onnx_qdq/${name}.onnx`), name);
  if (imported.kind !== 'integer') throw new Error(`${name} was read as float`);
  const { graph } = imported;
  const input = graph.tensors.get(graph.inputs[0]!)!;
  const output = graph.tensors.get(graph.outputs[0]!)!;
  const last = graph.layers.at(-1)!;
  const { models } = readJson<Manifest>(folder, 'onnx_qdq/manifest.json');
  const { input: fileShape, n } = models[name]!;
  expect(imported.inputs[0]!.shape).toEqual(fileShape);
  const inputs = readFloats(folder, `onnx_qdq/${name}_inputs_f32.bin`);
  const expected = readFloats(folder, `onnx_qdq/${name}_golden_ort_f32.bin`);
  const size = tensorElements(input.shape);
  const values = tensorElements(output.shape);
  let sameTop = 0;
  let sum = 0;
  const differing: number[] = [];
  for (let sample = 0; sample < n; sample += 1) {
    const given = integersOf(inputs.subarray(sample * size, (sample + 1) * size), imported.inputs[0]!, input);
    const tensors = runGraph(graph, new Map([[input.id, given]]), { capture: true });
    const wanted = expected.subarray(sample * values, (sample + 1) * values);
    const found = realsOf(tensors.get(output.id)!, output);
    const before =
      last.kind === 'softmax' ? floatSoftmax(realsOf(tensors.get(last.input)!, graph.tensors.get(last.input)!)) : found;
    if (highest(found) === highest(wanted)) sameTop += 1;
    for (const [i, value] of found.entries()) sum += Math.abs(value - wanted[i]!) / output.scale;
    if (before.some((value, i) => Math.abs(value - wanted[i]!) > floatNoise)) differing.push(sample);
  }
  return { graph, comparison: { samples: n, sameTop, meanSteps: sum / (n * values), differing } };
}

const files = (name: string): string[] => [
  'onnx_qdq/manifest.json',
  `onnx_qdq/${name}.onnx`,
  `onnx_qdq/${name}_inputs_f32.bin`,
  `onnx_qdq/${name}_golden_ort_f32.bin`,
];

const multiplyAccumulates = ['conv2d', 'depthwiseConv2d', 'fullyConnected'];

/**
 * The outputs of ic come from onnxruntime without optimisations, which convolves in float32 between DequantizeLinear and QuantizeLinear;
 * in sample 22 one activation lies on a rounding tie there. The others ran as QLinearConv and QGemm: nothing differs.
 */
for (const { name, weighted, ties } of [
  { name: 'kws', weighted: 10, ties: [] },
  { name: 'ic', weighted: 10, ties: [22] },
  { name: 'vww', weighted: 28, ties: [] },
]) {
  needData(`${name}: classes, and the logits but for float ties, equal onnxruntime's`, files(name), (folder) => {
    const { graph, comparison } = compare(folder, name);
    expect(graph.profile).toBe('onnx-qlinear');
    expect(graph.layers.filter((layer) => multiplyAccumulates.includes(layer.kind)).length).toBe(weighted);
    expect(comparison.sameTop).toBe(comparison.samples);
    expect(comparison.meanSteps).toBeLessThan(0.25);
    expect(comparison.differing).toEqual(ties);
  });
}

/** Both profiles on the network's own inputs: samples with the same class, and the largest difference before the softmax, in steps. */
function profiles(folder: string, name: string): { sameTop: number; worst: number } {
  const imported = importOnnx(readBytes(folder, `onnx_qdq/${name}.onnx`), name);
  if (imported.kind !== 'integer') throw new Error(`${name} was read as float`);
  const { graph } = imported;
  const fixed = toTfliteProfile(graph);
  const input = graph.tensors.get(graph.inputs[0]!)!;
  const inputs = readFloats(folder, `onnx_qdq/${name}_inputs_f32.bin`);
  const size = tensorElements(input.shape);
  const last = graph.layers.at(-1)!;
  const before = last.kind === 'softmax' ? last.input : graph.outputs[0]!;
  let sameTop = 0;
  let worst = 0;
  for (let start = 0; start < inputs.length; start += size) {
    const given = new Map([[input.id, integersOf(inputs.subarray(start, start + size), imported.inputs[0]!, input)]]);
    const [a, b] = [graph, fixed].map((network) => runGraph(network, given, { capture: true }));
    if (highest(a!.get(graph.outputs[0]!)!) === highest(b!.get(graph.outputs[0]!)!)) sameTop += 1;
    for (const [i, q] of a!.get(before)!.entries()) worst = Math.max(worst, Math.abs(q - b!.get(before)![i]!));
  }
  return { sameTop, worst };
}

for (const [name, sameTop] of [
  ['kws', 50],
  ['ic', 32],
  ['vww', 8],
] as const) {
  needData(`${name}: the fixed point of the hardware finds the same classes`, files(name), (folder) => {
    const found = profiles(folder, name);
    expect(found.sameTop).toBe(sameTop);
    expect(found.worst).toBeLessThanOrEqual(4);
  });
}

needData('ad: every output equals onnxruntime, so every anomaly score does', files('ad'), (folder) => {
  const { graph, comparison } = compare(folder, 'ad');
  expect(graph.layers.map((layer) => layer.kind)).toEqual(Array.from({ length: 10 }, () => 'fullyConnected'));
  expect(comparison).toMatchObject({ samples: 16, meanSteps: 0, differing: [] });
});
