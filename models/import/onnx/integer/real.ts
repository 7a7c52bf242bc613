/**
 * Real values on their way to integers. An operator between DequantizeLinear and QuantizeLinear makes no layer by itself: only when
 * somebody asks for its result in a scale, a layer with that scale is appended. Movements and limits pass the question on.
 */
import { Fault } from '../../../../specs/fault.ts';
import type { Clamp, Graph, Layer, Shape, Tensor, TensorData } from '../../../graph.ts';
import { quantized } from '../../../onnx-arithmetic.ts';
import type { Ir, Quantization } from '../lower/ir.ts';

/** How a result is wanted: scale and zero point as int8, and the limits after rounding. */
export interface Wanted {
  readonly scale: number;
  readonly zeroPoint: number;
  /** The file has it as uint8. */
  readonly unsigned: boolean;
  readonly clamp: Clamp;
}

export interface Real {
  /** The int8 tensor that it is the exact meaning of, if there is one already. */
  readonly tensor: number | null;
  /** The scale in which the tensor is read here, when that is not its own: the Integer operators count in steps of 1. */
  readonly reading: number | null;
  /** The scale to give it where the network ends in float; null when none suggests itself. */
  readonly natural: Wanted | null;
  /** How many values it hangs on, for the depth of the recursion. */
  readonly depth: number;
  /** Its tensor in this scale. */
  readonly finish: (wanted: Wanted) => number;
}

/** An integer value of the file, or a real one. */
export type Known = { readonly integers: number } | { readonly real: Real };

export interface Build {
  readonly ir: Ir;
  readonly tensors: Map<number, Tensor>;
  readonly constants: Map<number, TensorData>;
  readonly layers: Layer[];
  /** Of each layer, for faults. */
  readonly places: string[];
  readonly inputs: Map<number, number>;
  readonly names: Set<string>;
  readonly values: Map<number, Known>;
}

export const wholeRange: Clamp = { min: -128, max: 127 };

export function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

/** Scale and zero point of an 8-bit type, the zero point moved to int8. */
export function wantedOf({ scale, zeroPoint, type }: Quantization, place: string): Wanted {
  if (type !== 'int8' && type !== 'uint8') {
    throw fault(
      place,
      'ONNX_TYPE',
      `activations of type ${type}`,
      'int8 and uint8 are supported; quantise activations to 8 bits',
    );
  }
  const unsigned = type === 'uint8';
  if (!(scale > 0) || !Number.isFinite(scale) || Math.fround(scale) !== scale) {
    throw fault(
      place,
      'ONNX_QUANTIZATION',
      `scale ${scale}`,
      'a finite float32 above 0 is needed; quantise the model again',
    );
  }
  return { scale, zeroPoint: unsigned ? zeroPoint - 128 : zeroPoint, unsigned, clamp: wholeRange };
}

export function addTensor(build: Build, name: string, shape: Shape, wanted: Wanted): number {
  const id = build.tensors.size;
  const { scale, zeroPoint } = wanted;
  const stored = wanted.unsigned ? { stored: 'uint8' as const } : {};
  build.tensors.set(id, { id, name, shape, scale, zeroPoint, ...stored });
  return id;
}

/** Appends a layer under its name, numbered when one operator is computed in several scales. */
export function addLayer(build: Build, layer: Layer, place: string): number {
  let { name } = layer;
  for (let part = 2; build.names.has(name); part += 1) name = `${layer.name}_scale_${part}`;
  build.names.add(name);
  build.layers.push({ ...layer, name });
  build.places.push(place);
  return layer.output;
}

export function tensorOf(build: Build, id: number): Tensor {
  return build.tensors.get(id)!;
}

/** What a tensor stands for, as a question for another tensor in the same scale. */
export function likeTensor({ scale, zeroPoint, stored }: Tensor): Wanted {
  return { scale, zeroPoint, unsigned: stored === 'uint8', clamp: wholeRange };
}

export function sameScale(a: Pick<Wanted, 'scale' | 'zeroPoint'>, b: Pick<Wanted, 'scale' | 'zeroPoint'>): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

/** A real number in steps of the wanted scale, saturated. */
export function stepsOf(value: number, { scale, zeroPoint }: Wanted): number {
  return quantized(value, scale, zeroPoint, -128, 127);
}

