/** A factor or a summand per output channel, right behind the layer with weights that it belongs to, goes into that layer. */
import type { FloatWeightedLayer } from '../../../float.ts';
import type { At, ConstantValue } from './context.ts';
import type { IrLayer } from './ir.ts';
import type { View } from './view.ts';

function isWeighted(layer: IrLayer): layer is FloatWeightedLayer {
  return layer.kind === 'conv2d' || layer.kind === 'depthwiseConv2d' || layer.kind === 'fullyConnected';
}

/** One value per channel of the storage's last dimension, when the constant is that or a scalar; else null. */
function channelValues(value: ConstantValue, view: View, channels: number): number[] | null {
  const { shape, data } = value.tensor;
  if (data.length === 1) return new Array<number>(channels).fill(data[0]!);
  const axis = view.axes.findIndex((group) => group.length === 1 && group[0] === view.stored.length - 1);
  const at = axis - view.axes.length + shape.length;
  const alone = axis >= 0 && at >= 0 && shape.every((size, i) => (i === at ? size === channels : size === 1));
  return alone ? Array.from(data) : null;
}

function scaled(at: At, layer: FloatWeightedLayer, factors: readonly number[]): FloatWeightedLayer {
  const channels = factors.length;
  const taps = layer.weights.length / channels;
  const channelOf = (index: number): number =>
    layer.kind === 'depthwiseConv2d' ? index % channels : Math.floor(index / taps);
  const { weights, biases } = at.lowering.ir;
  const integers = weights.get(layer.name);
  if (integers) {
    const zeroPoint = (channel: number): number => integers.zeroPoints[integers.zeroPoints.length === 1 ? 0 : channel]!;
    weights.set(layer.name, {
      ...integers,
      values: integers.values.map(
        (value, index) => (value - zeroPoint(channelOf(index))) * Math.sign(factors[channelOf(index)]!),
      ),
      type: 'int16',
      zeroPoints: [0],
      scales: factors.map((factor, channel) => {
        const scale = integers.scales[integers.scales.length === 1 ? 0 : channel]!;
        return factor === 0 ? scale : Math.fround(scale * Math.abs(factor));
      }),
    });
  }
  const bias = biases.get(layer.name);
  if (bias) {
    biases.set(layer.name, {
      values: bias.values.map((value, channel) => value * Math.sign(factors[channel]!)),
      scales:
        bias.scales &&
        factors.map((factor, channel) => {
          const scale = bias.scales![bias.scales!.length === 1 ? 0 : channel]!;
          return factor === 0 ? scale : Math.fround(scale * Math.abs(factor));
        }),
    });
  }
  return {
    ...layer,
    weights: layer.weights.map((value, index) => value * factors[channelOf(index)]!),
    bias: layer.bias.map((value, channel) => value * factors[channel]!),
  };
}

function shifted(
  at: At,
  layer: FloatWeightedLayer,
  value: ConstantValue,
  summands: readonly number[],
): FloatWeightedLayer {
  const { biases } = at.lowering.ir;
  const known = biases.get(layer.name);
  const whole = value.tensor.type === 'int32' && known?.scales === null;
  if (whole) biases.set(layer.name, { values: known.values.map((bias, i) => bias + summands[i]!), scales: null });
  else if (value.origin?.values.type === 'int32' && known?.values.every((bias) => bias === 0)) {
    const { values, scale } = value.origin;
    const integers = Int32Array.from(summands, (_, i) => values.data[values.data.length === 1 ? 0 : i]!);
    biases.set(layer.name, { values: integers, scales: Array.from(scale.data) });
  } else biases.delete(layer.name);
  return { ...layer, bias: layer.bias.map((bias, i) => bias + summands[i]!) };
}

/**
 * Multiplies or shifts the layer that makes `view`, if it has weights, nothing else reads its output and the constant is one value
 * per channel. True when that was done.
 */
export function absorbed(at: At, kind: 'add' | 'sub' | 'mul', name: string, view: View, value: ConstantValue): boolean {
  const { steps } = at.lowering.ir;
  if (at.lowering.uses.get(name) !== 1) return false;
  const index = steps.findLastIndex(({ layer }) => layer.output === view.id);
  const step = steps[index];
  if (!step || !isWeighted(step.layer) || index < steps.length - 8) return false;
  const channels = step.layer.bias.length;
  const values = channelValues(value, view, channels);
  if (values === null || view.stored.at(-1) !== channels) return false;
  const sign = kind === 'sub' ? -1 : 1;
  const signed = sign === 1 ? value : { tensor: value.tensor, origin: null };
  const layer =
    kind === 'mul'
      ? scaled(at, step.layer, values)
      : shifted(
          at,
          step.layer,
          signed,
          values.map((v) => sign * v),
        );
  steps[index] = { ...step, layer };
  return true;
}
