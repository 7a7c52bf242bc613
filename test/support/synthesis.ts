import { emitVerilog, type Verilog } from '../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';

/** Targets whose primitives Yosys maps to. */
export const targets = ['ice40', 'ecp5', 'xc7'] as const;
export type Target = (typeof targets)[number];

/** Yosys's own flow for a target; `-noflatten` keeps modules apart, so that a report tells whose cells they are. */
const flows: Readonly<Record<Target, string>> = {
  // Multipliers as DSP blocks: as logic they cost minutes, and the memories are what is looked at.
  ice40: 'synth_ice40 -dsp -noflatten',
  ecp5: 'synth_ecp5 -noflatten',
  xc7: 'synth_xilinx -family xc7',
};

/** Cells of a module by type. */
export type Cells = Readonly<Record<string, number>>;

/** Runs a Yosys (WebAssembly) script on text; what it printed, and every file that it wrote. Throws when Yosys refuses. */
export async function runScript(texts: Readonly<Record<string, string>>, script: string) {
  const { runYosys } = await import('@yowasp/yosys');
  const decoder = new TextDecoder();
  let said = '';
  const keep = (bytes: Uint8Array | null): void => {
    if (bytes !== null) said += decoder.decode(bytes, { stream: true });
  };
  let tree: Awaited<ReturnType<typeof runYosys>>;
  try {
    tree = await runYosys(['-q', '-p', script], { ...texts }, { stdout: keep, stderr: keep });
  } catch (error) {
    throw new Error(`${String(error)}\n${said}`);
  }
  const read = (file: string): string => {
    const found = tree?.[file];
    if (typeof found === 'string') return found;
    if (found instanceof Uint8Array) return decoder.decode(found);
    throw new Error(`Yosys wrote no ${file}: ${said}`);
  };
  return { said, read };
}

export function textsOf({ files, images }: Verilog): Record<string, string> {
  return Object.fromEntries([
    ...files.map(({ name, text }) => [name, text]),
    ...images.map(({ file, text }) => [file, text]),
  ]);
}

export const readAll = ({ files }: Verilog): string => `read_verilog ${files.map(({ name }) => name).join(' ')}`;

/** `stat -json`: cells of every module by its name. */
export function cellsIn(report: string): ReadonlyMap<string, Cells> {
  const { modules } = JSON.parse(report) as {
    readonly modules: Readonly<Record<string, { readonly num_cells_by_type?: Cells }>>;
  };
  return new Map(
    Object.entries(modules).map(([name, { num_cells_by_type }]) => [name.replace(/^\\/, ''), num_cells_by_type ?? {}]),
  );
}

/** Cells of every module after the target's flow has mapped the memories; what is left as `$mem` becomes logic or registers. */
export async function mappedMemories(design: Design, target: Target): Promise<ReadonlyMap<string, Cells>> {
  const verilog = emitVerilog(design);
  const flow = `${flows[target]} -top ${verilog.top} -run begin:map_ffram`;
  const script = `${readAll(verilog)}; ${flow}; tee -q -o stat.json stat -json`;
  const { read } = await runScript(textsOf(verilog), script);
  return cellsIn(read('stat.json'));
}

/**
 * Cells of a design after a target's whole flow. One run for each design: Yosys numbers what it makes, and its logic mapping depends on
 * the numbers.
 */
export async function mappedCells(design: Design, target: Target): Promise<Cells> {
  const verilog = emitVerilog(design);
  // Without DSP blocks on ice40, most of whose parts have none.
  const flow = { ice40: 'synth_ice40', ecp5: 'synth_ecp5', xc7: 'synth_xilinx -family xc7 -flatten' }[target];
  const script = `${readAll(verilog)}; ${flow} -top ${verilog.top}; tee -q -o stat.json stat -json`;
  const { read } = await runScript(textsOf(verilog), script);
  return cellsIn(read('stat.json')).get(verilog.top)!;
}
