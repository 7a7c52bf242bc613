import type { LayersModel, TensorFlow } from '../../models/tf.ts';
import { seededRandom, shuffledIndices } from './random.ts';
import { inputSize, type Labelled, realInput, type Task } from './task.ts';

/** Trains on the samples and calls `report` after each epoch with the mean loss of its batches. */
export async function trainModel(
  tf: TensorFlow,
  task: Task,
  data: Labelled,
  report: (epoch: number, loss: number) => void,
): Promise<LayersModel> {
  const { core } = tf;
  const { recipe, inputShape } = task;
  const classes = task.classes.length;
  const size = inputSize(task);
  const model = task.build(tf, recipe.seed);
  const optimizer = core.train.adam(recipe.learningRate);
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  const inputs = Array.from({ length: data.count }, (_, i) => realInput(task, data, i));
  const random = seededRandom(recipe.seed);
  const batches = Math.floor(data.count / recipe.batch);
  for (let epoch = 0; epoch < recipe.epochs; epoch++) {
    const order = shuffledIndices(data.count, random);
    let loss = 0;
    for (let batch = 0; batch < batches; batch++) {
      const progress = (epoch * batches + batch) / (recipe.epochs * batches);
      // Adam reads the field at every step; TensorFlow.js only hides it from the type.
      (optimizer as unknown as { learningRate: number }).learningRate =
        (recipe.learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
      const chosen = order.subarray(batch * recipe.batch, (batch + 1) * recipe.batch);
      const x = new Float32Array(recipe.batch * size);
      const y = new Float32Array(recipe.batch * classes);
      for (const [row, index] of chosen.entries()) {
        x.set(inputs[index]!, row * size);
        y[row * classes + data.labels[index]!] = 1;
      }
      const samples = core.tensor4d(x, [recipe.batch, ...inputShape]);
      const answers = core.tensor2d(y, [recipe.batch, classes]);
      loss += (await model.trainOnBatch(samples, answers)) as number;
      core.dispose([samples, answers]);
    }
    report(epoch, loss / batches);
  }
  return model;
}

/** What TensorFlow.js itself answers for the first samples: probabilities, one row of classes per sample. */
export function predict(
  { core }: TensorFlow,
  model: LayersModel,
  task: Task,
  data: Labelled,
  count: number,
): Float32Array {
  const size = inputSize(task);
  const x = new Float32Array(count * size);
  for (let i = 0; i < count; i++) x.set(realInput(task, data, i), i * size);
  return core.tidy(() => {
    const answers = model.predict(core.tensor4d(x, [count, ...task.inputShape]));
    if (Array.isArray(answers)) throw new TypeError('a model with one output answered with several');
    return Float32Array.from(answers.dataSync());
  });
}
