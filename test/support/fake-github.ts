import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { rawAddress, treeAddress } from '../../scripts/zoo/github.ts';
import { modelFile } from '../../scripts/zoo/public-files.ts';
import { windowStarts } from '../../scripts/zoo/sample-form.ts';
import type { PublicModel } from '../../specs/public-models.ts';

/** What an address answers: bytes, an HTTP status, or a connection that fails with this code. */
export type Answer = Uint8Array | number | string;

export interface FakeGithub {
  /** By address; tests may change it. Everything else answers 404. */
  readonly answers: Map<string, Answer>;
  /** Addresses in the order in which they were asked for. */
  readonly asked: string[];
}

/** Replaces the global `fetch` until `vi.unstubAllGlobals()`: nothing leaves this machine. */
export function fakeGithub(): FakeGithub {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    const answer = answers.get(address) ?? 404;
    if (typeof answer === 'string')
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(answer), { code: answer }) });
    if (typeof answer === 'number') return new Response('no', { status: answer, statusText: 'because' });
    return new Response(Uint8Array.from(answer));
  });
  return { answers, asked };
}

/** git's id of a file's content. */
export const blobId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** The upstream files of a network, as the data folder's quantised samples say they must be. */
export function publish({ answers }: FakeGithub, network: PublicModel, data: string): void {
  const folder = join(data, network.folder);
  const { model, samples } = network;
  answers.set(rawAddress(model, model.path), readFileSync(join(folder, modelFile(network))));
  const inputs = readFileSync(join(folder, network.inputs.file));
  const size = inputs.length / samples.files.length;
  const { scale, zeroPoint } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).input;
  const tree: unknown[] = [{ type: 'tree', path: samples.folder, sha: '0'.repeat(40) }];
  for (const [index, file] of samples.files.entries()) {
    const own = inputs.subarray(index * size, (index + 1) * size);
    const upstream =
      samples.form === 'int8'
        ? own
        : samples.form === 'uint8'
          ? Uint8Array.from(own, (byte) => byte ^ 0x80)
          : spectrogram(own, scale, zeroPoint);
    const path = `${samples.folder}/${'name' in file ? file.name : `picture ${index}.bin`}`;
    tree.push({ type: 'blob', path, sha: blobId(upstream) });
    answers.set(rawAddress(samples, path), upstream);
  }
  answers.set(treeAddress(samples), new TextEncoder().encode(JSON.stringify({ tree })));
}

/** 200 frames of 128 float32, of which the four windows are these bytes, dequantised. */
function spectrogram(windows: Uint8Array, scale: number, zeroPoint: number): Uint8Array {
  const values = new Float32Array(200 * 128);
  const size = windows.length / windowStarts.length;
  for (const [at, start] of windowStarts.entries()) {
    for (let i = 0; i < size; i++)
      values[start * 128 + i] = scale * (((windows[at * size + i]! << 24) >> 24) - zeroPoint);
  }
  return new Uint8Array(values.buffer);
}
