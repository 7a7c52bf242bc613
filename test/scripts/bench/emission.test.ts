import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { loadDesign } from '../../../scripts/design.ts';

/** Digest of all that a design is printed as, in this process. */
function printed(name: string): string {
  const { model, request } = loadDesign(name, process.cwd(), process.env);
  const { files, images } = emitVerilog(buildAccelerator(model.graph, request).design);
  const digest = createHash('sha256');
  for (const { name, text } of files) digest.update(`${name}\n${text}`);
  for (const { file, text } of images) digest.update(`${file}\n${text}`);
  return digest.digest('hex');
}

test('the same request always prints the same bytes, whatever was built before and in whichever process', async () => {
  const first = printed('digits-stream-16');
  const other = printed('digits-stream-32');
  printed('textures-stream-32');
  expect(printed('digits-stream-16')).toBe(first);
  expect(other).not.toBe(first);
  const { stdout } = await promisify(execFile)('npx', ['tsx', 'scripts/bench/emission.ts', 'digits-stream-16']);
  expect(JSON.parse(stdout).sha256).toBe(first);
}, 120_000);
