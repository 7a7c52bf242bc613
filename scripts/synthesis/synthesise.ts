import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { countCells } from '../../sim/synthesis/count-cells.ts';
import { outputFiles } from '../../sim/synthesis/script.ts';
import { readStatistics } from '../../sim/synthesis/statistics.ts';
import { Fault } from '../../specs/fault.ts';
import type { Synthesis } from '../../specs/synthesis.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import { nextpnrHint, type Placer } from '../tools/nextpnr/open.ts';
import { type MappingRequest, runSynthesis } from './job.ts';
import { type Placed, placeAndRoute } from './place.ts';
import { staticTiming } from './static-timing.ts';

export interface SynthesisRequest extends MappingRequest {
  readonly name: string;
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

/** Bits of all memories of the circuit. */
function memoryBitsOf(design: Design): number {
  return elaborate(design, { names: false }).memories.reduce((sum, { width, depth }) => sum + width * depth, 0);
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
  const { job, done } = await runSynthesis(request, placing || request.netlist, tools.yosys, limits);
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
    files: { ...job.files, ...filesOf(done.files), ...placed?.files },
  };
}
