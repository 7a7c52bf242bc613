/** The form of `*.joulesmith.json`. Ranges that depend on several fields are checkGraph's. */

import { type Static, Type } from 'typebox';

/** Changes when a reader of the old form would misread the new one. */
export const graphFormat = 'joulesmith-graph-1';

const closed = { additionalProperties: false };
const Int32 = Type.Integer({ minimum: -2147483648, maximum: 2147483647 });
const Int16 = Type.Integer({ minimum: -32768, maximum: 32767 });
const Int8 = Type.Integer({ minimum: -128, maximum: 127 });
const Id = Type.Integer({ minimum: 0 });
const Size = Type.Integer({ minimum: 1 });
const Extent = Type.Object({ height: Size, width: Size }, closed);
const Pad = Type.Integer({ minimum: 0 });
const Padding = Type.Object({ top: Pad, left: Pad, bottom: Pad, right: Pad }, closed);
const Clamp = Type.Object({ min: Int16, max: Int16 }, closed);
const Multiplier = Type.Object({ multiplier: Int32, shift: Int32 }, closed);
const Safe = Type.Integer({ minimum: -9007199254740991, maximum: 9007199254740991 });
const Requantize = Type.Object({ multiplier: Type.Array(Int32), shift: Type.Array(Int32) }, closed);
/** One byte per int8, two per int16 (little-endian), two's complement, in the order that graph.ts states. */
const Base64 = Type.String({ pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' });

const ends = { name: Type.String(), input: Id, output: Id };
const joins = { name: Type.String(), inputs: Type.Array(Id), output: Id };
const window = { kernel: Extent, stride: Extent, padding: Padding };
const weighted = {
  weights: Base64,
  weightBits: Type.Optional(Type.Union([Type.Literal(4), Type.Literal(8)])),
  bias: Type.Array(Safe),
  /** Sums are kept in so many bits (int16 activations only); 32 where absent. */
  biasBits: Type.Optional(Type.Literal(64)),
  requantize: Requantize,
  clamp: Clamp,
};
const addends = { leftShift: Type.Integer(), first: Multiplier, second: Multiplier, rescale: Multiplier, clamp: Clamp };
const List = Type.Array(Type.Integer());

/** One schema per kind of layer, so that a fault is reported against the kind that was meant. */
export const layerDocuments = {
  conv2d: Type.Object(
    { kind: Type.Literal('conv2d'), ...ends, ...window, dilation: Extent, groups: Size, ...weighted },
    closed,
  ),
  depthwiseConv2d: Type.Object(
    { kind: Type.Literal('depthwiseConv2d'), ...ends, ...window, dilation: Extent, depthMultiplier: Size, ...weighted },
    closed,
  ),
  fullyConnected: Type.Object(
    { kind: Type.Literal('fullyConnected'), ...ends, weightZeroPoint: Int8, ...weighted },
    closed,
  ),
  averagePool2d: Type.Object({ kind: Type.Literal('averagePool2d'), ...ends, ...window, clamp: Clamp }, closed),
  maxPool2d: Type.Object({ kind: Type.Literal('maxPool2d'), ...ends, ...window, clamp: Clamp }, closed),
  add: Type.Object({ kind: Type.Literal('add'), ...joins, ...addends }, closed),
  sub: Type.Object({ kind: Type.Literal('sub'), ...joins, ...addends }, closed),
  mul: Type.Object({ kind: Type.Literal('mul'), ...joins, requantize: Requantize, clamp: Clamp }, closed),
  pad: Type.Object({ kind: Type.Literal('pad'), ...ends, before: List, after: List, value: Int16 }, closed),
  concatenation: Type.Object({ kind: Type.Literal('concatenation'), ...joins, axis: Id }, closed),
  mean: Type.Object({ kind: Type.Literal('mean'), ...ends, axes: List, requantize: Requantize, clamp: Clamp }, closed),
  resizeNearest: Type.Object(
    { kind: Type.Literal('resizeNearest'), ...ends, alignCorners: Type.Boolean(), halfPixelCenters: Type.Boolean() },
    closed,
  ),
  slice: Type.Object({ kind: Type.Literal('slice'), ...ends, begin: List, step: List }, closed),
  transpose: Type.Object({ kind: Type.Literal('transpose'), ...ends, permutation: List }, closed),
  batchMatMul: Type.Object(
    {
      kind: Type.Literal('batchMatMul'),
      ...joins,
      adjointFirst: Type.Boolean(),
      adjointSecond: Type.Boolean(),
      requantize: Requantize,
      clamp: Clamp,
    },
    closed,
  ),
  lookup: Type.Object(
    {
      kind: Type.Literal('lookup'),
      ...ends,
      function: Type.Union([Type.Literal('logistic'), Type.Literal('tanh'), Type.Literal('leakyRelu')]),
      table: Base64,
    },
    closed,
  ),
  reshape: Type.Object({ kind: Type.Literal('reshape'), ...ends }, closed),
  softmax: Type.Object(
    {
      kind: Type.Literal('softmax'),
      ...ends,
      beta: Type.Number(),
      multiplier: Int32,
      leftShift: Int32,
      diffMin: Int32,
    },
    closed,
  ),
  quantize: Type.Object({ kind: Type.Literal('quantize'), ...ends, requantize: Requantize, clamp: Clamp }, closed),
};

type LayerDocuments = typeof layerDocuments;
export type LayerDocument = { [K in keyof LayerDocuments]: Static<LayerDocuments[K]> }[keyof LayerDocuments];

type Kind = keyof LayerDocuments;
const kinds = Object.keys(layerDocuments) as Kind[];

export const GraphDocument = Type.Object(
  {
    format: Type.Literal(graphFormat),
    name: Type.String({ minLength: 1 }),
    profile: Type.Union([Type.Literal('tflite-reference'), Type.Literal('onnx-qlinear'), Type.Literal('power-of-two')]),
    inputs: Type.Array(Id),
    outputs: Type.Array(Id),
    tensors: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Type.String(),
          shape: Type.Array(Size),
          scale: Type.Number(),
          zeroPoint: Int8,
          type: Type.Optional(Type.Union([Type.Literal('int8'), Type.Literal('int16')])),
          stored: Type.Optional(Type.Literal('uint8')),
        },
        closed,
      ),
    ),
    constants: Type.Optional(Type.Array(Type.Object({ id: Id, data: Base64 }, closed))),
    /** Here only the kind is checked; `layerDocuments` has the rest. */
    layers: Type.Array(Type.Object({ kind: Type.Unsafe<Kind>(Type.Union(kinds.map((kind) => Type.Literal(kind)))) })),
  },
  closed,
);
export type GraphDocument = Static<typeof GraphDocument>;
