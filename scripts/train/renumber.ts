import type { FloatGraph, FloatLayer, FloatTensor } from '../../models/float.ts';

/**
 * The same network with tensors numbered as they come to be: inputs first, then what each layer writes. The importer counts every
 * layer of the Keras model, also those that vanish, and the files of the zoo should not change with what it counts. A single input
 * is called `input`: TensorFlow.js numbers the names of inputs over all models that a process builds.
 */
export function renumbered(graph: FloatGraph): FloatGraph {
  const order = [...graph.inputs, ...(graph.constants?.keys() ?? []), ...graph.layers.map(({ output }) => output)];
  const numbers = new Map(order.map((id, number) => [id, number]));
  const numberOf = (id: number): number => numbers.get(id)!;
  const tensors = order.map((id): [number, FloatTensor] => {
    const { name, shape } = graph.tensors.get(id)!;
    const only = graph.inputs.length === 1 && id === graph.inputs[0];
    return [numberOf(id), { id: numberOf(id), name: only ? 'input' : name, shape }];
  });
  const layers = graph.layers.map((layer): FloatLayer => {
    const output = numberOf(layer.output);
    if ('inputs' in layer) return { ...layer, inputs: layer.inputs.map(numberOf), output };
    return { ...layer, input: numberOf(layer.input), output };
  });
  const { name, inputs, outputs, constants } = graph;
  return {
    name,
    tensors: new Map(tensors),
    layers,
    inputs: inputs.map(numberOf),
    outputs: outputs.map(numberOf),
    ...(constants && { constants: new Map([...constants].map(([id, values]) => [numberOf(id), values])) }),
  };
}
