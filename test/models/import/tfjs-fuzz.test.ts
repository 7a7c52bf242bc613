import { describe, expect, test } from 'vitest';
import type { FloatGraph } from '../../../models/float.ts';
import { runFloatGraph } from '../../../models/float-reference.ts';
import { importTfjs } from '../../../models/import/tfjs.ts';
import { tensorElements } from '../../../models/shape.ts';
import { loadTensorFlow } from '../../../models/tf.ts';
import { Fault } from '../../../specs/fault.ts';
import { mutateJson } from '../../support/mutate-json.ts';
import { processorMilliseconds } from '../../support/processor-time.ts';
import { seededRandom } from '../../support/random.ts';
import { filesOf, saveArtefact } from '../../support/tfjs-artefact.ts';
import { convolutionalGraph, drawWeights } from '../../support/tfjs-graph-file.ts';

/** JOULESMITH_EXHAUSTIVE=1 tries many more. */
const rounds = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 10000 : 400;

async function layersArtefact() {
  const tf = await loadTensorFlow(['cpu']);
  const l = tf.layers.layers;
  type Tensor = ReturnType<typeof tf.layers.input>;
  const x = tf.layers.input({ shape: [6, 5, 2] });
  const a = l.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }).apply(x) as Tensor;
  const b = l.reLU().apply(l.batchNormalization().apply(a)) as Tensor;
  const c = l.separableConv2d({ filters: 3, kernelSize: 2, padding: 'same', activation: 'tanh' }).apply(b) as Tensor;
  const d = l.upSampling2d({}).apply(l.maxPooling2d({}).apply(l.add().apply([b, c]))) as Tensor;
  const e = l.flatten().apply(l.zeroPadding2d({}).apply(l.permute({ dims: [2, 1, 3] }).apply(d) as Tensor)) as Tensor;
  const nested = tf.layers.sequential({
    layers: [l.dense({ units: 4, inputShape: e.shape.slice(1) as number[] }), l.softmax()],
  });
  const artefact = await saveArtefact(tf, tf.layers.model({ inputs: x, outputs: nested.apply(e) as Tensor }), 1e6);
  return { json: artefact.json as unknown, files: filesOf(artefact) };
}

function graphArtefact() {
  const { json, bytes } = convolutionalGraph(drawWeights(seededRandom(3))).build();
  return { json, files: () => bytes };
}

/** What is accepted must run, too. */
function runIfSmall(graph: FloatGraph): void {
  const sizes = [...graph.tensors.values()].map(({ shape }) => tensorElements(shape));
  if (sizes.some((size) => size > 20000)) return;
  const inputs = graph.inputs.map((id): [number, Float32Array] => [
    id,
    new Float32Array(tensorElements(graph.tensors.get(id)!.shape)).fill(0.5),
  ]);
  const values = runFloatGraph(graph, new Map(inputs));
  for (const { output } of graph.layers) {
    expect(values.get(output)!.length).toBe(tensorElements(graph.tensors.get(output)!.shape));
  }
}

describe.each([
  ['LayersModel', layersArtefact],
  ['GraphModel', graphArtefact],
] as const)('a damaged %s', (_name, make) => {
  test('is a network or one fault, quickly', async () => {
    const { json, files } = await make();
    const random = seededRandom(20);
    const outcomes = { networks: 0, faults: new Set<string>() };
    for (let round = 0; round < rounds; round++) {
      const damaged = mutateJson(json, random, random.integer(1, 4));
      const cut = random.integer(0, 9) === 0;
      const read = (path: string): Uint8Array => {
        const bytes = files(path);
        return cut ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
      };
      const started = processorMilliseconds();
      try {
        const network = importTfjs(damaged, () => read('group1-shard0.bin'), 'model.json');
        runIfSmall(network);
        outcomes.networks += 1;
      } catch (error) {
        if (!(error instanceof Fault))
          throw new Error(`round ${round}: ${JSON.stringify(damaged).slice(0, 3000)}`, { cause: error });
        outcomes.faults.add(error.code);
      }
      expect(processorMilliseconds() - started).toBeLessThan(2000);
    }
    expect(outcomes.networks).toBeGreaterThan(rounds / 50);
    expect(outcomes.faults.size).toBeGreaterThan(4);
  });
});
