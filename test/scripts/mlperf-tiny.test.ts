/** The four MLPerf Tiny networks inside: what leaves every stage is what TensorFlow Lite Micro kept of every layer. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { inputsOf } from '../../models/layer-ends.ts';
import { buildDesign, loadDesign } from '../../scripts/design.ts';
import { runEmbedded } from '../../sim/verify/embedded.ts';
import { outputOf } from '../../sim/verify/inside.ts';
import { clockDifference } from '../../sim/verify/ladder.ts';
import { needData, readInt8s, readJson } from '../support/data.ts';

const designs = [
  { name: 'kws-stream-64', data: 'mlperf_kws' },
  { name: 'ic-stream-512', data: 'mlperf_ic' },
  { name: 'vww-stream-64', data: 'mlperf_vww' },
  { name: 'ad-stream-64', data: 'mlperf_ad' },
] as const;

interface Captured {
  readonly tensors: readonly { readonly tensor: number; readonly file: string }[];
}

for (const { name, data } of designs) {
  const index = `${data}/intermediates/index.json`;
  needData(`${name}: every stream of sample 0 is the kept tensor, every clock the cycle model's`, [index], (folder) => {
    const accelerator = buildDesign(loadDesign(name, folder, { ...process.env, JOULESMITH_DATA: folder }));
    const { graph, pruned, schedule, inputBytes, inputTensor, outputTensor } = accelerator;
    const input = readInt8s(folder, join(data, 'inputs_i8.bin')).subarray(0, inputBytes);
    const run = runEmbedded(accelerator, input, 1, schedule.stages.map(outputOf));
    expect(clockDifference(accelerator, 'rtl', run)).toBeNull();

    // A layer's tensor is what its stage gives; a reshape's is the one it was made of; a queue gives what it takes.
    const kept = new Map<number, string>(
      readJson<Captured>(folder, index).tensors.map((one) => [one.tensor, one.file]),
    );
    const bytesOf = (tensor: number): Int8Array =>
      readInt8s(folder, join(data, 'intermediates', kept.get(tensor) ?? `no tensor ${tensor}`));
    const checked = new Set([inputTensor]);
    // Channels that make no difference are not in the hardware.
    const builtOf = (tensor: number): Int8Array => {
      const flags = pruned.kept.get(tensor);
      return flags === undefined ? bytesOf(tensor) : bytesOf(tensor).filter((_, at) => flags[at % flags.length] === 1);
    };
    expect(input).toEqual(bytesOf(inputTensor));
    const given: number[] = [];
    for (const [number, stage] of schedule.stages.entries()) {
      const layer = graph.layers.find((one) => one.name === stage.layers.at(-1));
      const tensor = layer?.output ?? given[stage.sources[0]!]!;
      given.push(tensor);
      checked.add(tensor);
      const { values } = run.watched[number]!;
      expect(values.length, `${stage.name}: bytes`).toBe(builtOf(tensor).length);
      expect(values, `${stage.name}, tensor ${tensor}`).toEqual(builtOf(tensor));
    }
    for (const layer of graph.layers) {
      if (layer.kind !== 'reshape') continue;
      const [source] = inputsOf(layer);
      expect(bytesOf(layer.output), `${layer.name}`).toEqual(bytesOf(source!));
      checked.add(layer.output);
    }
    expect([...checked].sort()).toEqual([...kept.keys()].sort());
    expect(outputTensor).toBe(graph.outputs[0]);
    expect(run.outputs).toEqual(bytesOf(outputTensor));
  });
}
