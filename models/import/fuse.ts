/** What becomes of a draft's steps that the layers around them can take in: affine steps, fused activations, layers nobody reads. */
import { Fault } from '../../specs/fault.ts';
import type { Activation } from '../arithmetic.ts';
import type { FloatCore } from '../float-shape.ts';
import type { Affine, Draft, DraftLayer } from './draft.ts';
import { tidyReshapes } from './reshapes.ts';

type Weighted = Extract<FloatCore, { readonly weights: Float32Array }>;
type Plain = DraftLayer & { readonly core: FloatCore };

/** Folded weights are copies; a file that shares one array among thousands of layers must not grow a thousandfold. */
const copyLimit = 2 ** 26;

const isWeighted = (core: DraftLayer['core']): core is Weighted => 'weights' in core;

/** Index of the output channel of a weight; depthwise keeps it last, the others first. */
function channelOf(layer: Weighted): (weight: number) => number {
  const channels = layer.bias.length;
  if (layer.kind === 'depthwiseConv2d') return (weight) => weight % channels;
  const perChannel = layer.weights.length / channels;
  return (weight) => Math.floor(weight / perChannel);
}

const at = (values: Float64Array, channel: number): number => values[values.length === 1 ? 0 : channel]!;

/** affine(w x + b) is a layer of its own: w' = factor w, b' = (b - center) factor + offset. */
function foldAfter(layer: Weighted, affine: Affine): Weighted {
  const channel = channelOf(layer);
  return {
    ...layer,
    weights: layer.weights.map((w, i) => w * at(affine.factor, channel(i))),
    bias: layer.bias.map((b, c) => (b - at(affine.center, c)) * at(affine.factor, c) + at(affine.offset, c)),
  };
}

/** Input channel of a weight. The rows of a fully connected layer may hold several pixels. */
function inputChannelOf(layer: Weighted, depth: number): (weight: number) => number {
  if (layer.kind === 'fullyConnected') return (weight) => weight % depth;
  if (layer.kind === 'depthwiseConv2d') {
    return (weight) => Math.floor((weight % layer.bias.length) / layer.depthMultiplier);
  }
  const perGroup = depth / layer.groups;
  const channel = channelOf(layer);
  const outputsPerGroup = layer.bias.length / layer.groups;
  return (weight) => Math.floor(channel(weight) / outputsPerGroup) * perGroup + (weight % perGroup);
}

/** w affine(x) + b, without padding, is one, too: w' = w factor, b' = b + sum of w (offset - center factor). */
function foldBefore(layer: Weighted, affine: Affine, depth: number): Weighted {
  const input = inputChannelOf(layer, depth);
  const channel = channelOf(layer);
  const sums = Float64Array.from(layer.bias);
  for (const [i, w] of layer.weights.entries()) {
    const c = input(i);
    sums[channel(i)]! += w * (at(affine.offset, c) - at(affine.center, c) * at(affine.factor, c));
  }
  const weights = layer.weights.map((w, i) => w * at(affine.factor, input(i)));
  return { ...layer, weights, bias: Float32Array.from(sums) };
}

/** Two affine steps, one after the other, as one. */
function compose(first: Affine, second: Affine): Affine {
  const length = Math.max(
    first.factor.length,
    first.offset.length,
    first.center.length,
    second.factor.length,
    second.offset.length,
    second.center.length,
  );
  const each = (value: (c: number) => number): Float64Array => Float64Array.from({ length }, (_, c) => value(c));
  return {
    kind: 'affine',
    factor: each((c) => at(first.factor, c) * at(second.factor, c)),
    center: each((c) => at(first.center, c)),
    offset: each((c) => (at(first.offset, c) - at(second.center, c)) * at(second.factor, c) + at(second.offset, c)),
  };
}

/** Padding puts zeros around the affine's output, and no bias makes up for them. */
function takesBefore(core: DraftLayer['core'], depth: number): core is Weighted {
  if (!isWeighted(core)) return false;
  if (core.kind === 'fullyConnected') return (core.weights.length / core.bias.length) % depth === 0;
  const { top, left, bottom, right } = core.padding;
  return top + left + bottom + right === 0;
}

interface Links {
  /** Position of the layer that writes a tensor. */
  readonly writer: ReadonlyMap<number, number>;
  /** Position of the only layer that reads a tensor, which is no output of the network. */
  readonly onlyReader: ReadonlyMap<number, number>;
}

function linksOf(layers: readonly DraftLayer[], outputs: readonly number[]): Links {
  const readers = new Map<number, number[]>(outputs.map((id) => [id, [-1, -1]]));
  const writer = new Map<number, number>();
  for (const [index, layer] of layers.entries()) {
    writer.set(layer.output, index);
    for (const id of layer.inputs) {
      const list = readers.get(id);
      if (list) list.push(index);
      else readers.set(id, [index]);
    }
  }
  const single = [...readers].filter(([, list]) => list.length === 1);
  return { writer, onlyReader: new Map(single.map(([id, list]) => [id, list[0]!])) };
}

/** Layers whose output nothing needs, found from the end. */
function withoutUnread(layers: readonly DraftLayer[], outputs: readonly number[]): DraftLayer[] {
  const needed = new Set(outputs);
  const kept = [...layers].reverse().filter((layer) => {
    if (!needed.has(layer.output)) return false;
    for (const id of layer.inputs) needed.add(id);
    return true;
  });
  return kept.reverse();
}

