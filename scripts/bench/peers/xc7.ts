import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { Fault } from '../../../specs/fault.ts';
import { run } from '../../tools/run.ts';

/** Cells of a design on Xilinx 7 series after synthesis, nothing placed. */
export interface Xc7Cells {
  /** LUT1 to LUT6. */
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  /** Halves of a block RAM: a RAMB36 counts as two. */
  readonly ramb18: number;
  /** RAM cells made of LUTs (RAM32M, RAM64M ...) and shift registers; four or fewer LUTs each, not in `lut`. */
  readonly lutRam: number;
}

export interface Synthesiser {
  /** Name and version, as the tool says it. */
  readonly version: string;
  /** What the run printed. */
  readonly run: (files: Readonly<Record<string, string>>, script: string) => Promise<string>;
}

const toolSeconds = 3600;

/** Yosys on PATH, or null. */
async function native(): Promise<Synthesiser | null> {
  const said = await run('yosys', ['-V'], { seconds: 60 }).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'TOOL_FAILED') return null;
    throw error;
  });
  if (said === null) return null;
  return {
    version: said.stdout.trim().split(' (')[0]!,
    run: async (files, script) => {
      const folder = mkdtempSync(join(tmpdir(), 'joulesmith-yosys-'));
      try {
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
        const { code, stdout, stderr } = await run('yosys', ['-p', script], { seconds: toolSeconds, folder });
        if (code === 0) return stdout;
        throw new Fault({
          code: 'TOOL_FAILED',
          kind: 'tool',
          place: 'yosys',
          cause: `ended with exit code ${code}: ${stderr.trim().split('\n').at(-1)}`,
          wayOut: 'check its installation',
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The WebAssembly build that comes with the development packages. */
async function webAssembly(): Promise<Synthesiser> {
  const { runYosys } = await import('@yowasp/yosys');
  const printed = async (args: readonly string[], files: Readonly<Record<string, string>>): Promise<string> => {
    const decoder = new TextDecoder();
    let text = '';
    const keep = (bytes: Uint8Array | null): void => {
      if (bytes !== null) text += decoder.decode(bytes, { stream: true });
    };
    await runYosys([...args], { ...files }, { stdout: keep, stderr: keep });
    return text;
  };
  return {
    version: `${(await printed(['-V'], {})).trim().split(' (')[0]} (WebAssembly)`,
    run: (files, script) => printed(['-p', script], files),
  };
}

export async function findSynthesiser(): Promise<Synthesiser> {
  return (await native()) ?? webAssembly();
}

/** Adds the counts of the cells in the last table that `stat` printed. */
export function cellsOf(printed: string): Xc7Cells {
  const cells = { lut: 0, ff: 0, dsp: 0, ramb18: 0, lutRam: 0 };
  const table = printed.slice(printed.lastIndexOf('Number of cells:'));
  for (const line of table.split('\n')) {
    // Versions before 0.46 print the name first, later ones the count.
    const [first = '', second = ''] = line.trim().split(/\s+/);
    const [name, count] = /^\d+$/.test(first) ? [second, Number(first)] : [first, Number(second)];
    if (/^LUT[1-6]$/.test(name)) cells.lut += count;
    else if (/^FD[A-Z]E$/.test(name)) cells.ff += count;
    else if (/^DSP48/.test(name)) cells.dsp += count;
    else if (/^RAMB18/.test(name)) cells.ramb18 += count;
    else if (/^RAMB36/.test(name)) cells.ramb18 += 2 * count;
    else if (/^RAM\d/.test(name) || /^SRL/.test(name)) cells.lutRam += count;
  }
  return cells;
}

/** The whole design flattened by `synth_xilinx -family xc7`. */
export async function synthesiseXc7(design: Design, { run }: Synthesiser): Promise<Xc7Cells> {
  const { top, files, images } = emitVerilog(design);
  const tree = Object.fromEntries([
    ...files.map(({ name, text }) => [name, text] as const),
    ...images.map(({ file, text }) => [file, text] as const),
  ]);
  const read = files.map(({ name }) => `read_verilog ${name}`).join('; ');
  const script = `${read}; hierarchy -check -top ${top}; synth_xilinx -family xc7 -flatten -top ${top}; stat`;
  return cellsOf(await run(tree, script));
}
