import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { ClockGate } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { countCells } from '../../sim/synthesis/count-cells.ts';
import { outputFiles, synthesisScript } from '../../sim/synthesis/script.ts';
import { readStatistics } from '../../sim/synthesis/statistics.ts';
import { Fault } from '../../specs/fault.ts';
import type { Synthesis, SynthesisTarget } from '../../specs/synthesis.ts';
import { asClockGateFault } from '../gate/map-module.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import { nextpnrHint, type Placer } from '../tools/nextpnr/open.ts';
import type { Library } from './libraries.ts';
import { type Placed, placeAndRoute } from './place.ts';
import { staticTiming } from './static-timing.ts';

export interface SynthesisRequest {
  readonly name: string;
  readonly design: Design;
  readonly target: SynthesisTarget;
  /** For `liberty`: at least one. */
  readonly libraries: readonly Library[];
  /** Of the libraries, for a design that wants clock gates. */
  readonly clockGate?: ClockGate | null;
  /** For `ice40`. */
  readonly device: string | null;
  readonly clockHertz: number;
  readonly flatten: boolean;
  /** `never`; `try`: what cannot be placed is a note; `must`: it is a fault. */
  readonly place: 'never' | 'try' | 'must';
  /** Whether the netlist is wanted among the files. */
  readonly netlist: boolean;
}

export interface SynthesisTools {
  readonly yosys: JobRunner;
  /** Null when none is installed. */
  readonly placer: Placer | null;
}

export interface Synthesised {
  /** Whose design it is, and its arithmetic, those know who ask. */
  readonly result: Omit<Synthesis, 'arithmetic' | 'of'>;
  /** The script, what Yosys wrote, and what place and route wrote. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

const scriptFile = 'synthesis.ys';

/** Bits of all memories of the circuit. */
function memoryBitsOf(design: Design): number {
  return elaborate(design, { names: false }).memories.reduce((sum, { width, depth }) => sum + width * depth, 0);
}

/** Verilog, images, libraries and script, side by side in Yosys's folder. */
function yosysFiles(request: SynthesisRequest, netlist: boolean): Record<string, string> {
  const verilog = emitVerilog(request.design, { sourceLines: false });
  const { target, flatten, libraries, clockHertz, device, clockGate = null } = request;
  const script = synthesisScript({
    verilog,
    target,
    flatten,
    libraries: libraries.map(({ file, state }) => ({ file, sequential: state.flipFlops.size > 0 })),
    picoseconds: 1e12 / clockHertz,
    device,
    clockGate,
    netlist,
  });
  return Object.fromEntries([
    ...verilog.files.map(({ name, text }) => [name, text] as const),
    ...verilog.images.map(({ file, text }) => [file, text] as const),
    ...libraries.map(({ file, text }) => [file, text] as const),
    [scriptFile, script],
  ]);
}

type Attempt = { readonly placed: Placed | null; readonly notes: readonly string[] };

async function attempt(
  request: SynthesisRequest,
  { placer }: SynthesisTools,
  netlist: Uint8Array | undefined,
  limits: JobLimits,
): Promise<Attempt> {
  if (netlist === undefined || request.place === 'never' || request.device === null) return { placed: null, notes: [] };
  if (placer === null) return { placed: null, notes: [`not placed, no clock frequency: ${nextpnrHint}`] };
  try {
    const { design, device, clockHertz } = request;
    return { placed: await placeAndRoute(placer, { top: design.top, netlist, device, clockHertz }, limits), notes: [] };
  } catch (error) {
    const soft = error instanceof Fault && error.code === 'SYNTH_PLACE' && request.place === 'try';
    if (!soft) throw error;
    return { placed: null, notes: [`not placed: ${error.place}: ${error.reason}`] };
  }
}

function macroNote(memoryMacros: number): string[] {
  if (memoryMacros === 0) return [];
  return [
    `${memoryMacros} ${memoryMacros === 1 ? 'memory stays' : 'memories stay'} whole, without cells or area: this target has no block memory`,
  ];
}

/** Without what only static timing reads. */
function filesOf({ [outputFiles.flat]: _, ...files }: Readonly<Record<string, Uint8Array>>) {
  return files;
}

/** Synthesises one design, and places it where that is asked for. Errors: SYNTH_* of docs/errors.md. */
export async function synthesise(
  request: SynthesisRequest,
  tools: SynthesisTools,
  limits: JobLimits,
): Promise<Synthesised> {
  const { design, target, libraries, device, place } = request;
  const placing = target === 'ice40' && place !== 'never' && tools.placer !== null;
  const inputs = yosysFiles(request, placing || request.netlist);
  const outputs = [
    outputFiles.statistics,
    ...(placing || request.netlist ? [outputFiles.netlist] : []),
    ...(target === 'liberty' ? [outputFiles.flat] : []),
  ];
  // Headings of two levels are what shows progress.
  const job = { args: ['-v', '2', '-s', scriptFile], files: inputs, outputs };
  const done = await tools.yosys.run(job, limits).catch((error: unknown) => {
    throw asClockGateFault(error, tools.yosys);
  });
  const text = new TextDecoder().decode(done.files[outputFiles.statistics]!);
  const areas = new Map(libraries.flatMap(({ state }) => [...state.areas]));
  const statistics = readStatistics(text, design.top, libraries.length > 0 ? areas : null);
  const state = {
    flipFlops: new Set(libraries.flatMap(({ state: { flipFlops } }) => [...flipFlops])),
    latches: new Set(libraries.flatMap(({ state: { latches } }) => [...latches])),
  };
  const counts = countCells(target, statistics.cellsByType, state);
  const { placed, notes } = await attempt(request, tools, done.files[outputFiles.netlist], limits);
  const flat = done.files[outputFiles.flat];
  const { timing, notes: untimed } =
    flat === undefined ? { timing: null, notes: [] } : staticTiming(flat, design.top, libraries);
  return {
    result: {
      schema: 'joulesmith/synthesis/1',
      design: request.name,
      top: design.top,
      target,
      device,
      libraries: libraries.map(({ path, sha256 }) => ({ file: path, sha256 })),
      tool: tools.yosys.tool,
      placer: placed?.placer ?? null,
      cells: statistics.cells,
      cellsByType: { ...statistics.cellsByType },
      ...counts,
      memoryBits: memoryBitsOf(design),
      areaSquareMicrons: statistics.areaSquareMicrons,
      fmaxHz: placed?.fmaxHz ?? (timing === null ? null : 1 / timing.minimumPeriodSeconds),
      timing,
      modules: { ...statistics.modules },
      notes: [...macroNote(counts.memoryMacros), ...notes, ...untimed],
      cached: done.cached && (placed?.cached ?? true),
    },
    files: { ...inputs, ...filesOf(done.files), ...placed?.files },
  };
}
