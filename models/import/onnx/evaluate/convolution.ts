/** Conv, ConvInteger and QLinearConv. Padding contributes 0: it stands for the input's zero point. */
import { requantizeFactor } from '../../../onnx-arithmetic.ts';
import { intAttribute } from '../attributes.ts';
import { newTensor, type OnnxTensor, roundToHalf } from '../types.ts';
import { type Call, callFault, optional, required } from './call.ts';
import { byteRange, perChannel, requantized, single } from './requantize.ts';
import { type SlidingWindow, slidingShape, slidingWindow } from './window.ts';

interface Convolution {
  readonly window: SlidingWindow;
  readonly shape: number[];
  readonly batch: number;
  readonly inputChannels: number;
  readonly channels: number;
  readonly groups: number;
}

export function convolutionOf(
  call: Pick<Call, 'node'>,
  inputShape: readonly number[],
  weightShape: readonly number[],
): Convolution {
  const window = slidingWindow(call.node, inputShape, weightShape.slice(2));
  const groups = intAttribute(call.node, 'group', 1);
  const [batch, inputChannels] = inputShape as [number, number];
  const [channels, depth] = weightShape as [number, number];
  if (
    groups < 1 ||
    depth * groups !== inputChannels ||
    channels % groups !== 0 ||
    weightShape.length !== inputShape.length
  ) {
    const cause = `weights [${weightShape.join(', ')}] in ${groups} groups for an input of [${inputShape.join(', ')}]`;
    throw callFault(
      { ...call, opset: 0, inputs: [] },
      'ONNX_SHAPE',
      cause,
      'the groups must divide input and output channels',
    );
  }
  return { window, shape: slidingShape(window, batch, channels), batch, inputChannels, channels, groups };
}

/** Sums of products in double, as one value per output element in [batch, channel, row, column] order. */
function eachSum(
  { window, batch, inputChannels, channels, groups }: Convolution,
  value: (index: number) => number,
  weight: (index: number, channel: number) => number,
  visit: (element: number, channel: number, sum: number) => void,
): void {
  const { input, kernel, stride, dilation, before, output } = window;
  const depth = inputChannels / groups;
  const perGroup = channels / groups;
  let element = 0;
  for (let n = 0; n < batch; n += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      const first = (n * inputChannels + Math.floor(channel / perGroup) * depth) * input[0] * input[1];
      for (let row = 0; row < output[0]; row += 1) {
        for (let column = 0; column < output[1]; column += 1, element += 1) {
          let sum = 0;
          for (let c = 0; c < depth; c += 1) {
            for (let ky = 0; ky < kernel[0]; ky += 1) {
              const y = row * stride[0] - before[0] + ky * dilation[0];
              if (y < 0 || y >= input[0]) continue;
              for (let kx = 0; kx < kernel[1]; kx += 1) {
                const x = column * stride[1] - before[1] + kx * dilation[1];
                if (x < 0 || x >= input[1]) continue;
                const tap = ((channel * depth + c) * kernel[0] + ky) * kernel[1] + kx;
                sum += value(first + (c * input[0] + y) * input[1] + x) * weight(tap, channel);
              }
            }
          }
          visit(element, channel, sum);
        }
      }
    }
  }
}

export function conv(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const w = required(call, 1);
  const bias = optional(call, 2);
  const convolution = convolutionOf(call, x.shape, w.shape);
  const y = newTensor(x.type, convolution.shape, call.node.place);
  eachSum(
    convolution,
    (i) => x.data[i]!,
    (i) => w.data[i]!,
    (element, channel, sum) => {
      const total = sum + (bias ? bias.data[channel]! : 0);
      y.data[element] = x.type === 'float16' ? roundToHalf(total) : total;
    },
  );
  return [y];
}

export function convInteger(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const w = required(call, 1);
  byteRange(call, x);
  byteRange(call, w);
  const convolution = convolutionOf(call, x.shape, w.shape);
  const xZero = optional(call, 2) ? single(call, 2) : 0;
  const wZero = optional(call, 3) ? perChannel(call, 3, convolution.channels) : () => 0;
  const y = newTensor('int32', convolution.shape, call.node.place);
  eachSum(
    convolution,
    (i) => x.data[i]! - xZero,
    (i, channel) => w.data[i]! - wZero(channel),
    (element, _, sum) => {
      y.data[element] = sum;
    },
  );
  return [y];
}

export function qLinearConv(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const w = required(call, 3);
  byteRange(call, x);
  byteRange(call, w);
  const convolution = convolutionOf(call, x.shape, w.shape);
  const xZero = single(call, 2);
  const wZero = perChannel(call, 5, convolution.channels);
  const wScale = perChannel(call, 4, convolution.channels);
  const yZero = required(call, 7);
  const range = byteRange(call, yZero);
  const zero = single(call, 7);
  const bias = optional(call, 8);
  const y = newTensor(yZero.type, convolution.shape, call.node.place);
  const factors = Array.from({ length: convolution.channels }, (_, channel) =>
    requantizeFactor(single(call, 1), wScale(channel), single(call, 6)),
  );
  eachSum(
    convolution,
    (i) => x.data[i]! - xZero,
    (i, channel) => w.data[i]! - wZero(channel),
    (element, channel, sum) => {
      const total = sum + (bias ? bias.data[channel]! : 0);
      y.data[element] = requantized(total, factors[channel]!, zero, range);
    },
  );
  return [y];
}
