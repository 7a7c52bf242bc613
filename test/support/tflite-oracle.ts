/**
 * Runs the operators of a .tflite file as TensorFlow Lite Micro's documents and sources define them, one output at a time and in
 * BigInt: a second formulation beside the importer and the reference kernels.
 */
import { divideByPower, factorOf, logistic, rescale, rescaleWide, tanh } from './oracle-arithmetic.ts';
import {
  type Call,
  clamp,
  contentOf,
  f32,
  finish,
  flat,
  type Index,
  indices,
  option,
  range,
  round,
  scaleOf,
  type Values,
  whole,
  wide,
  zeroOf,
} from './oracle-call.ts';
import { dense, pooled, windowed } from './oracle-windows.ts';
import { type FileOperator, type FileTensor, operatorCode, type TfliteFile } from './tflite-writer.ts';

/** Content of input `at` as if it had the output's shape. */
function broadcast(call: Call, at: number, index: Index): number {
  const { shape } = call.inputs[at]!;
  const own = index.slice(index.length - shape.length).map((n, axis) => (shape[axis] === 1 ? 0 : n));
  return call.data(at)[flat(own, shape)]!;
}

function joined(call: Call): number[] {
  const [first, second] = call.inputs as [FileTensor, FileTensor];
  const output = call.outputs[0]!;
  const bounds = range(option(call.operator, 0), output);
  const term = (at: number, index: Index): bigint => BigInt(broadcast(call, at, index) - zeroOf(call.inputs[at]!));
  if (call.operator.code === operatorCode.MUL) {
    const factor = factorOf((scaleOf(first) * scaleOf(second)) / scaleOf(output));
    return indices(output.shape).map((index) =>
      finish(rescale(term(0, index) * term(1, index), factor), output, bounds),
    );
  }
  const minus = call.operator.code === operatorCode.SUB;
  const near = minus ? f32 : (value: number): number => value;
  const left = wide(output) ? 15 : 20;
  const twice = near(2 * Math.max(scaleOf(first), scaleOf(second)));
  const factors = [first, second].map((input) => factorOf(near(scaleOf(input) / twice)));
  const last = factorOf(near(twice / near(2 ** left * scaleOf(output))));
  return indices(output.shape).map((index) => {
    const [a, b] = [0, 1].map((at) => rescale(term(at, index) << BigInt(left), factors[at]!)) as [bigint, bigint];
    return finish(rescale(minus ? a - b : a + b, last), output, bounds);
  });
}

function multiplied(call: Call): number[] {
  const [first, second] = call.inputs as [FileTensor, FileTensor];
  const output = call.outputs[0]!;
  const [adjointFirst, adjointSecond] = [option(call.operator, 0) === 1, option(call.operator, 1) === 1];
  const depth = first.shape.at(adjointFirst ? -2 : -1)!;
  const factor = factorOf(f32(scaleOf(first) * scaleOf(second)) / scaleOf(output));
  const apply = wide(output) ? rescaleWide : rescale;
  const term = (at: number, index: Index): bigint => BigInt(broadcast(call, at, index) - zeroOf(call.inputs[at]!));
  return indices(output.shape).map((index) => {
    const leading = index.slice(0, -2);
    const [row, column] = [index.at(-2)!, index.at(-1)!];
    let sum = 0n;
    for (let k = 0; k < depth; k += 1) {
      const a = term(0, [...leading, ...(adjointFirst ? [k, row] : [row, k])]);
      sum += a * term(1, [...leading, ...(adjointSecond ? [column, k] : [k, column])]);
    }
    return finish(apply(sum, factor), output, whole(output));
  });
}

function averaged(call: Call): number[] {
  const [input, output] = [call.inputs[0]!, call.outputs[0]!];
  const rank = input.shape.length;
  const axes = new Set(contentOf(call.inputs[1]!).map((axis) => (axis + rank) % rank));
  const sums = new Map<string, bigint>();
  let order: string[] = [];
  for (const [at, index] of indices(input.shape).entries()) {
    const key = index.filter((_, axis) => !axes.has(axis)).join();
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(call.data(0)[at]! - zeroOf(input)));
  }
  order = [...sums.keys()];
  const count = [...axes].reduce((product, axis) => product * input.shape[axis]!, 1);
  const { m, s } = factorOf(scaleOf(input) / scaleOf(output));
  const places = Math.min(Math.floor(Math.log2(count)), 31 + s);
  const factor = { m: (m << BigInt(places)) / BigInt(count), s: s - places };
  return order.map((key) => finish(rescale(sums.get(key)!, factor), output, whole(output)));
}

