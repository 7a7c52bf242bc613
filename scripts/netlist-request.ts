import { asksForClockGates } from '../hdl-gen/library/arithmetic/lane-style.ts';
import { clockGateOf } from '../sim/cost/gate/liberty/clock-gates.ts';
import { parseHertz } from '../specs/units.ts';
import type { LoadedDesign } from './design.ts';
import type { Environment } from './environment.ts';
import { type ArithmeticChoice, asDesigned, chooseArithmetic } from './gate/arithmetic.ts';
import { readLibertyFiles } from './gate/liberty-files.ts';
import { checkLibraryTechnology } from './gate/library-technology.ts';
import { type NetlistOptions, netlistTool, plainNetlist } from './netlist-rung.ts';
import type { Progress } from './progress.ts';
import { checkLibraries, readLibrary } from './synthesis/libraries.ts';
import { optionFault } from './synthesis/options.ts';
import type { ToolKind } from './tools/yosys/open.ts';

/** What the command line says of the rung `netlist`; paths are absolute. */
export interface NetlistArguments {
  readonly liberty: readonly string[];
  readonly arithmetic: ArithmeticChoice | undefined;
  /** The cells are of the design's technology, whatever they are called: asked where arithmetic is measured. */
  readonly ownCells: boolean;
  /** Default: with a library, and for proofs, every module once; else the whole design as one. */
  readonly hierarchy: boolean | undefined;
  readonly tool: ToolKind;
  readonly seconds: number;
  readonly cache: boolean;
  /** Seconds for each proof; null: none. */
  readonly proveSeconds: number | null;
}

/**
 * The design as it is mapped, for a library with the arithmetic for gates, and how it is mapped.
 * Errors: SYNTH_OPTION, SYNTH_LIBERTY, LIBERTY_TECHNOLOGY, those of reading a file and of `chooseArithmetic`.
 */
export async function netlistRequest(
  { liberty, arithmetic, ownCells, hierarchy, tool, seconds, cache, proveSeconds }: NetlistArguments,
  design: LoadedDesign,
  environment: Environment,
  progress: Progress,
): Promise<{ readonly design: LoadedDesign; readonly netlist: NetlistOptions }> {
  const common = { tool, seconds, cache, proveSeconds };
  if (liberty.length === 0) {
    if (arithmetic !== undefined)
      throw optionFault('--arithmetic', 'belongs to --liberty', 'say "arithmetic" under parameters of the design file');
    const flatten = !(hierarchy ?? proveSeconds !== null);
    return { design: asDesigned(design).design, netlist: { ...plainNetlist, ...common, flatten } };
  }
  const libraries = liberty.map(readLibrary);
  checkLibraries(libraries);
  const gating = asksForClockGates(design.request.parameters);
  // Reading whole libraries takes seconds.
  const isMeasured = arithmetic === 'measured';
  const cells = gating || isMeasured ? readLibertyFiles(liberty) : [];
  if (isMeasured) checkLibraryTechnology(cells, design, ownCells);
  const clockHertz = parseHertz(design.request.clock);
  const clockGate = gating ? clockGateOf(cells) : null;
  const netlist = { ...common, libraries, clockGate, clockHertz, flatten: hierarchy === false };
  const yosys = await netlistTool(netlist, environment);
  try {
    const chosen = await chooseArithmetic(design, arithmetic, cells, yosys, { seconds }, progress);
    return { design: chosen.design, netlist };
  } finally {
    await yosys.close();
  }
}
