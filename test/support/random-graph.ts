/** Random small chain networks: every shape, option and table varies, all are valid (see checkGraph). */
import fc from 'fast-check';
import type { Activation } from '../../models/arithmetic.ts';
import type { Extent, Graph, Padding, Shape } from '../../models/graph.ts';
import { slidingOutput, tensorElements } from '../../models/shape.ts';
import {
  graphOf,
  type LayerDescription,
  type ModelDescription,
  paddingOf,
  type Quantization,
} from './model-description.ts';
import { type Random, randomInt8s, seededRandom } from './random.ts';

export interface RandomChainOptions {
  /** 1 to this many layers before a final quantize or softmax; 4 unless told. */
  readonly maxLayers?: number;
  /** Paddings that differ on the two sides in any way; a .tflite file cannot say them. */
  readonly explicitPadding?: boolean;
  readonly groups?: boolean;
  readonly weightZeroPoint?: boolean;
  /** Layers of this kind may appear; off unless told. */
  readonly reshape?: boolean;
  readonly quantize?: boolean;
  readonly softmax?: boolean;
}

const mapLimit = 7;
const channelLimit = 8;

const extent = (min: number, max: number): fc.Arbitrary<Extent> =>
  fc.record({ height: fc.integer({ min, max }), width: fc.integer({ min, max }) });

const pads = fc.record({
  top: fc.nat({ max: 3 }),
  left: fc.nat({ max: 3 }),
  bottom: fc.nat({ max: 3 }),
  right: fc.nat({ max: 3 }),
});

/** What fast-check draws and shrinks for a layer; `build` bends it until it fits the map at hand. */
interface Choice {
  readonly kind: LayerDescription['kind'];
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: 'same' | 'valid' | Padding;
  readonly channels: number;
  readonly groups: number;
  readonly activation: Activation;
  readonly perChannel: boolean;
  readonly hasBias: boolean;
  /** How a channel's factor is drawn: so that outputs spread over int8, or any shift from -31 to 4. */
  readonly wild: boolean;
  readonly weightZeroPoint: number;
  readonly zeroPoint: number;
}

function choice(options: RandomChainOptions): fc.Arbitrary<Choice> {
  const kinds: LayerDescription['kind'][] = ['fullyConnected', 'averagePool2d', 'depthwiseConv2d', 'conv2d'];
  if (options.reshape) kinds.push('reshape');
  if (options.quantize) kinds.push('quantize');
  const named = fc.constantFrom<'same' | 'valid'>('valid', 'same');
  return fc.record({
    kind: fc.constantFrom(...kinds),
    kernel: extent(1, 4),
    stride: extent(1, 3),
    dilation: fc.oneof({ weight: 3, arbitrary: fc.constant({ height: 1, width: 1 }) }, extent(1, 3)),
    padding: options.explicitPadding ? fc.oneof(named, pads) : named,
    channels: fc.integer({ min: 1, max: channelLimit }),
    groups: options.groups ? fc.integer({ min: 1, max: 4 }) : fc.constant(1),
    activation: fc.constantFrom<Activation>('none', 'relu', 'relu6', 'reluN1To1'),
    perChannel: fc.boolean(),
    hasBias: fc.boolean(),
    wild: fc.boolean(),
    weightZeroPoint: options.weightZeroPoint ? fc.integer({ min: -128, max: 127 }) : fc.constant(0),
    zeroPoint: fc.integer({ min: -128, max: 127 }),
  });
}

function randomScale(random: Random): number {
  return Math.fround(2 ** (random.fraction() * 8 - 7));
}

interface Contents {
  readonly weights: Int8Array;
  readonly bias: Int32Array | null;
  readonly weightScales: number[];
  readonly output: Quantization;
}

/** Weights, biases and scales of `channels` channels with `taps` weights each. */
function contents(random: Random, drawn: Choice, taps: number, channels: number, input: Quantization): Contents {
  const weights = randomInt8s(random, taps * channels);
  if (random.integer(0, 3) === 0) {
    for (let i = 0; i < weights.length; i += 1) weights[i] = random.integer(-1, 1);
  }
  const scale = randomScale(random);
  const spread = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / channels + 1) * 74;
  const factor = (): number =>
    drawn.wild
      ? 2 ** random.integer(-31, 4) * (0.5 + random.fraction() / 2)
      : (100 / spread) * 2 ** (random.fraction() * 3 - 1.5);
  const weightScales = Array.from({ length: drawn.perChannel ? channels : 1 }, () =>
    Math.fround((factor() * scale) / input.scale),
  );
  // The worst sums stay below 2^27, so a left shift by 4 still fits 32 bits; huge biases go with right shifts only.
  const shiftsLeft = weightScales.some((weightScale) => (input.scale * weightScale) / scale >= 0.5);
  const huge = !shiftsLeft && random.integer(0, 7) === 0;
  const reach = huge ? 1073741824 : Math.min(33554432, Math.ceil(spread));
  const bias = drawn.hasBias ? Int32Array.from({ length: channels }, () => random.integer(-reach, reach)) : null;
  return { weights, bias, weightScales, output: { scale, zeroPoint: drawn.zeroPoint } };
}

interface Fitted {
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: 'same' | 'valid' | Padding;
}

