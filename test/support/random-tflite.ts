/** Random small .tflite networks with branches, of every operator the importer reads, in int8 or int16. */
import type { TensorData } from '../../models/graph.ts';
import { seededRandom } from './random.ts';
import {
  activations,
  any,
  type Draft,
  type Drawn,
  emit,
  fresh,
  like,
  pick,
  quantization,
  randomData,
  size,
} from './random-draft.ts';
import { convolution, fullyConnected, pooling } from './random-layers.ts';
import { concatenation, padding, resize, shaping, slicing, splitting } from './random-moves.ts';
import { flag, float32, fused, networkBuilder, type OperatorName } from './tflite-network.ts';
import type { TfliteFile } from './tflite-writer.ts';

/** A second operand that broadcasts with the first: constant or computed, of the same or fewer dimensions. */
function partner(draft: Draft, shape: readonly number[]): Drawn {
  const { random, pool } = draft;
  const same = pool.filter((tensor) => tensor.shape.join() === shape.join());
  if (same.length > 1 && random.integer(0, 2) === 0) return pick(random, same);
  const kept = shape.slice(random.integer(0, shape.length)).map((n) => (random.integer(0, 2) === 0 ? 1 : n));
  const { scale, zeroPoint } = quantization(draft);
  return fresh(draft, kept, scale, zeroPoint, randomData(draft, size(kept)));
}

function elementwise(draft: Draft): void {
  const { net, random } = draft;
  const first = any(draft);
  const second = partner(draft, first.shape);
  const name = pick(random, ['ADD', 'SUB', 'MUL'] as const);
  const swap = random.integer(0, 1) === 0;
  const reach = Math.max(first.scale, second.scale);
  const factor = name === 'MUL' ? first.scale * second.scale * (draft.wide ? 32768 : 100) : reach * 1.5;
  const scale = Math.fround(factor * 2 ** (random.fraction() * 3 - 1.5));
  const output = fresh(draft, first.shape, scale, draft.wide ? 0 : random.integer(-128, 127));
  const inputs = swap ? [second.id, first.id] : [first.id, second.id];
  net.operator(name, inputs, [output.id], { 0: fused(pick(random, activations)) });
  emit(draft, output);
}

function matrixProduct(draft: Draft): void {
  const { net, random } = draft;
  const first = any(draft);
  if (first.shape.length < 2) return;
  const [adjointFirst, adjointSecond] = [random.integer(0, 1) === 1, random.integer(0, 1) === 1];
  const [outer, inner] = [first.shape.at(-2)!, first.shape.at(-1)!];
  const [rows, depth] = adjointFirst ? [inner, outer] : [outer, inner];
  const columns = random.integer(1, 3);
  const batches = random.integer(0, 1) === 0 ? [] : first.shape.slice(0, -2).map((n) => (random.integer(0, 1) ? 1 : n));
  const shape = [...batches, ...(adjointSecond ? [columns, depth] : [depth, columns])];
  const { scale, zeroPoint } = quantization(draft);
  const second = fresh(draft, shape, scale, zeroPoint, randomData(draft, size(shape)));
  const spread = Math.sqrt(depth) * (draft.wide ? 30000 : 120);
  const output = fresh(
    draft,
    [...first.shape.slice(0, -2), rows, columns],
    Math.fround(first.scale * scale * spread * 2 ** (random.fraction() * 2 - 0.5)),
    draft.wide ? 0 : random.integer(-128, 127),
  );
  net.operator('BATCH_MATMUL', [first.id, second.id], [output.id], { 0: flag(adjointFirst), 1: flag(adjointSecond) });
  emit(draft, output);
}

function mean(draft: Draft): void {
  const { net, random } = draft;
  const input = any(draft);
  const rank = input.shape.length;
  if (rank === 0) return;
  const axes = input.shape.map((_, axis) => axis).filter(() => random.integer(0, 1) === 0);
  const given = axes.length === 0 ? [rank - 1] : axes;
  const keep = random.integer(0, 1) === 0;
  const shape = keep
    ? input.shape.map((n, axis) => (given.includes(axis) ? 1 : n))
    : input.shape.filter((_, axis) => !given.includes(axis));
  const scale = Math.fround(input.scale * 2 ** (random.fraction() * 2 - 1.5));
  const same = random.integer(0, 2) === 0;
  const output = same
    ? like(draft, shape, input)
    : fresh(draft, shape, scale, draft.wide ? 0 : random.integer(-128, 127));
  const stated = given.map((axis) => (random.integer(0, 1) === 0 ? axis : axis - rank));
  // An axis may be named twice.
  const named = random.integer(0, 3) === 0 ? [...stated, given[0]!] : stated;
  net.operator('MEAN', [input.id, net.numbers(named)], [output.id], { 0: flag(keep) });
  emit(draft, output);
}

function single(draft: Draft): void {
  const { net, random, wide } = draft;
  const input = any(draft);
  const names: OperatorName[] = ['LEAKY_RELU', 'RELU', 'RELU6', 'RELU_N1_TO_1', 'QUANTIZE'];
  // The functions of int16 are tables that have their own tests.
  const name = pick<OperatorName>(random, wide ? names : [...names, 'LOGISTIC', 'TANH']);
  const scale = Math.fround(input.scale * 2 ** (random.fraction() * 3 - 1.5));
  const zero = wide ? 0 : random.integer(-128, 127);
  const output =
    name === 'RELU6'
      ? like(draft, input.shape, input)
      : name === 'LOGISTIC'
        ? fresh(draft, input.shape, 1 / 256, -128)
        : name === 'TANH'
          ? fresh(draft, input.shape, 1 / 128, 0)
          : fresh(draft, input.shape, scale, zero);
  const alpha = Math.fround(random.fraction() * 2 - 0.5);
  net.operator(name, [input.id], [output.id], name === 'LEAKY_RELU' ? { 0: float32(alpha) } : {});
  emit(draft, output);
}

const makers: readonly ((draft: Draft) => void)[] = [
  convolution,
  convolution,
  fullyConnected,
  pooling,
  elementwise,
  elementwise,
  matrixProduct,
  concatenation,
  mean,
  padding,
  resize,
  slicing,
  splitting,
  shaping,
  single,
];

export interface RandomTflite {
  readonly file: TfliteFile;
  /** Content of the input. */
  readonly input: TensorData;
}

/** A network of up to eight operators on one input; every tensor that nothing reads is an output. */
export function randomTflite(seed: number, wide: boolean): RandomTflite {
  const random = seededRandom(seed);
  const net = networkBuilder();
  const draft: Draft = { net, random, wide, pool: [] };
  const shape = pick(random, [
    [1, 4, 5, 2],
    [1, 3, 3, 4],
    [1, 5, 1, 3],
    [2, 6],
    [1, 12],
    [2, 3, 4],
    [2, 2, 3, 2],
  ]);
  const { scale, zeroPoint } = quantization(draft);
  const input = fresh(draft, shape, scale, zeroPoint);
  draft.pool.push(input);
  net.file.inputs = [input.id];
  const wanted = random.integer(1, 8);
  for (let tries = 0; net.file.operators.length < wanted && tries < 100; tries += 1) pick(random, makers)(draft);
  const read = new Set(net.file.operators.flatMap(({ inputs }) => inputs));
  const written = net.file.operators.flatMap(({ outputs }) => outputs);
  net.file.outputs = written.filter((id) => !read.has(id)).slice(0, 16);
  return { file: net.file, input: randomData(draft, size(shape)) };
}
