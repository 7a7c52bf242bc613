import { resolve } from 'node:path';
import { zooNames } from '../../models/zoo/zoo.ts';
import { Fault } from '../../specs/fault.ts';
import { type PublicModel, publicModels } from '../../specs/public-models.ts';
import { exitCodes } from '../exit-codes.ts';
import { progress } from '../progress.ts';
import { dataFolder, expandPath, suggestion } from '../project.ts';
import { count } from '../report/format.ts';
import type { Terminal } from '../terminal.ts';
import { type Fetched, fetchNetwork } from '../zoo/fetch-network.ts';
import { zooLines, zooText } from '../zoo/list.ts';
import { answer, verb } from './verb.ts';

function list(json: boolean, terminal: Terminal): number {
  const networks = zooLines(terminal.environment);
  answer(terminal, json, { networks }, zooText(networks));
  return exitCodes.equal;
}

/** The networks of these names, all of them when none is named. */
function chosen(names: readonly string[]): readonly PublicModel[] {
  const all = publicModels();
  if (names.length === 0) return all;
  const known = all.map(({ name }) => name);
  return [...new Set(names)].map((wanted) => {
    const found = all.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    const own = zooNames.includes(wanted);
    throw new Fault({
      code: 'ZOO_UNKNOWN',
      place: 'zoo fetch',
      cause: own ? `'${wanted}' comes with joulesmith` : `there is no network '${wanted}' to fetch`,
      wayOut: own ? 'there is nothing to fetch: use its name as a model' : suggestion(wanted, known),
    });
  });
}

/** Where fetched models go: the folder that was named, else the data folder, else one in the working directory. */
function targetFolder(named: string | undefined, { environment, folder }: Terminal): string {
  if (named !== undefined) return expandPath(named, folder, environment);
  const known = environment.JOULESMITH_DATA ? dataFolder(environment) : null;
  return known ?? expandPath('joulesmith-data', folder, environment);
}

async function fetchAll(
  names: readonly string[],
  named: string | undefined,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const networks = chosen(names);
  const target = targetFolder(named, terminal);
  const bar = progress(terminal);
  const fetched: Fetched[] = [];
  try {
    for (const network of networks) fetched.push(await fetchNetwork(network, target, bar));
  } finally {
    bar.end();
  }
  const lines = fetched.map(({ name, folder, state, downloadedBytes }, at) => {
    const { model, samples } = networks[at]!;
    const how = state === 'present' ? 'was there already' : `${count(Math.ceil(downloadedBytes / 1000))} kB downloaded`;
    return `${name}: ${folder}, ${how}\n  model: ${model.licence}\n  samples: ${samples.licence}\n`;
  });
  const known = dataFolder(terminal.environment) === resolve(target);
  const hint = known ? '' : `set JOULESMITH_DATA=${target} so that designs find them\n`;
  answer(terminal, json, { folder: target, networks: fetched }, `${lines.join('')}${hint}`);
  return exitCodes.equal;
}

export const zoo = verb({
  command: 'zoo [ACTION] [NAME..]',
  describe: 'list: the networks that are here or can be had; fetch: download published ones with their samples',
  builder: (parser) =>
    parser
      .positional('ACTION', { type: 'string', describe: 'list or fetch' })
      .positional('NAME', { type: 'string', array: true, default: [], describe: 'networks to fetch (default: all)' })
      .option('o', {
        alias: 'out',
        type: 'string',
        requiresArg: true,
        describe: 'folder for what is fetched (default: $JOULESMITH_DATA, else joulesmith-data)',
      }),
  async run({ ACTION, NAME, o, json }, terminal) {
    if (ACTION === 'fetch') return fetchAll(NAME, o, json, terminal);
    if (ACTION === 'list' && NAME.length === 0 && o === undefined) return list(json, terminal);
    throw new Fault({
      code: 'COMMAND_LINE',
      place: 'command line',
      cause:
        ACTION === undefined
          ? 'what the zoo should do is missing'
          : ACTION === 'list'
            ? 'zoo list takes no names and no folder'
            : `zoo cannot ${ACTION}`,
      wayOut: "it is 'zoo list' or 'zoo fetch [NAME...] [-o DIR]'",
    });
  },
});