function moved(call: Call, from: (index: Index) => Index | number): number[] {
  const { shape } = call.inputs[0]!;
  return indices(call.outputs[0]!.shape).map((index) => {
    const source = from(index);
    return typeof source === 'number' ? source : call.data(0)[flat(source, shape)]!;
  });
}

function resized(call: Call): number[] {
  const [corners, centers] = [option(call.operator, 0) === 1, option(call.operator, 1) === 1];
  const near = (at: number, axis: number): number => {
    const [input, output] = [call.inputs[0]!.shape[axis]!, call.outputs[0]!.shape[axis]!];
    const scale = corners && output > 1 ? f32((input - 1) / (output - 1)) : f32(input / output);
    const place = f32((at + (centers ? 0.5 : 0)) * scale);
    return Math.min(input - 1, corners ? round(place) : Math.floor(place));
  };
  return moved(call, ([batch, y, x, channel]) => [batch!, near(y!, 1), near(x!, 2), channel!]);
}

/** What Python's slices keep of a dimension. */
function strided(call: Call): number[] {
  const { shape } = call.inputs[0]!;
  const [begin, end, step] = [1, 2, 3].map((at) => contentOf(call.inputs[at]!)) as [number[], number[], number[]];
  const bit = (slot: number, axis: number): boolean => ((option(call.operator, slot) >> axis) & 1) === 1;
  const kept = shape.map((extent, axis) => {
    const all = Array.from({ length: extent }, (_, at) => at);
    const from = begin[axis]! < 0 ? begin[axis]! + extent : begin[axis]!;
    const to = end[axis]! < 0 ? end[axis]! + extent : end[axis]!;
    const stride = step[axis]!;
    const [open, close] = [bit(0, axis), bit(1, axis)];
    if (bit(4, axis)) return [open ? (stride > 0 ? 0 : extent - 1) : from];
    const ordered = stride > 0 ? all : [...all].reverse();
    const inside = ordered.filter((at) => {
      const started = open || (stride > 0 ? at >= from : at <= from);
      return started && (close || (stride > 0 ? at < to : at > to));
    });
    return inside.filter((_, at) => at % Math.abs(stride) === 0);
  });
  return indices(kept.map((list) => list.length)).map((index) => {
    return call.data(0)[
      flat(
        index.map((at, axis) => kept[axis]![at]!),
        shape,
      )
    ]!;
  });
}

function unary(call: Call, f: (x: bigint) => bigint, bounds: readonly [number, number]): number[] {
  const [input, output] = [call.inputs[0]!, call.outputs[0]!];
  return call.data(0).map((q) => finish(f(BigInt(q - zeroOf(input))), output, bounds));
}

function functionOf(call: Call, f: (a: bigint) => bigint, places: number, zero: number): number[] {
  const input = call.inputs[0]!;
  const factor = factorOf(scaleOf(input) * 2 ** 27);
  const radius = Math.floor((15 * 2 ** 27) / 2 ** factor.s);
  return call.data(0).map((q) => {
    const x = q - zeroOf(input);
    if (Math.abs(x) >= radius) return x <= -radius ? -128 : 127;
    return clamp(Number(divideByPower(f(rescale(BigInt(x), factor)), places)) + zero, [-128, 127]);
  });
}

function leaky(call: Call): number[] {
  const [input, output] = [call.inputs[0]!, call.outputs[0]!];
  const identity = factorOf(f32(scaleOf(input) / scaleOf(output)));
  const slope = factorOf(f32(f32(scaleOf(input) * option(call.operator, 0)) / scaleOf(output)));
  return unary(call, (x) => rescale(x, x >= 0n ? identity : slope), whole(output));
}

