/** The form of `*.joulesmith.json`. Ranges that depend on several fields are checkGraph's. */

import { type Static, Type } from 'typebox';

/** Changes when a reader of the old form would misread the new one. */
export const graphFormat = 'joulesmith-graph-1';

const closed = { additionalProperties: false };
const Int32 = Type.Integer({ minimum: -2147483648, maximum: 2147483647 });
const Int8 = Type.Integer({ minimum: -128, maximum: 127 });
const Id = Type.Integer({ minimum: 0 });
const Size = Type.Integer({ minimum: 1 });
const Extent = Type.Object({ height: Size, width: Size }, closed);
const Pad = Type.Integer({ minimum: 0 });
const Padding = Type.Object({ top: Pad, left: Pad, bottom: Pad, right: Pad }, closed);
const Clamp = Type.Object({ min: Int8, max: Int8 }, closed);
const Requantize = Type.Object({ multiplier: Type.Array(Int32), shift: Type.Array(Int32) }, closed);
/** One byte per weight, two's complement, in the order that graph.ts states for the layer. */
const Base64 = Type.String({ pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' });

const ends = { name: Type.String(), input: Id, output: Id };
const window = { kernel: Extent, stride: Extent, padding: Padding };
const weighted = { weights: Base64, bias: Type.Array(Int32), requantize: Requantize, clamp: Clamp };

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
    profile: Type.Literal('tflite-reference'),
    inputs: Type.Array(Id),
    outputs: Type.Array(Id),
    tensors: Type.Array(
      Type.Object(
        { id: Id, name: Type.String(), shape: Type.Array(Size), scale: Type.Number(), zeroPoint: Int8 },
        closed,
      ),
    ),
    /** Here only the kind is checked; `layerDocuments` has the rest. */
    layers: Type.Array(Type.Object({ kind: Type.Unsafe<Kind>(Type.Union(kinds.map((kind) => Type.Literal(kind)))) })),
  },
  closed,
);
export type GraphDocument = Static<typeof GraphDocument>;
