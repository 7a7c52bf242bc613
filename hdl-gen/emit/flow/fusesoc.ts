import type { Block } from './block.ts';

const quoted = (text: string): string => JSON.stringify(text);

function files(names: readonly string[]): string {
  return names.map((name) => `      - ${quoted(name)}\n`).join('');
}

/**
 * A core description for FuseSoC, CAPI2. Images are copied to the folder in which the tools run: `$readmemh` looks for them there.
 * `bench` is the Verilog bench; null leaves the target `sim` out.
 */
export function fusesocCore(
  { name, top, verilog, images }: Block,
  bench: { readonly top: string; readonly file: string; readonly data: readonly string[] } | null,
): string {
  const copied = (file: string) => `      - ${quoted(file)}: {copyto: ${quoted(file)}}\n`;
  const list = (key: string, names: readonly string[]) => `    ${key}: [${names.join(', ')}]\n`;
  const target = (key: string, sets: readonly string[], toplevel: string) =>
    `  ${key}:\n${list('filesets', sets)}    toplevel: ${quoted(toplevel)}\n`;
  const synthesised = images.length === 0 ? ['rtl'] : ['rtl', 'images'];
  return [
    'CAPI=2:\n',
    `name: ${quoted(`joulesmith:accelerator:${top}:1.0.0`)}\n`,
    `description: ${quoted(`Inference accelerator ${name}`)}\n`,
    'filesets:\n',
    `  rtl:\n    files:\n${files(verilog)}    file_type: verilogSource-2005\n`,
    images.length === 0 ? '' : `  images:\n    files:\n${images.map(copied).join('')}    file_type: user\n`,
    bench === null ? '' : `  bench:\n    files:\n${files([bench.file])}    file_type: verilogSource-2005\n`,
    bench === null ? '' : `  vectors:\n    files:\n${bench.data.map(copied).join('')}    file_type: user\n`,
    'targets:\n',
    target('default', synthesised, top),
    `${target('lint', synthesised, top)}    default_tool: verilator\n    tools:\n      verilator: {mode: lint-only}\n`,
    bench === null
      ? ''
      : `${target('sim', [...synthesised, 'bench', 'vectors'], bench.top)}    default_tool: icarus\n    tools:\n      icarus: {iverilog_options: [-g2005]}\n`,
  ].join('');
}