/** The outputs of one operator. */
function evaluate(call: Call): Values[] {
  const { operator, inputs, outputs } = call;
  const [input, output] = [inputs[0]!, outputs[0]!];
  const rank = input.shape.length;
  const numbers = (at: number): number[] => contentOf(inputs[at]!);
  switch (operator.code) {
    case operatorCode.CONV_2D:
    case operatorCode.DEPTHWISE_CONV_2D:
      return [windowed(call)];
    case operatorCode.FULLY_CONNECTED:
      return [dense(call)];
    case operatorCode.AVERAGE_POOL_2D:
    case operatorCode.MAX_POOL_2D:
      return [pooled(call)];
    case operatorCode.ADD:
    case operatorCode.SUB:
    case operatorCode.MUL:
      return [joined(call)];
    case operatorCode.BATCH_MATMUL:
      return [multiplied(call)];
    case operatorCode.MEAN:
      return [averaged(call)];
    case operatorCode.CONCATENATION: {
      const given = option(operator, 0);
      const axis = given < 0 ? given + rank : given;
      return [
        indices(output.shape).map((index) => {
          let at = 0;
          let place = index[axis]!;
          for (; place >= inputs[at]!.shape[axis]!; at += 1) place -= inputs[at]!.shape[axis]!;
          return call.data(at)[flat(index.with(axis, place), inputs[at]!.shape)]!;
        }),
      ];
    }
    case operatorCode.PAD:
    case operatorCode.PADV2: {
      const value = operator.code === operatorCode.PAD ? zeroOf(output) : numbers(2)[0]!;
      const inside = (index: Index): Index | number => {
        const source = index.map((n, axis) => n - numbers(1)[2 * axis]!);
        return source.every((n, axis) => n >= 0 && n < input.shape[axis]!) ? source : value;
      };
      return [moved(call, inside)];
    }
    case operatorCode.TRANSPOSE:
      return [moved(call, (index) => input.shape.map((_, axis) => index[numbers(1).indexOf(axis)]!))];
    case operatorCode.RESIZE_NEAREST_NEIGHBOR:
      return [resized(call)];
    case operatorCode.SLICE:
      return [moved(call, (index) => index.map((n, axis) => n + numbers(1)[axis]!))];
    case operatorCode.STRIDED_SLICE:
      return [strided(call)];
    case operatorCode.RESHAPE:
    case operatorCode.SQUEEZE:
    case operatorCode.EXPAND_DIMS:
      return [call.data(0)];
    case operatorCode.LOGISTIC:
      return [functionOf(call, logistic, 23, -128)];
    case operatorCode.TANH:
      return [functionOf(call, tanh, 24, 0)];
    case operatorCode.LEAKY_RELU:
      return [leaky(call)];
    case operatorCode.RELU:
    case operatorCode.RELU_N1_TO_1: {
      const factor = factorOf(f32(scaleOf(input) / scaleOf(output)));
      return [unary(call, (x) => rescale(x, factor), range(operator.code === operatorCode.RELU ? 1 : 2, output))];
    }
    case operatorCode.RELU6:
      return [call.data(0).map((q) => clamp(q, range(3, input)))];
    case operatorCode.QUANTIZE: {
      const factor = factorOf(scaleOf(input) / scaleOf(output));
      return [unary(call, (x) => rescale(x, factor), whole(output))];
    }
    default:
      throw new Error(`the oracle does not know operator ${operator.code}`);
  }
}

function splitUp(file: TfliteFile, operator: FileOperator, values: Map<number, Values>): void {
  const even = operator.code === operatorCode.SPLIT;
  const source = operator.inputs[even ? 1 : 0]!;
  const { shape } = file.tensors[source]!;
  const [given] = contentOf(file.tensors[operator.inputs[even ? 0 : 2]!]!);
  const axis = given! < 0 ? given! + shape.length : given!;
  let start = 0;
  for (const id of operator.outputs) {
    const part = file.tensors[id]!.shape;
    const list = indices(part).map(
      (index) => values.get(source)![flat(index.with(axis, index[axis]! + start), shape)]!,
    );
    values.set(id, list);
    start += part[axis]!;
  }
}

/** The content of every activation of a file, given that of its inputs. */
export function runOracle(file: TfliteFile, given: ReadonlyMap<number, Values>): Map<number, Values> {
  const values = new Map(given);
  for (const operator of file.operators) {
    if (operator.code === operatorCode.SPLIT || operator.code === operatorCode.SPLIT_V) {
      splitUp(file, operator, values);
      continue;
    }
    const inputs = operator.inputs.map((id) => file.tensors[id]!);
    const outputs = operator.outputs.map((id) => file.tensors[id]!);
    const data = (at: number): Values => values.get(operator.inputs[at]!) ?? contentOf(inputs[at]!);
    const results = evaluate({ operator, inputs, outputs, data });
    for (const [at, id] of operator.outputs.entries()) values.set(id, results[at]!);
  }
  return values;
}
