/** Random small float chains, for the quantiser. */
import fc from 'fast-check';
import { type Activation, resolvePadding } from '../../models/arithmetic.ts';
import type { FloatGraph, FloatLayer, FloatSingleLayer, FloatTensor } from '../../models/float.ts';
import type { Shape } from '../../models/graph.ts';
import { tensorElements } from '../../models/shape.ts';
import { type Random, seededRandom } from './random.ts';

const kinds = ['conv2d', 'depthwiseConv2d', 'averagePool2d', 'fullyConnected'] as const;

interface Choice {
  readonly kind: (typeof kinds)[number];
  readonly kernel: number;
  readonly stride: number;
  readonly mode: 'same' | 'valid';
  readonly channels: number;
  readonly activation: Activation;
}

const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.constantFrom(...kinds),
  kernel: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  mode: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  channels: fc.integer({ min: 1, max: 6 }),
  activation: fc.constantFrom<Activation>('none', 'relu', 'relu6', 'reluN1To1'),
});

/** Between -size and size. */
const reals = (random: Random, count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, () => (2 * random.fraction() - 1) * size);

type Body = FloatSingleLayer extends infer L
  ? L extends FloatSingleLayer
    ? Omit<L, 'name' | 'input' | 'output'>
    : never
  : never;

function build(random: Random, drawn: Choice, shape: Shape): { body: Body; shape: Shape } {
  const { activation } = drawn;
  if (shape.length !== 4 || drawn.kind === 'fullyConnected') {
    const inputs = tensorElements(shape);
    const weights = reals(random, inputs * drawn.channels, Math.sqrt(3 / inputs));
    const bias = reals(random, drawn.channels, 0.3);
    return { body: { kind: 'fullyConnected', weights, bias, activation }, shape: [1, drawn.channels] };
  }
  const [, height, width, depth] = shape as [number, number, number, number];
  const size = Math.min(drawn.kernel, height, width);
  const v = resolvePadding(drawn.mode, height, size, drawn.stride, 1);
  const h = resolvePadding(drawn.mode, width, size, drawn.stride, 1);
  const kernel = { height: size, width: size };
  const stride = { height: drawn.stride, width: drawn.stride };
  const padding = { top: v.before, bottom: v.after, left: h.before, right: h.after };
  const dilation = { height: 1, width: 1 };
  const window = { kernel, stride, padding };
  const out = (channels: number): Shape => [1, v.output, h.output, channels];
  if (drawn.kind === 'averagePool2d') return { body: { kind: 'averagePool2d', ...window }, shape: out(depth) };
  const taps = size * size;
  if (drawn.kind === 'depthwiseConv2d') {
    const depthMultiplier = drawn.channels > 4 ? 2 : 1;
    const channels = depth * depthMultiplier;
    const weights = reals(random, taps * channels, Math.sqrt(3 / taps));
    const bias = reals(random, channels, 0.3);
    const body = { kind: 'depthwiseConv2d' as const, ...window, dilation, depthMultiplier, weights, bias, activation };
    return { body, shape: out(channels) };
  }
  const weights = reals(random, taps * depth * drawn.channels, Math.sqrt(3 / (taps * depth)));
  const bias = reals(random, drawn.channels, 0.3);
  return {
    body: { kind: 'conv2d', ...window, dilation, groups: 1, weights, bias, activation },
    shape: out(drawn.channels),
  };
}

/** 1 to 4 layers on maps up to 6 x 6 x 4, weights such that activations stay near 1 in size; inputs between -1 and 1. */
export const randomFloatGraph: fc.Arbitrary<{ graph: FloatGraph; inputs: Float32Array[] }> = fc
  .record({
    height: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 6 }),
    depth: fc.integer({ min: 1, max: 4 }),
    choices: fc.array(choice, { minLength: 1, maxLength: 4 }),
    seed: fc.integer(),
  })
  .map(({ height, width, depth, choices, seed }) => {
    const random = seededRandom(seed);
    const first: Shape = [1, height, width, depth];
    const tensors = new Map<number, FloatTensor>([[0, { id: 0, name: 'input', shape: first }]]);
    let shape = first;
    const layers = choices.map((drawn, i): FloatLayer => {
      const built = build(random, drawn, shape);
      shape = built.shape;
      const name = `layer_${i}`;
      tensors.set(i + 1, { id: i + 1, name, shape });
      return { ...built.body, name, input: i, output: i + 1 };
    });
    const graph = { name: 'random', tensors, layers, inputs: [0], outputs: [layers.length] };
    return { graph, inputs: Array.from({ length: 8 }, () => reals(random, tensorElements(first), 1)) };
  });
