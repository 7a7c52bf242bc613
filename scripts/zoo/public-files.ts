import { join } from 'node:path';
import type { PublicModel } from '../../specs/public-models.ts';
import { kept, sha256Of } from './keep.ts';

export const modelFile = ({ model }: PublicModel): string => model.path.slice(model.path.lastIndexOf('/') + 1);

export const labelBytes = ({ labels }: PublicModel): Uint8Array => Uint8Array.from(labels.values);

/** Every file with a pinned hash that a fetched network consists of. */
export function pinnedFiles(network: PublicModel): { readonly file: string; readonly sha256: string }[] {
  const { model, inputs, labels, outputs } = network;
  return [
    { file: modelFile(network), sha256: model.sha256 },
    { file: inputs.file, sha256: inputs.sha256 },
    { file: labels.file, sha256: sha256Of(labelBytes(network)) },
    { file: outputs.file, sha256: outputs.sha256 },
    ...(outputs.logits ? [outputs.logits] : []),
  ];
}

/** Whether a data folder has all of it, byte for byte. */
export function isComplete(network: PublicModel, root: string): boolean {
  const folder = join(root, network.folder);
  return pinnedFiles(network).every(({ file, sha256 }) => kept(join(folder, file), sha256) !== null);
}
