import { loadZoo, zooNames } from '../../models/zoo/zoo.ts';
import { type PublicModel, publicModels } from '../../specs/public-models.ts';
import type { Environment } from '../environment.ts';
import { dataFolder } from '../project.ts';
import { count } from '../report/format.ts';
import { type Column, pairs, table } from '../table.ts';
import { isComplete, modelFile } from './public-files.ts';
import { samplesPerFile } from './sample-form.ts';

/** A network that joulesmith has, or can fetch. */
export interface ZooLine {
  readonly name: string;
  readonly task: string;
  /** `built in`: part of joulesmith. `here`: in the data folder, byte for byte. `to fetch`: `zoo fetch` brings it. */
  readonly state: 'built in' | 'here' | 'to fetch';
  /** What a design or a verb calls it. */
  readonly model: string;
  readonly macs: number;
  readonly classes: number;
  /** Labelled samples that come with it. */
  readonly samples: number;
  /** Fractions right on samples not seen in training; null when unknown or when it is no classification. */
  readonly accuracy: { readonly float: number | null; readonly int8: number | null };
  readonly licence: { readonly model: string; readonly samples: string };
}

function builtIn(name: string): ZooLine {
  const { card, labels } = loadZoo(name);
  const { float, int8 } = card.accuracy;
  return {
    name,
    task: card.task,
    state: 'built in',
    model: name,
    macs: card.macs,
    classes: card.classes.length,
    samples: labels.length,
    accuracy: { float, int8 },
    licence: { model: card.license, samples: card.license },
  };
}

function published(network: PublicModel, data: string | null): ZooLine {
  const { name, title, task, folder, macs, classes, accuracy, model, samples } = network;
  return {
    name,
    task: `${task} MLPerf Tiny, ${title}.`,
    state: data !== null && isComplete(network, data) ? 'here' : 'to fetch',
    model: `$JOULESMITH_DATA/${folder}/${modelFile(network)}`,
    macs,
    classes: classes.length,
    samples: samples.files.length * samplesPerFile(samples.form),
    accuracy: { float: null, int8: accuracy?.int8 ?? null },
    licence: { model: model.licence, samples: samples.licence },
  };
}

/** All networks that a person can have without training one. */
export function zooLines(environment: Environment): ZooLine[] {
  const data = dataFolder(environment);
  return [...zooNames.map(builtIn), ...publicModels().map((network) => published(network, data))];
}

const columns: readonly Column[] = [
  { title: 'name' },
  { title: 'where' },
  { title: 'MACs', align: 'right' },
  { title: 'classes', align: 'right' },
  { title: 'samples', align: 'right' },
  { title: 'float', align: 'right' },
  { title: 'int8', align: 'right' },
];

const percent = (fraction: number | null): string => (fraction === null ? '' : `${(100 * fraction).toFixed(2)} %`);

/** A table, then one sentence on each network. */
export function zooText(lines: readonly ZooLine[]): string {
  const numbers = table(
    columns,
    lines.map(({ name, state, macs, classes, samples, accuracy }) => [
      name,
      state,
      count(macs),
      classes === 0 ? '' : String(classes),
      count(samples),
      percent(accuracy.float),
      percent(accuracy.int8),
    ]),
  );
  return `${numbers}\n${pairs(lines.map(({ name, task }) => [name, task]))}`;
}
