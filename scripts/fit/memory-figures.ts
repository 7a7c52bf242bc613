import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import { coefficientsOf } from '../../sim/cost/coefficients.ts';
import { clockGateOf } from '../../sim/cost/gate/liberty/clock-gates.ts';
import type { ShellInstance } from '../../sim/cost/replay/instances.ts';
import { sampledEnergy } from '../../sim/cost/replay/sampled.ts';
import { defaultSampling } from '../../sim/cost/replay/strata.ts';
import { activitiesOf } from '../../sim/cost/stage-activity.ts';
import { withFlipFlopMemories } from '../../sim/cost/t2/flip-flop-memories.ts';
import { samplingOf } from '../../sim/cost/t2/run.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import type { Technology } from '../../specs/technology.ts';
import { buildDesign, loadDesign } from '../design.ts';
import { forLibrary } from '../gate/arithmetic.ts';
import { energyInputs } from '../gate/energy-inputs.ts';
import type { LibertyFile } from '../gate/liberty-files.ts';
import { mapDesign } from '../gate/map-design.ts';
import { progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import type { JobRunner } from '../tools/job.ts';
import { hardwareOf } from './lane-figures.ts';

/** A memory of flip-flops in a design, and what its gates draw on the data of the design. */
export interface MemoryFigures {
  readonly design: string;
  readonly name: string;
  readonly words: number;
  readonly wordBits: number;
  /** Words per clock; reads are those of another word than the read before. */
  readonly reads: number;
  readonly writes: number;
  /** Joules per clock of a bit of the word: its cells without their clock, with glitches; and their estimated wires. */
  readonly cells: number;
  readonly wires: number;
  /** µm² per bit of the memory, without clock gates and without the flip-flops that hold the word read. */
  readonly area: number;
}

export interface MemoryBench {
  readonly technology: Technology;
  readonly libraries: readonly LibertyFile[];
  readonly yosys: JobRunner;
  readonly clockGating: boolean;
}

const isMemory = ({ shell }: ShellInstance): boolean => shell.module.madeOf === 'memory';

/** Memories of a design that are accessed less often tell nothing. */
const fewestAccesses = 0.005;

/** The memories of flip-flops of a known design, replayed on the data that come with its network. */
export async function memoryFigures(name: string, bench: MemoryBench, terminal: Terminal): Promise<MemoryFigures[]> {
  const { technology, libraries, yosys, clockGating } = bench;
  const known = loadDesign(name, terminal.folder, terminal.environment);
  const parameters = { ...known.request.parameters, clockGating };
  const request = { ...known.request, technology: technology.name, parameters };
  const { design } = forLibrary({ ...known, technology, request }, undefined);
  const plain: Accelerator = buildDesign(design);
  const accelerator = withFlipFlopMemories(plain, technology);
  const limits = { seconds: 3600 };
  const mapped = await mapDesign(accelerator, technology, libraries, yosys, limits, progress(terminal), isMemory);
  const { inputs } = energyInputs(design.model, undefined);
  const clockTree = coefficientsOf(technology).take('clock.treePins', 'ratio').value;
  const run = { accelerator, inputs, mapped, period: 1e-8, clockTree };
  const stages = sampledEnergy({ ...run, ...samplingOf(run, defaultSampling) }, isMemory);
  const { interval } = steadyState(plain.schedule);
  const gate = clockGateOf(libraries);
  const memories = new Map(
    activitiesOf(plain).flatMap((activity) => activity.memories.map((memory) => [memory.name, memory] as const)),
  );
  return stages
    .flatMap(({ instances }) => instances)
    .map(({ instance: { path, shell }, perClock }) => {
      const name = path.slice(0, -1);
      const { words, wordBits, reads, moves = reads, writes } = memories.get(name)!;
      const { flipFlops, flipFlopArea, logicArea } = hardwareOf(mapped.get(shell.module.name)!.netlist, gate);
      const area = (logicArea + (flipFlopArea * (flipFlops - wordBits)) / flipFlops) / (words * wordBits);
      return {
        ...{ design: known.request.name, name, words, wordBits, reads: moves / interval, writes: writes / interval },
        ...{ cells: perClock.logic / wordBits, wires: perClock.wires / wordBits, area },
      };
    })
    .filter(({ reads, writes }) => reads + writes >= fewestAccesses);
}
