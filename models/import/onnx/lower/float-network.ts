/** A lowered network without quantisation as a float graph: clips become activations, fused where a layer can carry them. */
import { Fault } from '../../../../specs/fault.ts';
import type { Activation } from '../../../arithmetic.ts';
import type { FloatGraph, FloatLayer } from '../../../float.ts';
import { inputsOf } from '../../../layer-ends.ts';
import type { ClipStep, Ir, IrStep } from './ir.ts';

const ranges: readonly (readonly [number, number, Exclude<Activation, 'none'>])[] = [
  [0, Number.POSITIVE_INFINITY, 'relu'],
  [0, 6, 'relu6'],
  [-1, 1, 'reluN1To1'],
];

function activationOf(layer: ClipStep, place: string): Exclude<Activation, 'none'> {
  const found = ranges.find(([min, max]) => layer.min === min && layer.max === max);
  if (found) return found[2];
  throw new Fault({
    code: 'ONNX_FLOAT_LAYER',
    place,
    cause: `limits of ${layer.min} and ${layer.max}`,
    wayOut: 'float networks know 0 to infinity, 0 to 6 and -1 to 1; quantise the network or change the layer',
  });
}

/** The layer before with the activation in it, or null where it has none to fuse. */
function fused(layer: FloatLayer, activation: Activation, output: number): FloatLayer | null {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected':
    case 'add':
    case 'sub':
    case 'mul':
      return layer.activation === 'none' ? { ...layer, activation, output } : null;
    default:
      return null;
  }
}

function readersOf(ir: Ir): Map<number, number> {
  const readers = new Map<number, number>();
  const ids = [...ir.steps.flatMap(({ layer }) => [...inputsOf(layer)]), ...ir.outputs.map((port) => port.id)];
  for (const id of ids) readers.set(id, (readers.get(id) ?? 0) + 1);
  return readers;
}

function isQuantisation({ layer }: IrStep): boolean {
  return layer.kind === 'quantize' || layer.kind === 'dequantize';
}

/** True when activations are quantised anywhere; weights alone do not count. */
export function isQuantised(ir: Ir): boolean {
  return ir.steps.some(isQuantisation);
}

/** Faults: `ONNX_FLOAT_LAYER` for limits that no activation of float graphs has. */
export function floatNetwork(ir: Ir): FloatGraph {
  const readers = readersOf(ir);
  const layers = new Map<number, FloatLayer>();
  for (const { layer, place } of ir.steps) {
    if (layer.kind === 'quantize' || layer.kind === 'dequantize') continue;
    if (layer.kind !== 'clip') {
      layers.set(layer.output, layer);
      continue;
    }
    const activation = activationOf(layer, place);
    const before = layers.get(layer.input);
    const both = before && readers.get(layer.input) === 1 ? fused(before, activation, layer.output) : null;
    const { name, input, output } = layer;
    if (both) layers.delete(input);
    layers.set(output, both ?? { name, kind: 'activation', input, output, function: activation });
  }
  const used = new Set([...layers.values()].flatMap((layer) => [...inputsOf(layer), layer.output]));
  for (const port of [...ir.inputs, ...ir.outputs]) used.add(port.id);
  return {
    name: ir.name,
    tensors: new Map([...ir.tensors].filter(([id]) => used.has(id))),
    layers: [...layers.values()],
    inputs: ir.inputs.map((port) => port.id),
    outputs: ir.outputs.map((port) => port.id),
    constants: new Map([...ir.constants].filter(([id]) => used.has(id))),
  };
}
