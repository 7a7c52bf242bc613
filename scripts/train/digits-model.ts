import type { LayersModel, TensorFlow } from '../../models/tf.ts';
import { classes, pixelsPerDrawing, realPixels } from './digits-task.ts';
import { type Drawings, drawingSide } from './draw-digit.ts';
import { seededRandom, shuffledIndices } from './random.ts';

/** All that decides the weights, apart from TensorFlow.js and the platform. */
export interface Recipe {
  readonly drawings: number;
  readonly epochs: number;
  readonly batch: number;
  /** Of Adam, at the start; it falls to 0 along half a cosine. */
  readonly learningRate: number;
  /** Of the shuffling and, counted up layer by layer, of the initial weights. */
  readonly seed: number;
}

/** Separable convolutions in the manner of MobileNet (arXiv:1704.04861), batch-normalised while training. */
export function buildDigitsModel(tf: TensorFlow, seed: number): LayersModel {
  const { layers, initializers, sequential } = tf.layers;
  const model = sequential();
  let drawn = seed;
  const initializer = () => initializers.heNormal({ seed: drawn++ });
  const normalised = (largest?: number): void => {
    model.add(layers.batchNormalization({ momentum: 0.95 }));
    model.add(largest === undefined ? layers.reLU() : layers.reLU({ maxValue: largest }));
  };
  const depthwise = (stride: number): void => {
    model.add(
      layers.depthwiseConv2d({
        kernelSize: 3,
        strides: stride,
        padding: 'same',
        useBias: false,
        depthwiseInitializer: initializer(),
      }),
    );
    normalised();
  };
  const pointwise = (filters: number): void => {
    model.add(layers.conv2d({ filters, kernelSize: 1, useBias: false, kernelInitializer: initializer() }));
    normalised(6);
  };
  model.add(
    layers.conv2d({
      inputShape: [drawingSide, drawingSide, 1],
      filters: 8,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      useBias: false,
      kernelInitializer: initializer(),
    }),
  );
  normalised();
  depthwise(1);
  pointwise(16);
  depthwise(2);
  pointwise(32);
  depthwise(1);
  pointwise(48);
  model.add(layers.averagePooling2d({ poolSize: drawingSide / 4 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: classes, activation: 'softmax', kernelInitializer: initializer() }));
  return model;
}

/** Trains on the drawings and calls `report` after each epoch with the mean loss of its batches. */
export async function trainDigitsModel(
  tf: TensorFlow,
  drawings: Drawings,
  recipe: Recipe,
  report: (epoch: number, loss: number) => void,
): Promise<LayersModel> {
  const { core } = tf;
  const model = buildDigitsModel(tf, recipe.seed);
  const optimizer = core.train.adam(recipe.learningRate);
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  const inputs = Array.from({ length: drawings.count }, (_, i) => realPixels(drawings, i));
  const random = seededRandom(recipe.seed);
  const batches = Math.floor(drawings.count / recipe.batch);
  for (let epoch = 0; epoch < recipe.epochs; epoch++) {
    const order = shuffledIndices(drawings.count, random);
    let loss = 0;
    for (let batch = 0; batch < batches; batch++) {
      const progress = (epoch * batches + batch) / (recipe.epochs * batches);
      // Adam reads the field at every step; TensorFlow.js only hides it from the type.
      (optimizer as unknown as { learningRate: number }).learningRate =
        (recipe.learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
      const chosen = order.subarray(batch * recipe.batch, (batch + 1) * recipe.batch);
      const x = new Float32Array(recipe.batch * pixelsPerDrawing);
      const y = new Float32Array(recipe.batch * classes);
      for (const [row, index] of chosen.entries()) {
        x.set(inputs[index]!, row * pixelsPerDrawing);
        y[row * classes + drawings.labels[index]!] = 1;
      }
      const images = core.tensor4d(x, [recipe.batch, drawingSide, drawingSide, 1]);
      const answers = core.tensor2d(y, [recipe.batch, classes]);
      loss += (await model.trainOnBatch(images, answers)) as number;
      core.dispose([images, answers]);
    }
    report(epoch, loss / batches);
  }
  return model;
}

/** What TensorFlow.js itself answers for some drawings: probabilities, one row of ten per drawing. */
export function predictDigits(
  { core }: TensorFlow,
  model: LayersModel,
  drawings: Drawings,
  count: number,
): Float32Array {
  const x = new Float32Array(count * pixelsPerDrawing);
  for (let i = 0; i < count; i++) x.set(realPixels(drawings, i), i * pixelsPerDrawing);
  return core.tidy(() => {
    const answers = model.predict(core.tensor4d(x, [count, drawingSide, drawingSide, 1]));
    if (Array.isArray(answers)) throw new TypeError('a model with one output answered with several');
    return Float32Array.from(answers.dataSync());
  });
}
