import type { VerilogFile } from '../../hdl-gen/emit/verilog.ts';

export interface SynthesisRequest {
  readonly top: string;
  readonly files: readonly VerilogFile[];
  readonly images: readonly { readonly file: string; readonly text: string }[];
}

/** Runs Yosys (WebAssembly) on emitted text and returns what it printed. Throws when it refuses the design. */
export async function yosys({ top, files, images }: SynthesisRequest, script: string): Promise<string> {
  const { runYosys } = await import('@yowasp/yosys');
  const tree: Record<string, string> = {};
  for (const { name, text } of files) tree[name] = text;
  for (const { file, text } of images) tree[file] = text;
  const decoder = new TextDecoder();
  let printed = '';
  const keep = (bytes: Uint8Array | null): void => {
    if (bytes !== null) printed += decoder.decode(bytes, { stream: true });
  };
  const read = files.map(({ name }) => `read_verilog ${name}`).join('; ');
  await runYosys(['-p', `${read}; hierarchy -check -top ${top}; ${script}`], tree, { stdout: keep, stderr: keep });
  return printed;
}
