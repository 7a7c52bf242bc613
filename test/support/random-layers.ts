/** Random layers with weights, and pools. */
import { resolvePadding } from '../../models/arithmetic.ts';
import {
  activations,
  any,
  type Draft,
  type Drawn,
  emit,
  fresh,
  like,
  map,
  pick,
  quantization,
  size,
} from './random-draft.ts';
import { fused, int32, named } from './tflite-network.ts';

interface WeightedParts {
  readonly inputs: number[];
  readonly output: { scale: number; zeroPoint: number };
}

/** Weights with a bias, and an output scale that leaves values inside the range. */
function weightedParts(
  draft: Draft,
  input: Drawn,
  shape: readonly number[],
  channels: number,
  axis: number,
  single: boolean,
): WeightedParts {
  const { net, random, wide } = draft;
  const bits = !wide && random.integer(0, 3) === 0 ? 4 : 8;
  const reach = bits === 4 ? 7 : 127;
  const values = Int8Array.from({ length: size(shape) }, () => random.integer(-reach - 1, reach));
  const perChannel = !single && random.integer(0, 2) > 0;
  const spread = Math.sqrt(size(shape) / channels) * reach * (wide ? 18000 : 74);
  const output = quantization(draft, 1);
  const scales = Array.from({ length: perChannel ? channels : 1 }, () =>
    Math.fround(((wide ? 8000 : 60) * 2 ** (random.fraction() * 3 - 1.5) * output.scale) / (spread * input.scale)),
  );
  const zero = single && bits === 8 && random.integer(0, 3) === 0 ? random.integer(-20, 20) : 0;
  const inputs = [input.id, net.weights(shape, values, scales, axis, zero, bits)];
  const form = random.integer(0, 3);
  if (form > 0) {
    const biases = Array.from({ length: channels }, () => Math.round((random.fraction() - 0.5) * spread));
    inputs.push(net.numbers(biases, [channels], wide && form > 1 ? 64 : 32));
  } else if (random.integer(0, 1) === 0) {
    inputs.push(-1);
  }
  return { inputs, output };
}

interface Window {
  readonly shape: (channels: number) => number[];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

function window(draft: Draft, input: Drawn, dilated: boolean): Window {
  const { random } = draft;
  const kernel = [random.integer(1, 3), random.integer(1, 3)] as const;
  const stride = [random.integer(1, 2), random.integer(1, 2)] as const;
  const dilation = dilated && random.integer(0, 2) === 0 ? ([2, 1] as const) : ([1, 1] as const);
  const fits = [0, 1].every((at) => (kernel[at]! - 1) * dilation[at]! + 1 <= input.shape[at + 1]!);
  const padding = fits && random.integer(0, 1) === 0 ? 'valid' : 'same';
  const [rows, columns] = [0, 1].map((at) => {
    return resolvePadding(padding, input.shape[at + 1]!, kernel[at]!, stride[at]!, dilation[at]!).output;
  });
  return { kernel, stride, dilation, padding, shape: (channels) => [1, rows!, columns!, channels] };
}

export function convolution(draft: Draft): void {
  const { net, random } = draft;
  const input = map(draft);
  const depth = input.shape[3]!;
  const { kernel, stride, dilation, padding, shape } = window(draft, input, true);
  const slide = { 0: named(padding), 1: int32(stride[1]), 2: int32(stride[0]) };
  const activation = fused(pick(random, activations));
  const depthwise = random.integer(0, 1) === 0;
  if (depthwise) {
    const channels = depth * (depth > 4 ? 1 : random.integer(1, 2));
    const parts = weightedParts(draft, input, [1, ...kernel, channels], channels, 3, false);
    const output = fresh(draft, shape(channels), parts.output.scale, parts.output.zeroPoint);
    const options = {
      ...slide,
      3: int32(channels / depth),
      4: activation,
      5: int32(dilation[1]),
      6: int32(dilation[0]),
    };
    net.operator('DEPTHWISE_CONV_2D', parts.inputs, [output.id], options);
    emit(draft, output);
    return;
  }
  const groups = depth % 2 === 0 && random.integer(0, 2) === 0 ? 2 : 1;
  const channels = groups * random.integer(1, 3);
  const parts = weightedParts(draft, input, [channels, ...kernel, depth / groups], channels, 0, false);
  const output = fresh(draft, shape(channels), parts.output.scale, parts.output.zeroPoint);
  const options = { ...slide, 3: activation, 4: int32(dilation[1]), 5: int32(dilation[0]) };
  net.operator('CONV_2D', parts.inputs, [output.id], options);
  emit(draft, output);
}

export function fullyConnected(draft: Draft): void {
  const { net, random } = draft;
  const input = any(draft);
  const depth = input.shape.at(-1) ?? 1;
  const channels = random.integer(1, 4);
  const single = random.integer(0, 1) === 0;
  const parts = weightedParts(draft, input, [channels, depth], channels, 0, single);
  const output = fresh(draft, [size(input.shape) / depth, channels], parts.output.scale, parts.output.zeroPoint);
  net.operator('FULLY_CONNECTED', parts.inputs, [output.id], { 0: fused(pick(random, activations)) });
  emit(draft, output);
}

export function pooling(draft: Draft): void {
  const { net, random } = draft;
  const input = map(draft);
  const { kernel, stride, padding, shape } = window(draft, input, false);
  const output = like(draft, shape(input.shape[3]!), input);
  const options = {
    0: named(padding),
    1: int32(stride[1]),
    2: int32(stride[0]),
    3: int32(kernel[1]),
    4: int32(kernel[0]),
    5: fused(pick(random, activations)),
  };
  net.operator(pick(random, ['AVERAGE_POOL_2D', 'MAX_POOL_2D'] as const), [input.id], [output.id], options);
  emit(draft, output);
}
