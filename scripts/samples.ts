import { basename } from 'node:path';
import type { Graph, Tensor, TensorData } from '../models/graph.ts';
import { tensorElements } from '../models/shape.ts';
import { allocate, typeOf } from '../models/tensor-type.ts';
import { logitsOf, tensorOf } from '../sim/verify/parts.ts';
import { Fault } from '../specs/fault.ts';
import { readBytes } from './files.ts';
import { isNpy, readElements, readNpy } from './npy.ts';
import { counted } from './report/format.ts';

/** Inputs with what is known about their right outputs; all samples concatenated, NHWC. */
export interface Samples {
  readonly count: number;
  readonly inputs: TensorData;
  readonly expected: TensorData | null;
  readonly expectedLogits: TensorData | null;
  /** Where they come from, in words. */
  readonly origin: string;
}

/** A network and the samples that come with it, if any. */
export interface SampleSource {
  readonly graph: Graph;
  readonly samples: Samples | null;
}

export interface SampleFiles {
  readonly inputs?: string | undefined;
  readonly expect?: string | undefined;
  readonly expectLogits?: string | undefined;
}

/** A tensor's elements for several samples, raw (little-endian where they have 16 bits) or .npy; `count` when it is already known how many there must be. */
function readSamples(path: string, graph: Graph, tensor: number, what: string, count: number | null): TensorData {
  const bytes = readBytes(path);
  const of = tensorOf(graph, tensor);
  const { shape } = of;
  const type = typeOf(of);
  const size = tensorElements(shape);
  const unit = type === 'int8' ? 'bytes' : `elements of ${type}`;
  const data = isNpy(bytes) ? readNpy(bytes, path, type).data : readElements(bytes, path, type);
  const wrong = count === null ? data.length === 0 || data.length % size !== 0 : data.length !== count * size;
  if (wrong) {
    const wanted = count === null ? `a multiple of ${size}` : `${count} x ${size} = ${count * size}`;
    throw new Fault({
      code: 'SAMPLES_SIZE',
      place: path,
      cause: `holds ${data.length} ${unit} where ${what} of shape [${shape.join(', ')}] need ${wanted}`,
      wayOut: `give raw ${type}${type === 'int8' ? '' : ' (little-endian)'} or .npy, samples concatenated`,
    });
  }
  return data;
}

/** xorshift32: the same values on every machine. */
function randomSamples(tensor: Tensor, count: number, seed: number): TensorData {
  const values = allocate(tensor, count * tensorElements(tensor.shape));
  let state = seed >>> 0 || 1;
  for (let at = 0; at < values.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[at] = state >>> 16;
  }
  return values;
}

const randomSeed = 1;

function logitsTensor(graph: Graph, path: string): number {
  const logits = logitsOf(graph);
  if (logits !== null) return logits;
  throw new Fault({
    code: 'NO_LOGITS',
    place: path,
    cause: `the model ${graph.name} does not end in a softmax, so it has no logits`,
    wayOut: 'give its outputs with --expect',
  });
}

/** The files that were named, else the model folder's manifest, else the zoo's samples, else `wanted` seeded random inputs. */
export function chooseSamples(model: SampleSource, files: SampleFiles, wanted: number): Samples {
  const { graph } = model;
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  const given = files.inputs === undefined ? model.samples : null;
  if (files.inputs === undefined && given === null) {
    const orphan = files.expect ?? files.expectLogits;
    if (orphan !== undefined) {
      throw new Fault({
        code: 'INPUTS_MISSING',
        place: orphan,
        cause: 'expected outputs were given without the inputs they belong to',
        wayOut: 'add --inputs F',
      });
    }
    return {
      count: wanted,
      inputs: randomSamples(tensorOf(graph, input!), wanted, randomSeed),
      expected: null,
      expectedLogits: null,
      origin: `${counted(wanted, 'random input')} (seed ${randomSeed})`,
    };
  }
  const inputs = files.inputs === undefined ? given!.inputs : readSamples(files.inputs, graph, input!, 'inputs', null);
  const count = inputs.length / tensorElements(tensorOf(graph, input!).shape);
  const expected =
    files.expect === undefined
      ? (given?.expected ?? null)
      : readSamples(files.expect, graph, output!, 'expected outputs', count);
  const expectedLogits =
    files.expectLogits === undefined
      ? (given?.expectedLogits ?? null)
      : readSamples(files.expectLogits, graph, logitsTensor(graph, files.expectLogits), 'expected logits', count);
  const parts = [given === null ? `${counted(count, 'input')} of ${basename(files.inputs!)}` : given.origin];
  if (files.expect !== undefined) parts.push(`outputs of ${basename(files.expect)}`);
  if (files.expectLogits !== undefined) parts.push(`logits of ${basename(files.expectLogits)}`);
  return { count, inputs, expected, expectedLogits, origin: parts.join(', ') };
}
