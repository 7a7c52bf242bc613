/** What a layer reads, whichever of the two forms it states it in: works on integer and on float layers. */

/** The ends of a layer of one input, or of a layer of several. */
export type LayerEnds = { readonly input: number } | { readonly inputs: readonly number[] };

/** The tensors that a layer reads, in its own order; one may stand there twice. */
export function inputsOf(layer: LayerEnds): readonly number[] {
  return 'inputs' in layer ? layer.inputs : [layer.input];
}
