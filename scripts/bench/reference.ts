import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FloatGraph } from '../../models/float.ts';
import { tensorflowEngine } from '../../models/float-tensorflow.ts';
import type { Graph } from '../../models/graph.ts';
import { importTflite } from '../../models/import/tflite.ts';
import { importFloatTflite } from '../../models/import/tflite-float.ts';
import { runReference } from '../../models/reference.ts';
import { tensorElements } from '../../models/shape.ts';
import { layerStatistics } from '../../models/statistics.ts';
import { loadTensorFlow } from '../../models/tf.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { median, processorSeconds } from './measure.ts';

/** A network in both forms. */
interface Subject {
  readonly name: string;
  readonly graph: Graph;
  readonly float: FloatGraph;
}

export interface ReferenceSpeed {
  readonly network: string;
  readonly peer: { readonly name: string; readonly version: string };
  /** Multiply-accumulates per second of processor time, median. */
  readonly macsPerSecond: { readonly joulesmith: number; readonly TensorFlow: number };
  readonly ratio: number;
}

/** Image classification where its files are at hand, the built-in network elsewhere. */
function subjectFrom(data: string | null): Subject {
  if (data === null) {
    const { graph, float } = loadZoo('digits');
    return { name: 'digits', graph, float };
  }
  const read = (file: string) => new Uint8Array(readFileSync(join(data, 'mlperf_ic', file)));
  return {
    name: 'ic',
    graph: importTflite(read('pretrainedResnet_quant.tflite'), 'ic'),
    float: importFloatTflite(read('pretrainedResnet.tflite'), 'ic'),
  };
}

/** Runs until the engine has had time to optimise, then `tries` times a good part of a second; processor time of one run, median. */
function secondsPerRun(work: () => void, tries: number): number {
  let runs = 0;
  for (let seconds = 0; seconds < 1; runs++) seconds += processorSeconds(work);
  const repeat = Math.max(1, Math.floor(runs / 3));
  const measured = Array.from({ length: tries }, () =>
    processorSeconds(() => {
      for (let run = 0; run < repeat; run++) work();
    }),
  );
  return median(measured) / repeat;
}

/** The integer reference against the same network in float on TensorFlow.js's plain JavaScript backend; one thread each. */
export async function referenceSpeed(data: string | null, tries: number): Promise<ReferenceSpeed> {
  const { name, graph, float } = subjectFrom(data);
  const macs = layerStatistics(graph).reduce((sum, layer) => sum + layer.macs, 0);
  const input = Int8Array.from({ length: tensorElements(graph.tensors.get(graph.inputs[0]!)!.shape) }, (_, index) =>
    Math.imul(index, 37),
  );
  const own = secondsPerRun(() => runReference(graph, input), tries);
  const tensorFlow = await loadTensorFlow(['cpu']);
  const run = tensorflowEngine(tensorFlow).load(float);
  const inputs = new Map([[float.inputs[0]!, Float32Array.from(input, (byte) => byte / 128)]]);
  const peer = secondsPerRun(() => run.run(inputs), tries);
  run.dispose();
  return {
    network: name,
    peer: { name: 'TensorFlow.js, backend cpu', version: tensorFlow.version },
    macsPerSecond: { joulesmith: macs / own, TensorFlow: macs / peer },
    ratio: peer / own,
  };
}
