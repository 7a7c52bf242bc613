import { type Static, Type } from 'typebox';

const Count = Type.Integer({ minimum: 0 });

const Port = Type.Object({
  /** Number of the tensor, as layers name it. */
  tensor: Type.Integer(),
  name: Type.String(),
  shape: Type.Array(Count),
});

/** A network as a drawing needs it: which layer reads what, and how much it does. */
export const ModelOutline = Type.Object({
  inputs: Type.Array(Port),
  outputs: Type.Array(Port),
  /** In execution order. */
  layers: Type.Array(
    Type.Object({
      name: Type.String(),
      kind: Type.String(),
      /** Kernel, stride, function ... in a few words; may be empty. */
      detail: Type.String(),
      /** Tensors; one that nothing writes is a constant. */
      inputs: Type.Array(Type.Integer()),
      output: Type.Integer(),
      shape: Type.Array(Count),
      /** Multiply-accumulates per inference. */
      macs: Count,
    }),
  ),
});
export type ModelOutline = Static<typeof ModelOutline>;