const depthLimit = 200;

/** A real value that makes its layers when asked, once per scale. */
export function pending(
  place: string,
  inner: readonly Real[],
  natural: Wanted | null,
  compute: (wanted: Wanted) => number,
): Real {
  const depth = 1 + inner.reduce((deepest, real) => Math.max(deepest, real.depth), 0);
  if (depth > depthLimit) {
    throw fault(place, 'ONNX_FLOAT_LAYER', `${depth} float operators in a row`, 'quantise between them');
  }
  const done = new Map<string, number>();
  const finish = (wanted: Wanted): number => {
    const key = JSON.stringify(wanted);
    const known = done.get(key);
    if (known !== undefined) return known;
    const id = compute(wanted);
    done.set(key, id);
    return id;
  };
  return { tensor: null, reading: null, natural, depth, finish };
}

/** The value of an int8 tensor; in another scale or within limits it is a quantize layer. */
export function meaningOf(build: Build, id: number, name: string, place: string): Real {
  const tensor = tensorOf(build, id);
  const own = likeTensor(tensor);
  const converted = pending(place, [], null, (wanted) => {
    const output = addTensor(build, tensor.name, tensor.shape, wanted);
    const layer: Layer = {
      kind: 'quantize',
      name: `quantize_of_${name}`,
      input: id,
      output,
      requantize: factors([Math.fround(tensor.scale / wanted.scale)]),
      clamp: wanted.clamp,
    };
    return addLayer(build, layer, place);
  });
  const whole = ({ clamp }: Wanted): boolean => clamp.min === -128 && clamp.max === 127;
  return {
    tensor: id,
    reading: null,
    natural: own,
    depth: 0,
    finish: (wanted) => (sameScale(wanted, own) && whole(wanted) ? id : converted.finish(wanted)),
  };
}

const float64 = new DataView(new ArrayBuffer(8));

/** Float32 factors as multiplier and shift: 24 bits always fit, so the pair is exact. One below 2^-32 becomes 0, as its products round to 0. */
export function factors(reals: readonly number[]): { multiplier: Int32Array; shift: Int32Array } {
  const multiplier = new Int32Array(reals.length);
  const shift = new Int32Array(reals.length);
  for (const [i, real] of reals.entries()) {
    float64.setFloat64(0, real);
    const exponent = ((float64.getUint32(0) >>> 20) & 0x7ff) - 1022;
    if (real === 0 || exponent < -31) continue;
    multiplier[i] = (real / 2 ** exponent) * 2147483648;
    shift[i] = exponent;
  }
  return { multiplier, shift };
}

export function emptyBuild(ir: Ir): Build {
  return {
    ir,
    tensors: new Map(),
    constants: new Map(),
    layers: [],
    places: [],
    inputs: new Map(),
    names: new Set(),
    values: new Map(),
  };
}

/** The finished network without what nothing reads. */
export function graphOf(build: Build, outputs: readonly number[]): { graph: Graph; places: string[] } {
  const needed = new Set(outputs);
  const kept: number[] = [];
  for (let index = build.layers.length - 1; index >= 0; index -= 1) {
    const layer = build.layers[index]!;
    if (!needed.has(layer.output)) continue;
    kept.unshift(index);
    for (const id of 'inputs' in layer ? layer.inputs : [layer.input]) needed.add(id);
  }
  const inputs = build.ir.inputs.map((port) => {
    const id = build.inputs.get(port.id);
    if (id !== undefined) return id;
    const place = `${build.ir.name}: input "${port.name.slice(0, 80)}"`;
    throw fault(
      place,
      'ONNX_QUANTIZATION',
      'nothing quantises it',
      'remove inputs that are not used, quantise the others',
    );
  });
  for (const id of inputs) needed.add(id);
  const constants = new Map([...build.constants].filter(([id]) => needed.has(id)));
  const graph: Graph = {
    name: build.ir.name,
    tensors: new Map([...build.tensors].filter(([id]) => needed.has(id))),
    ...(constants.size > 0 ? { constants } : {}),
    layers: kept.map((index) => build.layers[index]!),
    inputs,
    outputs,
    profile: 'onnx-qlinear',
  };
  return { graph, places: kept.map((index) => build.places[index]!) };
}
