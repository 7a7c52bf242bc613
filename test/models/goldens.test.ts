/** Real networks against TensorFlow Lite Micro's reference kernels: every byte of every sample. */
import path from 'node:path';
import { describe, expect } from 'vitest';
import type { Graph } from '../../models/graph.ts';
import { importTflite } from '../../models/import/tflite.ts';
import { runReference } from '../../models/reference.ts';
import { graphTotals } from '../../models/statistics.ts';
import { needData, readBytes, readInt8s, readJson } from '../support/data.ts';

interface Network {
  readonly folder: string;
  readonly model: string;
  readonly outputs: string;
  readonly samples: number;
  readonly logits: boolean;
}

const networks: readonly Network[] = [
  { folder: 'mlperf_kws', model: 'kws_ref_model.tflite', outputs: 'golden_tflm_i8.bin', samples: 200, logits: true },
  {
    folder: 'mlperf_ic',
    model: 'pretrainedResnet_quant.tflite',
    outputs: 'golden_tflm_i8.bin',
    samples: 60,
    logits: true,
  },
  { folder: 'mlperf_vww', model: 'vww_96_int8.tflite', outputs: 'golden_tflm_i8.bin', samples: 40, logits: true },
  { folder: 'mlperf_ad', model: 'ad01_int8.tflite', outputs: 'golden_tflm_windows_i8.bin', samples: 32, logits: false },
  {
    folder: 'tflm_hello_world',
    model: 'hello_world_int8.tflite',
    outputs: 'golden_tflm_i8.bin',
    samples: 256,
    logits: false,
  },
  {
    folder: 'cfu_micro_speech',
    model: 'model_micro_speech.tflite',
    outputs: 'golden_tflm_i8.bin',
    samples: 2,
    logits: true,
  },
];

interface Manifest {
  readonly stats?: { readonly macs: number };
}

interface Captured {
  readonly tensors: readonly {
    readonly tensor: number;
    readonly file: string;
    readonly dtype: string;
    readonly name: string;
    readonly shape: readonly number[];
    readonly scale: number;
    readonly zeroPoint: number;
  }[];
}

function load(data: string, network: Network): Graph {
  return importTflite(readBytes(data, path.join(network.folder, network.model)), network.model);
}

for (const network of networks) {
  const { folder, model, outputs, samples, logits } = network;
  const inFolder = (file: string): string => path.join(folder, file);
  describe(model, () => {
    const files = [model, 'inputs_i8.bin', outputs, ...(logits ? ['golden_tflm_logits_i8.bin'] : [])].map(inFolder);
    needData(`${samples} samples are equal${logits ? ', and so are their logits' : ''}`, files, (data) => {
      const graph = load(data, network);
      const inputs = readInt8s(data, inFolder('inputs_i8.bin'));
      const golden = readInt8s(data, inFolder(outputs));
      const goldenLogits = logits ? readInt8s(data, inFolder('golden_tflm_logits_i8.bin')) : null;
      const last = graph.layers.at(-1)!;
      const logitsTensor = last.kind === 'softmax' ? last.input : null;
      expect(logitsTensor !== null).toBe(logits);
      const inputBytes = inputs.length / samples;
      const outputBytes = golden.length / samples;
      for (let sample = 0; sample < samples; sample += 1) {
        const run = runReference(graph, inputs.subarray(sample * inputBytes, (sample + 1) * inputBytes), {
          capture: true,
        });
        const range = [sample * outputBytes, (sample + 1) * outputBytes] as const;
        expect(run.output, `sample ${sample}`).toEqual(golden.slice(...range));
        if (goldenLogits && logitsTensor !== null) {
          expect(run.tensors?.get(logitsTensor), `logits of sample ${sample}`).toEqual(goldenLogits.slice(...range));
        }
      }
    });

    const index = inFolder('intermediates/index.json');
    needData('every activation of sample 0 is equal, and its name, shape and scale', [...files, index], (data) => {
      const graph = load(data, network);
      const inputs = readInt8s(data, inFolder('inputs_i8.bin'));
      const captured = readJson<Captured>(data, index).tensors;
      const { tensors } = runReference(graph, inputs.slice(0, inputs.length / samples), { capture: true });
      expect(captured.map((entry) => entry.tensor).sort()).toEqual([...graph.tensors.keys()].sort());
      for (const entry of captured) {
        const { id, name, shape, scale, zeroPoint } = graph.tensors.get(entry.tensor)!;
        expect({ id, name, shape, scale, zeroPoint }).toEqual({
          id: entry.tensor,
          name: entry.name,
          shape: entry.shape,
          scale: Math.fround(entry.scale),
          zeroPoint: entry.zeroPoint,
        });
        const bytes = readInt8s(data, path.join(folder, 'intermediates', entry.file));
        expect(tensors?.get(entry.tensor), `tensor ${entry.tensor}`).toEqual(bytes);
      }
    });

    needData('has the MACs of its manifest', [inFolder(model), inFolder('manifest.json')], (data) => {
      const { stats } = readJson<Manifest>(data, inFolder('manifest.json'));
      expect(graphTotals(load(data, network)).macs).toBe(stats?.macs);
    });
  });
}
