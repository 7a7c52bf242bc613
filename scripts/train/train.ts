import type { FloatGraph } from '../../models/float.ts';
import { floatFromKeras } from '../../models/float-keras.ts';
import { runFloatOutput } from '../../models/float-reference.ts';
import type { Graph } from '../../models/graph.ts';
import { quantizeGraph } from '../../models/quantize.ts';
import { floatFromJson, floatToJson } from '../../models/serialize-float.ts';
import { kerasLayers, type LayersModel, loadTensorFlow, type TensorFlow } from '../../models/tf.ts';
import { Fault } from '../../specs/fault.ts';
import { registerGradients } from './gradients.ts';
import { renumbered } from './renumber.ts';
import { calibrationInputs, type Labelled, realInput, type Task, trainingSeed } from './task.ts';
import { predict, trainModel } from './train-model.ts';
import { writeNetwork, zooFolder } from './write-network.ts';

/** The int8 network of a trained one; the quantiser's defaults, for every network of the zoo. */
export function quantizeTrained(task: Task, float: FloatGraph): Graph {
  return quantizeGraph(float, calibrationInputs(task), { inputRange: task.inputRange });
}

/** Where progress is told. */
type Say = (line: string) => void;

const toPeople: Say = (line) => void process.stderr.write(`${line}\n`);

/** Makes the data and trains the network. On the same platform every run gives the same bits. `engine` names what trained it. */
export async function trainFloat(task: Task, say: Say = toPeople): Promise<{ float: FloatGraph; engine: string }> {
  // Not tfjs-node even where it is installed: its sums differ in the last bits, and so would the weights.
  const tf = await loadTensorFlow(['wasm']);
  registerGradients(tf);
  const data = task.make(task.recipe.samples, trainingSeed);
  const engine = `TensorFlow.js ${tf.version}, backend ${tf.backend}`;
  say(`training ${task.name} on ${data.count} samples, ${engine}`);
  const started = performance.now();
  const model = await trainModel(tf, task, data, (epoch, loss) => {
    const seconds = (performance.now() - started) / 1000;
    say(`epoch ${epoch + 1}/${task.recipe.epochs}: loss ${loss.toFixed(4)}, ${seconds.toFixed(1)} s`);
  });
  // As the zoo will read it back, so that quantising the kept file gives the same int8 file, down to the order of its fields.
  const float = floatFromJson(floatToJson(renumbered(floatFromKeras(task.name, kerasLayers(model)))));
  refuseDisagreement(tf, model, float, task, data);
  return { float, engine };
}

/**
 * Trains a network, quantises it and writes its folder of models/zoo, or another. On the same platform every run
 * writes the same bytes: all randomness is seeded and TensorFlow.js runs on one thread.
 */
export async function train(
  task: Task,
  folder: URL = new URL(`${task.name}/`, zooFolder),
  say: Say = toPeople,
): Promise<void> {
  const { float, engine } = await trainFloat(task, say);
  const { accuracy } = writeNetwork(task, float, quantizeTrained(task, float), engine, folder);
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
  say(`right on held-out samples: float ${percent(accuracy.float)}, int8 ${percent(accuracy.int8)}`);
}

/** The plain float reference must be the trained network, or everything after it describes another one. */
function refuseDisagreement(tf: TensorFlow, model: LayersModel, float: FloatGraph, task: Task, data: Labelled): void {
  const count = 100;
  const classes = task.classes.length;
  const expected = predict(tf, model, task, data, count);
  for (let i = 0; i < count; i++) {
    const found = runFloatOutput(float, realInput(task, data, i));
    for (const [c, value] of found.entries()) {
      const wanted = expected[i * classes + c]!;
      if (Math.abs(value - wanted) <= 1e-4) continue;
      throw new Fault({
        code: 'TRAIN_CONVERSION',
        place: `sample ${i}, class ${c}`,
        cause: `the converted network says ${value} where TensorFlow.js says ${wanted}`,
        wayOut: 'this is a defect of the conversion (models/float-keras.ts); please report it',
        kind: 'internal',
      });
    }
  }
}
