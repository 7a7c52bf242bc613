/**
 * `npm run train:digits`: draws digits, trains the built-in network, quantises it and writes `models/zoo/digits`.
 * On the same platform every run writes the same bytes: all randomness is seeded and TensorFlow.js runs on one thread.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { encodeBytes, encodeInt8 } from '../../models/base64.ts';
import type { FloatGraph } from '../../models/float.ts';
import { floatFromKeras } from '../../models/float-keras.ts';
import { runFloatOutput } from '../../models/float-reference.ts';
import type { Graph } from '../../models/graph.ts';
import { quantizeGraph } from '../../models/quantize.ts';
import { graphToJson } from '../../models/serialize.ts';
import { floatToJson } from '../../models/serialize-float.ts';
import { graphTotals } from '../../models/statistics.ts';
import { kerasLayers, type LayersModel, loadTensorFlow, type TensorFlow } from '../../models/tf.ts';
import { check } from '../../specs/check.ts';
import { Fault } from '../../specs/fault.ts';
import { ModelCard } from '../../specs/model.ts';
import { predictDigits, type Recipe, trainDigitsModel } from './digits-model.ts';
import {
  calibrationInputs,
  classes,
  countRightFloat,
  countRightInt8,
  heldOutCount,
  heldOutDrawings,
  heldOutSeed,
  keptCount,
  pixelsPerDrawing,
  quantizedPixels,
  realPixels,
  trainingSeed,
} from './digits-task.ts';
import { type Drawings, drawDigits } from './draw-digit.ts';
import { registerGradients } from './gradients.ts';

const recipe: Recipe = { drawings: 10000, epochs: 10, batch: 32, learningRate: 0.006, seed: 20 };
const folder = new URL('../../models/zoo/digits/', import.meta.url);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const percent = (right: number, count: number): string => `${((100 * right) / count).toFixed(2)} %`;

/** The plain float reference must be the trained network, or everything after it describes another one. */
function refuseDisagreement(tf: TensorFlow, model: LayersModel, float: FloatGraph, drawings: Drawings): void {
  const count = 100;
  const expected = predictDigits(tf, model, drawings, count);
  for (let i = 0; i < count; i++) {
    const found = runFloatOutput(float, realPixels(drawings, i));
    for (const [c, value] of found.entries()) {
      const wanted = expected[i * classes + c]!;
      if (Math.abs(value - wanted) <= 1e-4) continue;
      throw new Fault({
        code: 'TRAIN_CONVERSION',
        place: `drawing ${i}, class ${c}`,
        cause: `the converted network says ${value} where TensorFlow.js says ${wanted}`,
        wayOut: 'this is a defect of the conversion (models/float-keras.ts); please report it',
        kind: 'internal',
      });
    }
  }
}

function writeJson(name: string, value: unknown): { name: string; sha256: string } {
  const text = `${JSON.stringify(value, null, 1)}\n`;
  writeFileSync(new URL(name, folder), text);
  return { name, sha256: createHash('sha256').update(text).digest('hex') };
}

function writeZoo(float: FloatGraph, graph: Graph, tf: TensorFlow): void {
  const heldOut = heldOutDrawings();
  const inputs = quantizedPixels(heldOut);
  const floatRight = countRightFloat(float, heldOut);
  const int8Right = countRightInt8(graph, inputs, heldOut.labels);
  say(
    `held-out drawings read right: float ${percent(floatRight, heldOutCount)}, int8 ${percent(int8Right, heldOutCount)}`,
  );
  const keptInputs = inputs.subarray(0, keptCount * pixelsPerDrawing);
  const keptLabels = heldOut.labels.subarray(0, keptCount);
  mkdirSync(folder, { recursive: true });
  const files = [
    writeJson('digits.joulesmith.json', graphToJson(graph)),
    writeJson('float.json', floatToJson(float)),
    writeJson('samples.json', {
      count: keptCount,
      right: countRightInt8(graph, keptInputs, keptLabels),
      labels: encodeBytes(keptLabels),
      inputs: encodeInt8(keptInputs),
    }),
  ];
  const tensor = (id: number) => {
    const { shape, scale, zeroPoint } = graph.tensors.get(id)!;
    return { shape: [...shape], scale, zeroPoint };
  };
  const card: ModelCard = {
    schema: 'joulesmith/model-card/1',
    name: graph.name,
    task: 'Reads a handwritten-looking digit from a grey image of 16 x 16 pixels (0 paper, 255 ink).',
    classes: Array.from({ length: classes }, (_, digit) => String(digit)),
    input: tensor(graph.inputs[0]!),
    output: tensor(graph.outputs[0]!),
    layers: graph.layers.length,
    ...graphTotals(graph),
    accuracy: { float: floatRight / heldOutCount, int8: int8Right / heldOutCount, samples: heldOutCount },
    training: {
      script: `scripts/train/digits.ts with TensorFlow.js ${tf.version}, backend ${tf.backend}, one thread; the same platform gives the same bits`,
      data: `digits drawn by scripts/train/draw-digit.ts, seed ${trainingSeed}; test drawings have seed ${heldOutSeed}`,
      seed: recipe.seed,
      samples: recipe.drawings,
      epochs: recipe.epochs,
    },
    files,
    license: 'Apache-2.0',
  };
  writeJson('card.json', check(ModelCard, card, 'card.json'));
}

async function main(): Promise<void> {
  // Not tfjs-node even where it is installed: its sums differ in the last bits, and so would the weights.
  const tf = await loadTensorFlow(['wasm']);
  registerGradients(tf);
  const drawings = drawDigits(recipe.drawings, trainingSeed);
  say(`training on ${drawings.count} drawings, TensorFlow.js ${tf.version}, backend ${tf.backend}`);
  const started = performance.now();
  const model = await trainDigitsModel(tf, drawings, recipe, (epoch, loss) => {
    const seconds = (performance.now() - started) / 1000;
    say(`epoch ${epoch + 1}/${recipe.epochs}: loss ${loss.toFixed(4)}, ${seconds.toFixed(1)} s`);
  });
  const float = floatFromKeras('digits', kerasLayers(model));
  refuseDisagreement(tf, model, float, drawings);
  const graph = quantizeGraph(float, calibrationInputs(), { inputRange: { min: 0, max: 1 } });
  writeZoo(float, graph, tf);
}

await main();
