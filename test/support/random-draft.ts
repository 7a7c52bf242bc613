/** A random .tflite network in the making, and what its operators share. */
import type { TensorData } from '../../models/graph.ts';
import type { Random } from './random.ts';
import { child, type FusedActivation, int32Vector, type NetworkBuilder, type QuantizedSpec } from './tflite-network.ts';

export interface Drawn extends QuantizedSpec {
  readonly id: number;
}

export interface Draft {
  readonly net: NetworkBuilder;
  readonly random: Random;
  readonly wide: boolean;
  readonly pool: Drawn[];
}

export const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
export const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(0, list.length - 1)]!;
export const activations: readonly FusedActivation[] = ['none', 'relu', 'relu6', 'reluN1To1'];

export function quantization(draft: Draft, factor = 1): { scale: number; zeroPoint: number } {
  const { random, wide } = draft;
  // A third are powers of two, which make ties.
  const exponent = random.fraction() * 6 - 6;
  const scale = factor * 2 ** (random.integer(0, 2) === 0 ? Math.round(exponent) : exponent);
  return { scale: Math.fround(wide ? scale / 256 : scale), zeroPoint: wide ? 0 : random.integer(-128, 127) };
}

export function randomData(draft: Draft, elements: number): TensorData {
  const { random, wide } = draft;
  return wide
    ? Int16Array.from({ length: elements }, () => random.integer(-32768, 32767))
    : Int8Array.from({ length: elements }, () => random.integer(-128, 127));
}

export function fresh(
  draft: Draft,
  shape: readonly number[],
  scale: number,
  zeroPoint: number,
  data?: TensorData,
): Drawn {
  const spec: QuantizedSpec = { shape, scale, zeroPoint, ...(draft.wide ? { type: 'int16' as const } : {}) };
  return { ...spec, id: draft.net.quantized(spec, data) };
}

export function emit(draft: Draft, output: Drawn): void {
  draft.pool.push(output);
}

/** An activation of four dimensions with a batch of 1; made by a reshape when there is none. */
export function map(draft: Draft): Drawn {
  const maps = draft.pool.filter(({ shape }) => shape.length === 4 && shape[0] === 1);
  if (maps.length > 0) return pick(draft.random, maps);
  const source = pick(draft.random, draft.pool);
  const shape = [1, 1, 1, size(source.shape)];
  const output = fresh(draft, shape, source.scale, source.zeroPoint);
  draft.net.operator('RESHAPE', [source.id, draft.net.numbers(shape)], [output.id], { 0: child(int32Vector(shape)) });
  emit(draft, output);
  return output;
}

export const any = (draft: Draft): Drawn => pick(draft.random, draft.pool);
export const like = (draft: Draft, shape: readonly number[], source: Drawn): Drawn =>
  fresh(draft, shape, source.scale, source.zeroPoint);
