import type { Outside } from '../../specs/design.ts';
import { Fault } from '../../specs/fault.ts';
import type { Result } from '../../specs/result.ts';
import { parseHertz, parseNanometres, parseVolts } from '../../specs/units.ts';
import { cacheFolder } from '../cache-folder.ts';
import { type LoadedDesign, loadDesign, type OperatingChange } from '../design.ts';
import { simulateDesign } from '../evaluate-design.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ArithmeticChoice, arithmeticChoices } from '../gate/arithmetic.ts';
import { checkEnergySamples, fewestSamples, mostSamples } from '../gate/energy-inputs.ts';
import { ownCellsWords } from '../gate/library-technology.ts';
import { type GateOptions, simulateGates } from '../gate/simulate-gates.ts';
import { simulateToggles } from '../gate/simulate-toggles.ts';
import { firstGiven } from '../option-words.ts';
import { progress } from '../progress.ts';
import { expandPath } from '../project.ts';
import { simulationText } from '../simulation-text.ts';
import { openTools } from '../synthesis/tools.ts';
import type { Terminal } from '../terminal.ts';
import { whatIfText } from '../what-if-text.ts';
import { answer, verb } from './verb.ts';

const outsideNames = ['ddr3', 'ddr4', 'lpddr4', 'gddr6', 'hbm2', 'pads', 'regulator'] as const satisfies Outside[];

const secondsPerModule = 3600;

interface OperatingArguments {
  readonly voltage: string | undefined;
  readonly node: string | undefined;
  readonly clock: string | undefined;
  readonly include: readonly Outside[] | undefined;
}

/** What was said on the command line; a slip in a quantity is told there. */
function operatingChange({ voltage, node, clock, include }: OperatingArguments): OperatingChange {
  if (voltage !== undefined) parseVolts(voltage, '--voltage');
  if (node !== undefined) parseNanometres(node, '--node');
  if (clock !== undefined) parseHertz(clock, '--clock');
  return {
    ...(voltage === undefined ? {} : { voltage }),
    ...(node === undefined ? {} : { node }),
    ...(clock === undefined ? {} : { clock }),
    ...(include === undefined ? {} : { include: [...new Set(include)] }),
  };
}

/** Fitted energies hold at one supply, gates at one node. Errors: TIER_SCALED. */
function checkPlace({ request, source }: LoadedDesign, tier: 'T1' | 'T2'): void {
  const { voltage, node } = request;
  const [moved, knows] =
    tier === 'T1' ? [voltage, 'holds at the supply of its fit alone'] : [node, 'knows cells at their own node alone'];
  if (moved === undefined) return;
  throw new Fault({
    code: 'TIER_SCALED',
    place: source,
    cause: `asks for ${moved}, and tier ${tier} ${knows}`,
    wayOut: `leave the ${tier === 'T1' ? 'supply and the node' : 'node'} away, or take --tier T0`,
  });
}

async function gates(
  design: LoadedDesign,
  { libertyPaths, ...options }: GateOptions,
  kind: 'package' | 'native',
  terminal: Terminal,
): Promise<Result> {
  const { folder, environment } = terminal;
  checkPlace(design, 'T2');
  const wanted = { ...options, libertyPaths: libertyPaths.map((path) => expandPath(path, folder, environment)) };
  const tools = await openTools({ kind, place: 'never', cache: cacheFolder(environment), environment });
  try {
    const limits = { seconds: secondsPerModule };
    return await simulateGates(design, wanted, tools.yosys, limits, progress(terminal));
  } finally {
    await tools.close();
  }
}

function toggles(design: LoadedDesign, arithmetic: ArithmeticChoice | undefined, samples: number | undefined): Result {
  checkPlace(design, 'T1');
  if (arithmetic !== 'measured') return simulateToggles(design, arithmetic, samples);
  throw new Fault({
    code: 'LIBERTY_MISSING',
    place: '--arithmetic measured',
    cause: 'forms are measured in the gates of a library, and tier T1 has none',
    wayOut: 'name a form, or take --tier T2 with --liberty FILE',
  });
}

