import type { Graph } from '../../models/graph.ts';
import { tensorOf } from '../../sim/verify/parts.ts';
import type { PublicModel } from '../../specs/public-models.ts';
import { modelFile } from './public-files.ts';
import { samplesPerFile } from './sample-form.ts';

/** The manifest.json beside a fetched model: the form that scripts/manifest.ts reads, and where everything comes from. */
export function publicManifest(network: PublicModel, graph: Graph): unknown {
  const { model, samples, inputs, labels, outputs, classes, accuracy } = network;
  const port = (id: number) => {
    const { name, shape, scale, zeroPoint } = tensorOf(graph, id);
    return { name, shape, dtype: 'int8', scale, zeroPoint };
  };
  const origin = ({ repository, commit }: { readonly repository: string; readonly commit: string }) =>
    `https://github.com/${repository} at ${commit}`;
  return {
    model: modelFile(network),
    modelSha256: model.sha256,
    input: port(graph.inputs[0]!),
    output: port(graph.outputs[0]!),
    layout: 'C order, NHWC, samples concatenated',
    count: samples.files.length * samplesPerFile(samples.form),
    inputsFile: inputs.file,
    labelsFile: labels.file,
    classes,
    goldens: {
      tflm: {
        file: outputs.file,
        profile:
          'outputs of TensorFlow Lite Micro, reference kernels: computed here by the integer reference and accepted because their SHA-256 is that of its outputs',
        ...(outputs.logits && { logitsFile: outputs.logits.file }),
      },
    },
    ...(accuracy && { accuracy: { tflmAll: accuracy.int8, n: accuracy.samples } }),
    sources: {
      model: { from: origin(model), path: model.path, licence: model.licence },
      samples: { from: origin(samples), path: samples.folder, licence: samples.licence },
    },
  };
}
