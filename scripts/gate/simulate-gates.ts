import { layerStatistics } from '../../models/statistics.ts';
import { energyT2 } from '../../sim/cost/energy-t2.ts';
import { withFlipFlopMemories } from '../../sim/cost/t2/flip-flop-memories.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import type { Result } from '../../specs/result.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { cycles, ops, parseHertz } from '../../specs/units.ts';
import { buildDesign, type LoadedDesign } from '../design.ts';
import { resultOf } from '../evaluate-design.ts';
import type { Progress } from '../progress.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import { type ArithmeticChoice, arithmeticOf, arithmeticWords, chooseArithmetic } from './arithmetic.ts';
import { checkCompleteFiles } from './complete-library.ts';
import { energyInputs } from './energy-inputs.ts';
import { type LibertyFile, readLibertyFiles } from './liberty-files.ts';
import { checkLibraryTechnology } from './library-technology.ts';
import { mapDesign } from './map-design.ts';

export interface GateOptions {
  readonly libertyPaths: readonly string[];
  /** The cells are of the design's technology, whatever they are called. */
  readonly ownCells: boolean;
  readonly choice: ArithmeticChoice | undefined;
  /** Whole inputs that joules are found on; default: an inference in the midst of some. */
  readonly samples: number | undefined;
}

/** What of the result rests on the word of who asked. */
function wordsOn({ request, technology }: LoadedDesign, ownCells: boolean): string {
  const cells = ownCells
    ? `; cells taken for those of ${request.technology} as the command says, not by their names`
    : '';
  const isMoved = technology.volts !== technologyOf(request.technology).volts;
  const supply = isMoved ? `; gates at ${technology.volts} V by their library, all else scaled to it` : '';
  return `${cells}${supply}`;
}

/**
 * The result of one design with energy of tier T2, on the inputs that come with its model, else on seeded random ones: of one
 * inference in the midst of them, or of all of so many `samples`. Errors: those of `energyInputs`, of
 * `checkLibraryTechnology` and of the replay.
 */
export async function simulateGates(
  asked: LoadedDesign,
  { libertyPaths, ownCells, choice, samples }: GateOptions,
  yosys: JobRunner,
  limits: JobLimits,
  progress: Progress,
): Promise<Result> {
  const libraries: readonly LibertyFile[] = readLibertyFiles(libertyPaths);
  checkLibraryTechnology(libraries, asked, ownCells);
  checkCompleteFiles(libertyPaths, libraries);
  const chosen = await chooseArithmetic(asked, choice, libraries, yosys, limits, progress);
  const { design } = chosen;
  const { technology, request, model } = design;
  const accelerator = buildDesign(design);
  const gates = withFlipFlopMemories(accelerator, technology);
  const mapped = await mapDesign(gates, technology, libraries, yosys, limits, progress);
  const { inputs, origin, sha256 } = energyInputs(model, samples);
  const macs = layerStatistics(model.graph).reduce((sum, layer) => sum + layer.macs, 0);
  const energy = energyT2({
    accelerator: gates,
    inputs,
    ...(samples === undefined ? {} : { inputsSha256: sha256 }),
    mapped,
    libraries,
    technology,
    clock: parseHertz(request.clock),
    interval: cycles(steadyState(accelerator.schedule).interval),
    operations: ops(2 * macs),
  });
  const arithmetic = arithmeticWords(arithmeticOf(accelerator, chosen));
  const scope = `${energy.scope}${wordsOn(asked, ownCells)}; arithmetic: ${arithmetic}; inputs: ${origin}`;
  return resultOf(design, accelerator, null, { ...energy, scope }, { yosys: yosys.tool });
}