interface TierArguments {
  readonly tier: 'T0' | 'T1' | 'T2';
  readonly liberty: readonly string[] | undefined;
  readonly arithmetic: ArithmeticChoice | undefined;
  readonly samples: number | undefined;
  readonly tool: string | undefined;
  readonly ownCells: boolean;
}

/** Options that say something of gates only count where gates are. Errors: COMMAND_LINE. */
function checkTier({ tier, liberty, tool, ownCells, arithmetic, samples }: TierArguments): void {
  const refuse = (option: string | undefined, tiers: string): void => {
    if (option === undefined) return;
    throw new Fault({
      code: 'COMMAND_LINE',
      place: `simulate ${option}`,
      cause: `says nothing at tier ${tier}`,
      wayOut: `give --tier ${tiers} with it, or leave it out`,
    });
  };
  if (tier !== 'T2') refuse(firstGiven({ liberty, tool, 'own-cells': ownCells || undefined }), 'T2');
  if (tier === 'T0') refuse(firstGiven({ arithmetic, samples }), 'T1 or T2');
}

export const simulate = verb({
  command: 'simulate <DESIGN>',
  describe: 'cycles, throughput, utilisation, joules by component and layer',
  builder: (parser) =>
    parser
      .positional('DESIGN', { type: 'string', demandOption: true, describe: 'design file or known design' })
      .option('tier', {
        choices: ['T0', 'T1', 'T2'] as const,
        default: 'T0' as const,
        requiresArg: true,
        describe:
          "where joules come from: counts (T0), or the design's own data: toggles times fitted energies (T1), gates (T2)",
      })
      .option('liberty', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        describe: 'for T2: library of cells (.lib or .lib.gz), as often as needed',
      })
      .option('own-cells', { type: 'boolean', default: false, describe: `for T2: ${ownCellsWords}` })
      .option('voltage', {
        type: 'string',
        requiresArg: true,
        describe:
          "another supply than the technology's own, such as 0.55V: all numbers are scaled; for T2 the libraries' own",
      })
      .option('node', {
        type: 'string',
        requiresArg: true,
        describe: "another node than the technology's own, such as 16nm, with --voltage: all numbers are scaled",
      })
      .option('clock', {
        type: 'string',
        requiresArg: true,
        describe: "in place of the design's clock, such as 200MHz",
      })
      .option('include', {
        array: true,
        nargs: 1,
        choices: outsideNames,
        requiresArg: true,
        describe:
          'what to count beside the core, as often as needed: a DRAM for frames and results, pads, the regulator',
      })
      .option('what-if', {
        type: 'boolean',
        default: false,
        describe: 'also the table of technologies, supplies and data',
      })
      .option('arithmetic', {
        choices: arithmeticChoices,
        requiresArg: true,
        describe:
          "for T1 and T2: form of multipliers and sums; measured (T2): by energy on the design's own data, layer by layer",
      })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: `for T1 and T2: joules over so many inputs (${fewestSamples} to ${mostSamples}), each at every stage once, to compare designs with overlapping bands`,
      })
      .option('tool', {
        choices: ['package', 'native'] as const,
        requiresArg: true,
        describe: 'for T2: Yosys from npm (default), or the one on PATH',
      }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    checkTier(args);
    const samples = checkEnergySamples(args.samples);
    const design = loadDesign(args.DESIGN, folder, environment, operatingChange(args));
    const result = await (args.tier === 'T0'
      ? simulateDesign(design)
      : args.tier === 'T1'
        ? toggles(design, args.arithmetic, samples)
        : gates(
            design,
            { libertyPaths: args.liberty ?? [], ownCells: args.ownCells, choice: args.arithmetic, samples },
            args.tool ?? 'package',
            terminal,
          ));
    const table = args.whatIf ? `\n${whatIfText(result)}` : '';
    answer(terminal, args.json, result, `${simulationText(result, terminal)}${table}`);
    return exitCodes.equal;
  },
});
