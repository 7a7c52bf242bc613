import { type Static, Type } from 'typebox';
import { check } from './check.ts';
import mlperfTiny from './public-models/mlperf-tiny.json' with { type: 'json' };

const Words = Type.String({ minLength: 1 });
const Size = Type.Integer({ minimum: 1 });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const GitHash = Type.String({ pattern: '^[0-9a-f]{40}$' });
const FileName = Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$' });
const exactly = { additionalProperties: false } as const;

/** A place in a public GitHub repository. */
const origin = { repository: Type.String({ pattern: '^[\\w.-]+/[\\w.-]+$' }), commit: GitHash };

/**
 * One file of samples, found by its name in the folder or, where the list of names is not published, by its content: `blob` is
 * git's id of it. `sha256` is that of the int8 samples which are made of the file, so it pins all that is used of it.
 */
const SampleFile = Type.Union([
  Type.Object({ name: FileName, sha256: Sha256 }, exactly),
  Type.Object({ blob: GitHash, sha256: Sha256 }, exactly),
]);

/** A published network, where it and samples for it are, and what TensorFlow Lite Micro's reference kernels answer to them. */
export const PublicModel = Type.Object(
  {
    name: FileName,
    title: Words,
    /** What it decides, one sentence. */
    task: Words,
    /** Folder below the data folder. */
    folder: FileName,
    /** Multiply-accumulates per inference. */
    macs: Size,
    /** Names of the classes in output order; empty when the output is no classification. */
    classes: Type.Array(Words),
    /** Fraction right on the official test samples, of which `samples.files` are the first; null when it is no fraction. */
    accuracy: Type.Union([
      Type.Object({ int8: Type.Number({ minimum: 0, maximum: 1 }), samples: Size }, exactly),
      Type.Null(),
    ]),
    model: Type.Object({ ...origin, path: Words, bytes: Size, sha256: Sha256, licence: Words }, exactly),
    samples: Type.Object(
      {
        ...origin,
        /** Of the repository. */
        folder: Words,
        /** int8: as the network takes them. uint8: pixels. spectrogram: float32 frames of 128 values. */
        form: Type.Union([Type.Literal('int8'), Type.Literal('uint8'), Type.Literal('spectrogram')]),
        /** Of every file. */
        bytes: Size,
        licence: Words,
        files: Type.Array(SampleFile, { minItems: 1 }),
      },
      exactly,
    ),
    /** All samples as int8, in the order of the files. */
    inputs: Type.Object({ file: FileName, sha256: Sha256 }, exactly),
    /** One for each file. */
    labels: Type.Object({ file: FileName, values: Type.Array(Type.Integer({ minimum: 0, maximum: 255 })) }, exactly),
    /** Outputs for all samples, int8, and the tensor before a final softmax. */
    outputs: Type.Object(
      {
        file: FileName,
        sha256: Sha256,
        logits: Type.Optional(Type.Object({ file: FileName, sha256: Sha256 }, exactly)),
      },
      exactly,
    ),
  },
  exactly,
);
export type PublicModel = Static<typeof PublicModel>;

export const PublicModels = Type.Object({ networks: Type.Array(PublicModel) }, exactly);

/** The four networks of MLPerf Tiny. Errors: `SPEC_INVALID`. */
export const publicModels = (): readonly PublicModel[] =>
  check(PublicModels, mlperfTiny, 'specs/public-models/mlperf-tiny.json').networks;
