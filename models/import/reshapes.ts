/**
 * Reshapes out of the way: what is done to each value (or each channel) behind one is done before it, so that it meets the layer
 * that can take it in; one reshape after another is one; a reshape to the same shape is none.
 */
import type { Draft, DraftLayer } from './draft.ts';

/** Position of the layer that writes a tensor, and how many layers (or the world) read it. */
function linksOf(layers: readonly DraftLayer[], outputs: readonly number[]) {
  const writer = new Map(layers.map((layer, index) => [layer.output, index]));
  const readers = new Map<number, number>();
  for (const id of [...outputs, ...layers.flatMap((layer) => layer.inputs)])
    readers.set(id, (readers.get(id) ?? 0) + 1);
  return { writer, readers };
}

/** f(reshape(x)) = reshape(f(x)) for activations, and for affine steps when the channels stay where they are. */
function swapped(draft: Draft, layers: readonly DraftLayer[]): DraftLayer[] {
  const { writer, readers } = linksOf(layers, draft.outputs);
  const result = [...layers];
  for (const index of layers.keys()) {
    const { core, output, place } = result[index]!;
    if (core.kind !== 'affine' && core.kind !== 'activation') continue;
    const middle = result[index]!.inputs[0]!;
    const before = writer.get(middle);
    const reshape = before === undefined ? null : result[before]!;
    if (reshape?.core.kind !== 'reshape' || readers.get(middle) !== 1) continue;
    const from = draft.tensors.get(reshape.inputs[0]!)!;
    const keepsChannels = from.shape.at(-1) === draft.tensors.get(middle)!.shape.at(-1);
    if (core.kind === 'affine' && !keepsChannels) continue;
    draft.tensors.set(middle, { ...from, id: middle });
    result[before!] = { core, inputs: reshape.inputs, output: middle, place };
    result[index] = { core: reshape.core, inputs: [middle], output, place: reshape.place };
  }
  return result;
}

/** Reshapes read what the first of their chain reads; those that change nothing vanish. */
function merged(draft: Draft, layers: readonly DraftLayer[]): DraftLayer[] {
  const source = new Map<number, number>();
  const same = new Map<number, number>();
  const shapeText = (id: number): string => draft.tensors.get(id)!.shape.join();
  const result: DraftLayer[] = [];
  for (const layer of layers) {
    const inputs = layer.inputs.map((id) => same.get(id) ?? id);
    if (layer.core.kind !== 'reshape') {
      result.push({ ...layer, inputs });
      continue;
    }
    const from = source.get(inputs[0]!) ?? inputs[0]!;
    source.set(layer.output, from);
    const needed = draft.outputs.includes(layer.output);
    if (shapeText(from) === shapeText(layer.output) && !needed) same.set(layer.output, from);
    else result.push({ ...layer, inputs: [from] });
  }
  return result;
}

/** The same network. Layers that nothing reads any more are left for the caller to drop. */
export function tidyReshapes(draft: Draft, layers: readonly DraftLayer[]): DraftLayer[] {
  return merged(draft, swapped(draft, layers));
}
