import type { ModelOutline } from '../specs/outline.ts';
import type { FloatGraph, FloatLayer } from './float.ts';
import type { Extent, Graph, Layer } from './graph.ts';
import { inputsOf } from './layer-ends.ts';
import { layerMacs } from './statistics.ts';

const extent = ({ height, width }: Extent): string => (height === width ? String(height) : `${height}x${width}`);
const isOne = ({ height, width }: Extent): boolean => height === 1 && width === 1;

/** What a person would add to the kind of a layer. */
function detailOf(layer: Layer | FloatLayer): string {
  const words: string[] = [];
  if ('kernel' in layer) words.push(`${layer.kernel.height}x${layer.kernel.width}`);
  if ('stride' in layer && !isOne(layer.stride)) words.push(`stride ${extent(layer.stride)}`);
  if ('dilation' in layer && !isOne(layer.dilation)) words.push(`dilation ${extent(layer.dilation)}`);
  if ('groups' in layer && layer.groups !== 1) words.push(`${layer.groups} groups`);
  if ('function' in layer) words.push(layer.function);
  if ('axis' in layer) words.push(`axis ${layer.axis}`);
  if ('axes' in layer) words.push(`axes ${layer.axes.join(', ')}`);
  return words.join(', ');
}

/** The network as a drawing needs it. */
export function outlineOf(graph: Graph | FloatGraph): ModelOutline {
  const shapeOf = (id: number): number[] => [...graph.tensors.get(id)!.shape];
  const port = (id: number) => ({ tensor: id, name: graph.tensors.get(id)!.name, shape: shapeOf(id) });
  return {
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
    layers: graph.layers.map((layer) => {
      const inputs = [...inputsOf(layer)];
      const { name, kind, output } = layer;
      const macs = layerMacs(layer, shapeOf(inputs[0]!), shapeOf(output));
      return { name, kind, detail: detailOf(layer), inputs, output, shape: shapeOf(output), macs };
    }),
  };
}
