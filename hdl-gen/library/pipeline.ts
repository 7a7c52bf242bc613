import { mistake } from '../lang/builder.ts';
import { here } from '../lang/place.ts';
import type { Bool, SInt, UInt } from '../lang/signal.ts';
import { type DelayOptions, delay } from '../lang/state.ts';

type Scalar = UInt | SInt | Bool;

/** A value and the clocks that it is behind the pipeline's inputs. */
export interface Timed<S extends Scalar> {
  readonly name: string;
  readonly value: S;
  readonly latency: number;
}

type Values<T> = { readonly [K in keyof T]: T[K] extends Timed<infer S> ? S : never };

/** Keeps account of latencies, so that only values of the same clock meet. */
export interface Pipeline {
  /** A value `latency` clocks behind the inputs (default 0: an input). The name is the stem of its delays. */
  at<S extends Scalar>(name: string, value: S, latency?: number): Timed<S>;
  /** A register named `name` behind what `compute` makes of the operands: one clock later than the latest of them. */
  stage<T extends { readonly [name: string]: Timed<Scalar> }, S extends Scalar>(
    name: string,
    operands: T,
    compute: (values: Values<T>) => S,
  ): Timed<S>;
  /** The operands, all as late as the latest: earlier ones go through registers `<name>_1`, `<name>_2`, ..., shared between meetings. */
  meet<T extends { readonly [name: string]: Timed<Scalar> }>(
    operands: T,
  ): { readonly values: Values<T>; readonly latency: number };
}

/** One stage more of any kind of scalar. */
function stageOf<S extends Scalar>(name: string, value: S, options: DelayOptions): S {
  return delay(name, value as UInt, options) as Scalar as S;
}

/** A pipeline whose registers load while `enable` is 1 (default always). Its registers have no reset unless `init` says so. */
export function pipeline(options: DelayOptions = {}): Pipeline {
  const registers: DelayOptions = { init: null, ...options };
  /** Delays made so far: index 0 is the value itself. */
  const chains = new Map<Timed<Scalar>, Scalar[]>();

  const delayed = (operand: Timed<Scalar>, latency: number): Scalar => {
    const chain = chains.get(operand) ?? [operand.value];
    chains.set(operand, chain);
    for (let clock = chain.length; clock <= latency - operand.latency; clock++)
      chain.push(stageOf(`${operand.name}_${clock}`, chain[clock - 1]!, registers));
    return chain[latency - operand.latency]!;
  };
  const at: Pipeline['at'] = (name, value, latency = 0) => {
    if (!Number.isInteger(latency) || latency < 0)
      mistake(
        'HDL_LATENCY',
        `'${name}' has a latency of ${latency} clocks`,
        'use a whole number from 0',
        here(import.meta.url),
      );
    return { name, value, latency };
  };
  const meet: Pipeline['meet'] = <T extends { readonly [name: string]: Timed<Scalar> }>(operands: T) => {
    const latency = Math.max(0, ...Object.values(operands).map((operand) => operand.latency));
    const entries = Object.entries(operands).map(([name, operand]) => [name, delayed(operand, latency)]);
    return { values: Object.fromEntries(entries) as Values<T>, latency };
  };
  return {
    at,
    meet,
    stage: (name, operands, compute) => {
      const { values, latency } = meet(operands);
      return { name, value: stageOf(name, compute(values), registers), latency: latency + 1 };
    },
  };
}
