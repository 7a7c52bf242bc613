/** A lowered network with quantised activations as an integer graph of profile onnx-qlinear. */
import { checkGraph } from '../../../check-graph.ts';
import type { Graph } from '../../../graph.ts';
import { inputsOf } from '../../../layer-ends.ts';
import type { DequantizeStep, Ir, IrPort, QuantizeStep } from '../lower/ir.ts';
import { clipped, layerValue, realOf } from './layers.ts';
import {
  addTensor,
  type Build,
  emptyBuild,
  fault,
  graphOf,
  type Known,
  meaningOf,
  pending,
  sameScale,
  tensorOf,
  type Wanted,
  wantedOf,
} from './real.ts';

/** How the integers of an input port are read: by the first DequantizeLinear behind it. */
function scaleOfPort(ir: Ir, port: IrPort): DequantizeStep | null {
  const reached = new Set([port.id]);
  for (const { layer } of ir.steps) {
    if (!inputsOf(layer).some((id) => reached.has(id))) continue;
    if (layer.kind === 'dequantize') return layer;
    reached.add(layer.output);
  }
  return null;
}

function inputTensor(build: Build, port: IrPort, wanted: Wanted): number {
  const { name, shape } = build.ir.tensors.get(port.id)!;
  const id = addTensor(build, name, shape, wanted);
  build.inputs.set(port.id, id);
  return id;
}

/** Integers enter as they are; floats in the scale of the QuantizeLinear that takes them, which must be one. */
function inputValue(build: Build, port: IrPort): Known {
  const place = `${build.ir.name}: input "${port.name.slice(0, 80)}"`;
  if (port.type === 'int8' || port.type === 'uint8') {
    const step = scaleOfPort(build.ir, port);
    if (step === null) {
      throw fault(
        place,
        'ONNX_QUANTIZATION',
        'no scale is known for it',
        'put a DequantizeLinear behind it, or give it as float',
      );
    }
    return { integers: inputTensor(build, port, wantedOf({ ...step, type: port.type }, place)) };
  }
  if (port.type !== 'float') throw fault(place, 'ONNX_TYPE', `type ${port.type}`, 'float, int8 or uint8 is needed');
  const real = pending(place, [], null, (wanted) => {
    const known = build.inputs.get(port.id);
    if (known === undefined) {
      const { min, max } = wanted.clamp;
      if (min === -128 && max === 127) return inputTensor(build, port, wanted);
      const whole = inputTensor(build, port, { ...wanted, clamp: { min: -128, max: 127 } });
      return meaningOf(build, whole, 'input', place).finish(wanted);
    }
    const tensor = tensorOf(build, known);
    if (sameScale(tensor, wanted)) return meaningOf(build, known, 'input', place).finish(wanted);
    const cause = `it is quantised with scale ${tensor.scale} and with scale ${wanted.scale}`;
    throw fault(place, 'ONNX_QUANTIZATION', cause, 'one QuantizeLinear per input is supported');
  });
  return { real };
}

function quantized(build: Build, step: QuantizeStep, place: string): Known {
  return { integers: realOf(build, step.input, place).finish(wantedOf(step, place)) };
}

function dequantized(build: Build, step: DequantizeStep, place: string): Known {
  const known = build.values.get(step.input);
  if (!known || !('integers' in known)) {
    throw fault(place, 'ONNX_QUANTIZATION', 'its input is float', 'DequantizeLinear takes integers');
  }
  const tensor = tensorOf(build, known.integers);
  const wanted = wantedOf(step, place);
  const { zeroPoint, scale } = tensor;
  if (wanted.zeroPoint !== zeroPoint) {
    const cause = `zero point ${step.zeroPoint} for values quantised with another`;
    throw fault(place, 'ONNX_QUANTIZATION', cause, 'quantise and dequantise a value with the same parameters');
  }
  if (wanted.scale !== scale) {
    const finish = (): number => {
      const cause = `scale ${wanted.scale} for values quantised with scale ${scale}`;
      throw fault(place, 'ONNX_QUANTIZATION', cause, 'quantise and dequantise a value with the same parameters');
    };
    return { real: { tensor: known.integers, reading: wanted.scale, natural: null, depth: 0, finish } };
  }
  return { real: meaningOf(build, known.integers, step.name, place) };
}

/** A float output keeps the scale of the value it comes from; Softmax and Sigmoid get 1/256, Tanh 1/128. */
function outputTensor(build: Build, port: IrPort): number {
  const known = build.values.get(port.id);
  if (known && 'integers' in known) return known.integers;
  const place = `${build.ir.name}: output "${port.name.slice(0, 80)}"`;
  const real = realOf(build, port.id, place);
  if (real.tensor !== null && real.reading === null) return real.tensor;
  if (real.natural !== null) return real.finish(real.natural);
  throw fault(place, 'ONNX_FLOAT_LAYER', 'the last operator has no output scale', 'put a QuantizeLinear behind it');
}

/** Faults: `ONNX_*` for what the file asks, `GRAPH_*` for a network that makes no sense. */
export function integerNetwork(ir: Ir): Graph {
  const build = emptyBuild(ir);
  for (const port of ir.inputs) build.values.set(port.id, inputValue(build, port));
  for (const step of ir.steps) {
    const { layer, place } = step;
    const value: Known =
      layer.kind === 'quantize'
        ? quantized(build, layer, place)
        : layer.kind === 'dequantize'
          ? dequantized(build, layer, place)
          : layer.kind === 'clip'
            ? { real: clipped(build, layer, place) }
            : layerValue(build, step, layer);
    build.values.set(layer.output, value);
  }
  const outputs = ir.outputs.map((port) => outputTensor(build, port));
  const { graph, places } = graphOf(build, outputs);
  checkGraph(graph, (index) => places[index]!);
  return graph;
}