function refuseCopies(total: number, place: string): void {
  if (total <= copyLimit) return;
  throw new Fault({
    code: 'FLOAT_WEIGHTS',
    place,
    cause: `${total} weights are needed after folding batch normalisation`,
    wayOut: `at most ${copyLimit} are; share fewer weights between layers`,
  });
}

/** Every affine step goes into the layer before it, else into the one after it, else becomes mul and add. */
function foldAffines(draft: Draft, layers: readonly DraftLayer[]): Plain[] {
  const { writer, onlyReader } = linksOf(layers, draft.outputs);
  const result: (DraftLayer | null)[] = [...layers];
  let copied = 0;
  const plain: Plain[] = [];
  for (const [index, original] of layers.entries()) {
    if (original.core.kind !== 'affine') continue;
    let affine = original.core;
    let current = original;
    const before = writer.get(current.inputs[0]!);
    const producer = before === undefined ? null : result[before]!;
    if (producer?.core.kind === 'affine' && onlyReader.get(producer.output) === index) {
      affine = compose(producer.core, affine);
      current = { ...original, core: affine, inputs: producer.inputs };
      result[before!] = null;
      result[index] = current;
    }
    const input = current.inputs[0]!;
    if (
      producer &&
      isWeighted(producer.core) &&
      producer.core.activation === 'none' &&
      onlyReader.get(producer.output) === index
    ) {
      copied += producer.core.weights.length;
      refuseCopies(copied, current.place);
      result[before!] = null;
      result[index] = { ...producer, core: foldAfter(producer.core, affine), output: current.output };
      continue;
    }
    const after = onlyReader.get(current.output);
    const consumer = after === undefined ? null : result[after]!;
    const depth = draft.tensors.get(input)!.shape.at(-1) ?? 1;
    if (consumer && takesBefore(consumer.core, depth)) {
      copied += consumer.core.weights.length;
      refuseCopies(copied, current.place);
      result[index] = null;
      result[after!] = { ...consumer, core: foldBefore(consumer.core, affine, depth), inputs: [input] };
    }
  }
  for (const layer of result) {
    if (layer === null) continue;
    if (layer.core.kind === 'affine') plain.push(...mulAndAdd(draft, layer, layer.core));
    else plain.push({ ...layer, core: layer.core });
  }
  return plain;
}

/** x factor + (offset - center factor) with constant operands; a step that changes nothing is left out unless it is the only one. */
function mulAndAdd(draft: Draft, layer: DraftLayer, affine: Affine): Plain[] {
  const length = Math.max(affine.factor.length, affine.center.length, affine.offset.length);
  const factor = Float32Array.from({ length }, (_, c) => at(affine.factor, c));
  const offset = Float32Array.from(
    { length },
    (_, c) => at(affine.offset, c) - at(affine.center, c) * at(affine.factor, c),
  );
  const operand = (values: Float32Array, name: string): number => {
    const id = draft.tensors.size;
    draft.tensors.set(id, { id, name, shape: [length] });
    draft.constants.set(id, values);
    return id;
  };
  const { place, output } = layer;
  const x = layer.inputs[0]!;
  const adds = offset.some((value) => value !== 0);
  if (!adds || factor.some((value) => value !== 1)) {
    const product = adds ? draft.tensors.size : output;
    if (adds) draft.tensors.set(product, { ...draft.tensors.get(output)!, id: product });
    const mul: Plain = {
      core: { kind: 'mul', activation: 'none' },
      inputs: [x, operand(factor, 'factor')],
      output: product,
      place,
    };
    if (!adds) return [mul];
    return [
      mul,
      { core: { kind: 'add', activation: 'none' }, inputs: [product, operand(offset, 'offset')], output, place },
    ];
  }
  return [{ core: { kind: 'add', activation: 'none' }, inputs: [x, operand(offset, 'offset')], output, place }];
}

const fusable: readonly Activation[] = ['relu', 'relu6', 'reluN1To1'];

/** relu, relu6 and reluN1To1 become part of the layer that alone feeds them. */
function fuseActivations(layers: readonly Plain[], outputs: readonly number[]): Plain[] {
  const { writer, onlyReader } = linksOf(layers, outputs);
  const result: (Plain | null)[] = [...layers];
  for (const [index, layer] of layers.entries()) {
    if (layer.core.kind !== 'activation') continue;
    const name = layer.core.function;
    const activation = fusable.find((known) => known === name);
    const before = writer.get(layer.inputs[0]!);
    const producer = before === undefined ? null : result[before]!;
    if (!activation || !producer || onlyReader.get(layer.inputs[0]!) !== index) continue;
    if (!('activation' in producer.core) || producer.core.activation !== 'none') continue;
    result[before!] = null;
    result[index] = { ...producer, core: { ...producer.core, activation }, output: layer.output };
  }
  return result.filter((layer) => layer !== null);
}

/** The draft's layers as they stand in the finished graph, in execution order. */
export function fuseDraft(draft: Draft): Plain[] {
  const read = withoutUnread(draft.layers, draft.outputs);
  const needed = withoutUnread(tidyReshapes(draft, read), draft.outputs);
  return fuseActivations(foldAffines(draft, needed), draft.outputs);
}
