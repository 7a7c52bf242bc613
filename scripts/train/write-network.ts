import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { encodeBytes, encodeInt8 } from '../../models/base64.ts';
import type { FloatGraph } from '../../models/float.ts';
import type { Graph } from '../../models/graph.ts';
import { graphToJson } from '../../models/serialize.ts';
import { floatToJson } from '../../models/serialize-float.ts';
import { graphTotals } from '../../models/statistics.ts';
import { check } from '../../specs/check.ts';
import { ModelCard } from '../../specs/model.ts';
import { cardText } from './card-text.ts';
import { countRightFloat, rightInt8 } from './measure.ts';
import {
  heldOut,
  heldOutCount,
  heldOutSeed,
  inputSize,
  keptCount,
  quantizedInputs,
  type Task,
  trainingSeed,
} from './task.ts';

export const zooFolder = new URL('../../models/zoo/', import.meta.url);

/** Measures a trained network on the held-out samples and writes its folder of the zoo, card included. */
export function writeNetwork(task: Task, float: FloatGraph, graph: Graph, engine: string, folder: URL): ModelCard {
  const data = heldOut(task);
  const right = rightInt8(task, graph, data);
  const count = (flags: readonly boolean[]): number => flags.filter((flag) => flag).length;
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(new URL(name, folder), text);
    return { name, sha256: createHash('sha256').update(text).digest('hex') };
  };
  const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
  const files = [
    write(`${task.name}.joulesmith.json`, json(graphToJson(graph))),
    write('float.json', json(floatToJson(float))),
    write(
      'samples.json',
      json({
        count: keptCount,
        right: count(right.slice(0, keptCount)),
        labels: encodeBytes(data.labels.subarray(0, keptCount)),
        inputs: encodeInt8(quantizedInputs(data).subarray(0, keptCount * inputSize(task))),
      }),
    ),
  ];
  const tensor = (id: number) => {
    const { shape, scale, zeroPoint } = graph.tensors.get(id)!;
    return { shape: [...shape], scale, zeroPoint };
  };
  const card: ModelCard = check(
    ModelCard,
    {
      schema: 'joulesmith/model-card/1',
      name: graph.name,
      task: task.sentence,
      classes: [...task.classes],
      input: tensor(graph.inputs[0]!),
      output: tensor(graph.outputs[0]!),
      layers: graph.layers.length,
      ...graphTotals(graph),
      accuracy: {
        float: countRightFloat(task, float, data) / heldOutCount,
        int8: count(right) / heldOutCount,
        samples: heldOutCount,
      },
      training: {
        script: `scripts/train/${task.name}.ts with ${engine}, one thread; the same platform gives the same bits`,
        data: `${task.data}, seed ${trainingSeed}; test samples have seed ${heldOutSeed}`,
        seed: task.recipe.seed,
        samples: task.recipe.samples,
        epochs: task.recipe.epochs,
      },
      use: task.use,
      limits: task.limits,
      files,
      license: 'Apache-2.0',
    },
    'card.json',
  );
  write('card.json', json(card));
  write('README.md', cardText(card, graph));
  return card;
}