/** Shrinks kernel, dilation and padding until the window gives a map of 1 to `mapLimit` pixels a side. */
function fitWindow(drawn: Choice, shape: Shape): Fitted {
  const map = { height: shape[1]!, width: shape[2]! };
  const along = (kernel: number, dilation: number, size: number): [number, number] => {
    const taps = drawn.padding === 'same' ? kernel : Math.min(kernel, size);
    const room = taps === 1 ? dilation : Math.max(1, Math.floor((size - 1) / (taps - 1)));
    return [taps, drawn.padding === 'same' ? dilation : Math.min(dilation, room)];
  };
  const pool = drawn.kind === 'averagePool2d';
  const [kernelHeight, dilationHeight] = along(drawn.kernel.height, pool ? 1 : drawn.dilation.height, map.height);
  const [kernelWidth, dilationWidth] = along(drawn.kernel.width, pool ? 1 : drawn.dilation.width, map.width);
  const kernel = { height: kernelHeight, width: kernelWidth };
  const dilation = { height: dilationHeight, width: dilationWidth };
  const window = { kernel, dilation, stride: drawn.stride };
  if (typeof drawn.padding === 'string') return { ...window, padding: drawn.padding };
  const rows = (kernelHeight - 1) * dilationHeight;
  const columns = (kernelWidth - 1) * dilationWidth;
  const padding = {
    top: Math.min(drawn.padding.top, rows),
    left: Math.min(drawn.padding.left, columns),
    bottom: Math.min(drawn.padding.bottom, rows),
    right: Math.min(drawn.padding.right, columns),
  };
  const out = slidingOutput({ ...window, padding }, map);
  return { ...window, padding: out.height > mapLimit || out.width > mapLimit ? 'valid' : padding };
}

interface Built {
  readonly layer: LayerDescription;
  readonly shape: Shape;
  readonly quantization: Quantization;
}

function build(random: Random, drawn: Choice, shape: Shape, input: Quantization): Built {
  const { activation } = drawn;
  const flat = shape.length !== 4;
  if (drawn.kind === 'quantize') {
    const output = { scale: Math.fround(input.scale * 2 ** (random.fraction() * 4 - 2)), zeroPoint: drawn.zeroPoint };
    return { layer: { kind: 'quantize', output }, shape, quantization: output };
  }
  if (drawn.kind === 'reshape' && !flat) {
    const flattened = [1, tensorElements(shape)];
    return { layer: { kind: 'reshape', shape: flattened }, shape: flattened, quantization: input };
  }
  if (flat || drawn.kind === 'fullyConnected') {
    const { channels } = drawn;
    const filled = contents(random, drawn, tensorElements(shape), channels, input);
    // The reference subtracts a weight zero point only with one scale for all channels.
    const weightZeroPoint = filled.weightScales.length === 1 ? drawn.weightZeroPoint : 0;
    const layer = { kind: 'fullyConnected' as const, ...filled, channels, activation, weightZeroPoint };
    return { layer, shape: [1, channels], quantization: filled.output };
  }
  const depth = shape[3]!;
  const window = fitWindow(drawn, shape);
  const padding = paddingOf(window, shape);
  const map = slidingOutput({ ...window, padding }, { height: shape[1]!, width: shape[2]! });
  if (drawn.kind === 'averagePool2d') {
    const { kernel, stride } = window;
    const layer = { kind: 'averagePool2d' as const, kernel, stride, padding: window.padding, activation };
    return { layer, shape: [1, map.height, map.width, depth], quantization: input };
  }
  const taps = window.kernel.height * window.kernel.width;
  if (drawn.kind === 'depthwiseConv2d') {
    const channels =
      depth * Math.max(1, Math.min(drawn.groups + (drawn.channels % 3), Math.floor(channelLimit / depth)));
    const filled = contents(random, drawn, taps, channels, input);
    const layer = { kind: 'depthwiseConv2d' as const, ...window, ...filled, channels, activation };
    return { layer, shape: [1, map.height, map.width, channels], quantization: filled.output };
  }
  const groups = depth % drawn.groups === 0 ? drawn.groups : 1;
  const channels = groups * Math.max(1, Math.floor(drawn.channels / groups));
  const filled = contents(random, drawn, (taps * depth) / groups, channels, input);
  const layer = { kind: 'conv2d' as const, ...window, ...filled, channels, groups, activation };
  return { layer, shape: [1, map.height, map.width, channels], quantization: filled.output };
}

/** Descriptions that a .tflite file can hold, unless `explicitPadding` is on. */
export function randomDescription(options: RandomChainOptions = {}): fc.Arbitrary<ModelDescription> {
  const drawn = fc.record({
    map: extent(1, mapLimit),
    channels: fc.integer({ min: 1, max: channelLimit }),
    zeroPoint: fc.integer({ min: -128, max: 127 }),
    layers: fc.array(choice(options), { minLength: 1, maxLength: options.maxLayers ?? 4 }),
    seed: fc.integer(),
    softmax: options.softmax ? fc.boolean() : fc.constant(false),
  });
  return drawn.map(({ map, channels, zeroPoint, layers: choices, seed, softmax }) => {
    const random = seededRandom(seed);
    let shape: Shape = [1, map.height, map.width, channels];
    const input = { shape, scale: randomScale(random), zeroPoint };
    let quantization: Quantization = input;
    const layers: LayerDescription[] = [];
    for (const entry of choices) {
      const built = build(random, entry, shape, quantization);
      layers.push(built.layer);
      ({ shape, quantization } = built);
    }
    if (softmax) layers.push({ kind: 'softmax', beta: Math.fround(0.25 + random.fraction() * 2) });
    return { name: 'random', input, layers };
  });
}

/** Valid graphs of 1 to 4 layers on maps up to 7 x 7 x 8. */
export function randomChain(options: RandomChainOptions = {}): fc.Arbitrary<Graph> {
  return randomDescription(options).map(graphOf);
}

/** `samples` random inputs of the graph, one after the other. */
export function randomInputs(graph: Graph, samples: number, seed: number): Int8Array {
  const { shape } = graph.tensors.get(graph.inputs[0]!)!;
  return randomInt8s(seededRandom(seed), samples * tensorElements(shape));
}
