import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Graph, TensorData } from '../../models/graph.ts';
import { importTflite } from '../../models/import/tflite.ts';
import { runReference } from '../../models/reference.ts';
import { tensorElements } from '../../models/shape.ts';
import { logitsOf, tensorOf } from '../../sim/verify/parts.ts';
import { Fault } from '../../specs/fault.ts';
import type { PublicModel } from '../../specs/public-models.ts';
import { asInt8 } from '../files.ts';
import type { Progress } from '../progress.ts';
import { download } from './download.ts';
import { pathsByContent, rawAddress } from './github.ts';
import { inParallel } from './in-parallel.ts';
import { checkHash, keep, kept, sha256Of } from './keep.ts';
import { isComplete, labelBytes, modelFile } from './public-files.ts';
import { publicManifest } from './public-manifest.ts';
import { int8Samples } from './sample-form.ts';

export interface Fetched {
  readonly name: string;
  readonly folder: string;
  /** `present`: everything was there, nothing was asked for. */
  readonly state: 'fetched' | 'present';
  readonly downloadedBytes: number;
}

/** Requests that are under way at once. */
const width = 6;

/**
 * Downloads one network and its samples into its folder below `root`, computes what the samples' outputs must be, and writes the
 * manifest last. Every file appears whole and only with the right hash, so a second run goes on where the first ended.
 * Errors: those of `download`, ZOO_TREE, ZOO_FILE_GONE, ZOO_HASH, ZOO_OUTPUTS, OUTPUT_FOLDER.
 */
export async function fetchNetwork(network: PublicModel, root: string, bar: Progress): Promise<Fetched> {
  const { name, model } = network;
  const folder = join(root, network.folder);
  const manifest = join(folder, 'manifest.json');
  if (isComplete(network, root) && existsSync(manifest)) {
    return { name, folder, state: 'present', downloadedBytes: 0 };
  }
  let downloadedBytes = 0;
  const get = async (address: string, bytes: number): Promise<Uint8Array> => {
    const content = await download(address, bytes);
    downloadedBytes += content.length;
    return content;
  };

  const modelPath = join(folder, modelFile(network));
  let modelBytes = kept(modelPath, model.sha256);
  if (modelBytes === null) {
    const address = rawAddress(model, model.path);
    bar.step(0, 1, address);
    modelBytes = await get(address, model.bytes);
    checkHash(address, 'the file', modelBytes, model.sha256);
    keep(modelPath, modelBytes);
  }
  const graph = importTflite(modelBytes, name);
  const inputs = await fetchInputs(network, folder, graph, get, bar);
  keep(join(folder, network.labels.file), labelBytes(network));
  keepOutputs(network, folder, graph, inputs, bar);
  keep(manifest, `${JSON.stringify(publicManifest(network, graph), null, 1)}\n`);
  return { name, folder, state: 'fetched', downloadedBytes };
}

/** All samples as int8. Each is kept by itself until the last one is there. */
async function fetchInputs(
  { name, samples, inputs }: PublicModel,
  folder: string,
  graph: Graph,
  get: (address: string, bytes: number) => Promise<Uint8Array>,
  bar: Progress,
): Promise<Int8Array> {
  const path = join(folder, inputs.file);
  const whole = kept(path, inputs.sha256);
  if (whole !== null) return asInt8(whole);
  const single = join(folder, '.samples');
  const input = tensorOf(graph, graph.inputs[0]!);
  const { files, form, bytes } = samples;
  // Only when a file is known by its content alone, and only once.
  let listing: Promise<ReadonlyMap<string, string>> | null = null;
  const addressOf = async (file: (typeof files)[number]): Promise<string> => {
    if ('name' in file) return rawAddress(samples, `${samples.folder}/${file.name}`);
    listing ??= pathsByContent(samples);
    const found = (await listing).get(file.blob);
    if (found !== undefined) return rawAddress(samples, found);
    throw new Fault({
      code: 'ZOO_FILE_GONE',
      kind: 'tool',
      place: `https://github.com/${samples.repository}`,
      cause: `commit ${samples.commit} has no file with the content ${file.blob}`,
      wayOut: 'docs/zoo.md says how to put the samples here by hand',
    });
  };
  let done = 0;
  const all = await inParallel(files, width, async (file, index) => {
    const place = join(single, `${index}.bin`);
    let sample = kept(place, file.sha256);
    if (sample === null) {
      const address = await addressOf(file);
      const content = await get(address, bytes);
      const made = content.length === bytes ? int8Samples(form, content, input) : new Int8Array(0);
      checkHash(address, `its samples (${content.length} bytes came, ${bytes} were expected)`, made, file.sha256);
      sample = new Uint8Array(made.buffer, made.byteOffset, made.byteLength);
      keep(place, sample);
    }
    bar.step(++done, files.length, `samples of ${name}`);
    return sample;
  });
  const joined = Buffer.concat(all);
  checkHash(path, 'all samples together', joined, inputs.sha256);
  keep(path, joined);
  rmSync(single, { recursive: true });
  return asInt8(joined);
}

/** Outputs, and logits where there are any, must be those of TensorFlow Lite Micro; then they are kept as the right answers. */
function keepOutputs(
  { name, outputs }: PublicModel,
  folder: string,
  graph: Graph,
  inputs: Int8Array,
  bar: Progress,
): void {
  const size = tensorElements(tensorOf(graph, graph.inputs[0]!).shape);
  const count = inputs.length / size;
  const logitsTensor = logitsOf(graph);
  const answers: Int8Array[] = [];
  const logits: TensorData[] = [];
  for (let sample = 0; sample < count; sample++) {
    bar.step(sample, count, `outputs of ${name}`);
    const run = runReference(graph, inputs.subarray(sample * size, (sample + 1) * size), { capture: true });
    answers.push(run.output);
    if (logitsTensor !== null) logits.push(run.tensors!.get(logitsTensor)!);
  }
  const write = (file: string, parts: readonly TensorData[], sha256: string): void => {
    const bytes = Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
    const found = sha256Of(bytes);
    if (found !== sha256) {
      throw new Fault({
        code: 'ZOO_OUTPUTS',
        kind: 'internal',
        place: name,
        cause: `the integer reference's ${file} has SHA-256 ${found}; TensorFlow Lite Micro's has ${sha256}`,
        wayOut: 'this is a defect of the integer reference; please report it',
      });
    }
    keep(join(folder, file), bytes);
  };
  write(outputs.file, answers, outputs.sha256);
  if (outputs.logits) write(outputs.logits.file, logits, outputs.logits.sha256);
}
