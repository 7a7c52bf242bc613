import type { LayersModel, TensorFlow } from '../../models/tf.ts';

/** Height and width. */
type Size = [number, number];

export interface SeparableNetwork {
  readonly inputShape: readonly [number, number, number];
  /** The full convolution at the input. */
  readonly stem: { readonly kernel: Size; readonly stride: Size; readonly filters: number };
  /** Of the depthwise convolution of every stage. */
  readonly kernel: Size;
  /** Depthwise, then pointwise to so many filters. */
  readonly stages: readonly { readonly stride: Size; readonly filters: number }[];
  /** The whole image that is left. */
  readonly pool: Size;
  readonly classes: number;
}

/** Separable convolutions in the manner of MobileNet (arXiv:1704.04861), batch-normalised while training. */
export function buildSeparable(tf: TensorFlow, seed: number, network: SeparableNetwork): LayersModel {
  const { layers, initializers, sequential } = tf.layers;
  const { stem, stages } = network;
  const model = sequential();
  let drawn = seed;
  const initializer = () => initializers.heNormal({ seed: drawn++ });
  const normalised = (largest?: number): void => {
    model.add(layers.batchNormalization({ momentum: 0.95 }));
    model.add(largest === undefined ? layers.reLU() : layers.reLU({ maxValue: largest }));
  };
  model.add(
    layers.conv2d({
      inputShape: [...network.inputShape],
      filters: stem.filters,
      kernelSize: stem.kernel,
      strides: stem.stride,
      padding: 'same',
      useBias: false,
      kernelInitializer: initializer(),
    }),
  );
  normalised();
  for (const { stride, filters } of stages) {
    model.add(
      layers.depthwiseConv2d({
        kernelSize: network.kernel,
        strides: stride,
        padding: 'same',
        useBias: false,
        depthwiseInitializer: initializer(),
      }),
    );
    normalised();
    model.add(layers.conv2d({ filters, kernelSize: 1, useBias: false, kernelInitializer: initializer() }));
    normalised(6);
  }
  model.add(layers.averagePooling2d({ poolSize: network.pool }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: network.classes, activation: 'softmax', kernelInitializer: initializer() }));
  return model;
}
