import { quantizeMultiplier } from '../../models/arithmetic.ts';
import { checkGraph } from '../../models/check-graph.ts';
import type { FullyConnected, Graph, Layer, Tensor } from '../../models/graph.ts';
import { typeOf } from '../../models/tensor-type.ts';
import { type Random, randomInt8s, seededRandom } from './random.ts';

/** A fully connected layer of each pixel's channels, as many out as in. */
function dense(random: Random, name: string, input: Tensor, output: Tensor): FullyConnected {
  const channels = input.shape.at(-1)!;
  const { multiplier, shift } = quantizeMultiplier((0.5 + random.fraction()) / (60 * Math.sqrt(channels)));
  return {
    kind: 'fullyConnected',
    name,
    input: input.id,
    output: output.id,
    weights: randomInt8s(random, channels * channels),
    weightZeroPoint: 0,
    bias: Int32Array.from({ length: channels }, () => random.integer(-3000, 3000)),
    requantize: { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) },
    clamp: { min: random.fraction() < 0.5 ? -128 : output.zeroPoint, max: 127 },
  };
}

/** The network with a fully connected layer before every int8 input and after every int8 output, so that channels inside it may go. */
export function betweenDense(graph: Graph, seed: number): Graph {
  const random = seededRandom(seed);
  const tensors = new Map(graph.tensors);
  const suited = (id: number) => typeOf(tensors.get(id)!) === 'int8' && tensors.get(id)!.shape.length > 0;
  const beside = (id: number): Tensor => {
    const fresh = { ...tensors.get(id)!, id: Math.max(...tensors.keys()) + 1, name: `beside ${id}` };
    tensors.set(fresh.id, fresh);
    return fresh;
  };
  const before: Layer[] = [];
  const after: Layer[] = [];
  const inputs = graph.inputs.map((id) => {
    if (!suited(id)) return id;
    const outside = beside(id);
    before.push(dense(random, `enter_${id}`, outside, tensors.get(id)!));
    return outside.id;
  });
  const outputs = graph.outputs.map((id) => {
    if (!suited(id) || graph.inputs.includes(id)) return id;
    const outside = beside(id);
    after.push(dense(random, `leave_${id}`, tensors.get(id)!, outside));
    return outside.id;
  });
  const result = { ...graph, tensors, inputs, outputs, layers: [...before, ...graph.layers, ...after] };
  checkGraph(result);
  return result;
}
