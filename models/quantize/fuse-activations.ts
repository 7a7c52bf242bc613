import type { Activation } from '../arithmetic.ts';
import type { FloatActivation, FloatGraph, FloatLayer } from '../float.ts';
import { inputsOf } from '../layer-ends.ts';

const clamps: ReadonlySet<string> = new Set(['relu', 'relu6', 'reluN1To1']);

function takes(layer: FloatLayer | undefined): layer is Extract<FloatLayer, { activation: Activation }> {
  return layer !== undefined && 'activation' in layer && layer.activation === 'none';
}

/** How many layers (and outputs of the network) read each tensor. */
export function readersOf(graph: FloatGraph): Map<number, number> {
  const readers = new Map<number, number>();
  const read = (id: number): void => void readers.set(id, (readers.get(id) ?? 0) + 1);
  for (const layer of graph.layers) inputsOf(layer).forEach(read);
  graph.outputs.forEach(read);
  return readers;
}

/** The same network with every relu, relu6 and relu_n1_to_1 that alone reads a layer without activation made part of that layer: one rounding less. */
export function fuseActivations(graph: FloatGraph): FloatGraph {
  const readers = readersOf(graph);
  const layers: FloatLayer[] = [];
  for (const layer of graph.layers) {
    const at = layers.findIndex((candidate) => 'input' in layer && candidate.output === layer.input);
    const before = layers[at];
    if (isClamp(layer) && takes(before) && readers.get(before.output) === 1) {
      layers[at] = { ...before, activation: layer.function as Activation, output: layer.output };
    } else {
      layers.push(layer);
    }
  }
  return { ...graph, layers };
}

function isClamp(layer: FloatLayer): layer is FloatActivation {
  return layer.kind === 'activation' && clamps.has(layer.function);
}
