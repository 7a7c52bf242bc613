import { type Static, Type } from 'typebox';

const Words = Type.String({ minLength: 1 });
const Count = Type.Integer({ minimum: 0 });
const Fraction = Type.Number({ minimum: 0, maximum: 1 });

const QuantizedTensor = Type.Object(
  {
    /** NHWC with the batch of 1 kept. */
    shape: Type.Array(Type.Integer({ minimum: 1 })),
    scale: Type.Number({ exclusiveMinimum: 0 }),
    zeroPoint: Type.Integer({ minimum: -128, maximum: 127 }),
  },
  { additionalProperties: false },
);

/** What a person should know about a network before building hardware for it. */
export const ModelCard = Type.Object(
  {
    schema: Type.Literal('joulesmith/model-card/1'),
    name: Words,
    /** What the network decides, in words. */
    task: Words,
    /** Names of the classes in output order; empty when the output is no classification. */
    classes: Type.Array(Words),
    input: QuantizedTensor,
    output: QuantizedTensor,
    layers: Count,
    parameters: Count,
    /** Multiply-accumulates per inference. */
    macs: Count,
    accuracy: Type.Object(
      {
        float: Fraction,
        int8: Fraction,
        /** Test samples behind both numbers, none of them seen in training. */
        samples: Type.Integer({ minimum: 1 }),
      },
      { additionalProperties: false },
    ),
    training: Type.Object(
      { script: Words, data: Words, seed: Type.Integer(), samples: Count, epochs: Count },
      { additionalProperties: false },
    ),
    /** What it is good for. */
    use: Words,
    /** What it must not be used for, and why. */
    limits: Words,
    /** The files the card speaks about. */
    files: Type.Array(
      Type.Object({ name: Words, sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, { additionalProperties: false }),
    ),
    license: Words,
  },
  { additionalProperties: false },
);
export type ModelCard = Static<typeof ModelCard>;
