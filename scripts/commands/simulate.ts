import type { Outside } from '../../specs/design.ts';
import { Fault } from '../../specs/fault.ts';
import type { FpgaResult, MemoryResult, Result, StageResult } from '../../specs/result.ts';
import { parseHertz, parseNanometres, parseVolts } from '../../specs/units.ts';
import { cacheFolder } from '../cache-folder.ts';
import { type LoadedDesign, loadDesign, type OperatingChange } from '../design.ts';
import { simulateDesign } from '../evaluate-design.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ArithmeticChoice, arithmeticChoices } from '../gate/arithmetic.ts';
import { simulateGates } from '../gate/simulate-gates.ts';
import { simulateToggles } from '../gate/simulate-toggles.ts';
import { progress } from '../progress.ts';
import { expandPath } from '../project.ts';
import { bandQuantity, count, quantity, scaled, scaleFor } from '../report/format.ts';
import { bottleneckSentence, idleSentence, nextSentence } from '../report/planner.ts';
import { openTools } from '../synthesis/tools.ts';
import { pairs, table } from '../table.ts';
import { paint, type Terminal } from '../terminal.ts';
import { whatIfText } from '../what-if-text.ts';
import { answer, verb } from './verb.ts';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What the design takes of a device. */
function fpgaSentence({ luts, dsps, blockMemories, lutsPerDsp, lutEquivalents, tier }: FpgaResult): string {
  const tables = `${count(Math.round(luts.value))} look-up tables (${count(Math.round(luts.low))} to ${count(Math.round(luts.high))})`;
  const blocks = `${count(blockMemories)} block ${blockMemories === 1 ? 'memory' : 'memories'}`;
  if (dsps === 0) return `${tables}, ${blocks}, tier ${tier}`;
  const together = `counted as ${count(lutsPerDsp)} each: ${count(Math.round(lutEquivalents))} together`;
  return `${tables}, ${count(dsps)} DSP ${dsps === 1 ? 'block' : 'blocks'} (${together}), ${blocks}, tier ${tier}`;
}

function memorySentence({ blocks, fill, styles }: MemoryResult): string {
  const made = { block: 'in blocks', distributed: 'in look-up tables', registers: 'in registers' };
  const kinds = Object.entries(made).map(([style, where]) => `${count(styles[style]?.memories ?? 0)} ${where}`);
  const full = blocks === 0 ? '' : `, ${percent(fill)} full`;
  return `${count(blocks)} block ${blocks === 1 ? 'memory' : 'memories'}${full}; ${kinds.join(', ')}`;
}

function memoryRow({ memories }: Result['hardware']): [string, string][] {
  return memories === undefined ? [] : [[`memories of ${memories.device}`, memorySentence(memories)]];
}

function summary(result: Result): [string, string][] {
  const { cycles, throughput, energy, area, design, skipped } = result;
  return [
    ['technology', `${design.technology}, ${quantity(design.clockHertz, 'Hz')}`],
    ['model', `${result.model.name}: ${count(result.model.macs)} MACs, ${count(result.model.parameters)} parameters`],
    ['latency', `${count(cycles.latency)} clocks, ${quantity(result.latencySeconds, 's')}`],
    ['interval', `${count(cycles.interval)} clocks, ${quantity(throughput.inferencesPerSecond, 'inference/s')}`],
    ...(skipped.channels === 0
      ? []
      : [
          [
            'skipped',
            `${count(skipped.macs)} MACs (${percent(skipped.macs / result.model.macs)}), ${count(skipped.channels)} channels that make no difference`,
          ] as [string, string],
        ]),
    ['multipliers', count(result.multipliers)],
    ['utilisation', `${percent(result.utilisation)} (${throughput.macsPerCycle.toFixed(2)} MAC/clock)`],
    ['bottleneck', bottleneckSentence(result)],
    ['idle', idleSentence(result)],
    ['next step', nextSentence(result)],
    ['energy', `${bandQuantity(energy.joulesPerInference, 'J')} per inference, tier ${energy.tier}`],
    ['', `${bandQuantity(energy.joulesPerOp, 'J/op')}`],
    ['energy covers', energy.scope],
    ['area', `${bandQuantity(area.squareMicrons, 'µm²')}, tier ${area.tier}`],
    ...memoryRow(result.hardware),
    ...(result.fpga === undefined ? [] : [[result.fpga.device, fpgaSentence(result.fpga)] as [string, string]]),
  ];
}

/** `8 x 4`, with the taps behind where several are read at once. */
const foldingOf = ({ pe, simd, taps }: StageResult) => (taps > 1 ? `${pe} x ${simd} x ${taps}` : `${pe} x ${simd}`);

const percentOf = ({ macs, skipped }: StageResult) => (skipped.macs === 0 ? '' : percent(skipped.macs / macs));

function stageTable(result: Result): string {
  const skips = result.skipped.channels > 0;
  const tapped = result.stages.some(({ taps }) => taps > 1);
  const rows = result.stages.map((stage) => [
    stage.name,
    stage.kind,
    foldingOf(stage),
    count(stage.macs),
    ...(skips ? [stage.skipped.channels === 0 ? '' : count(stage.skipped.channels), percentOf(stage)] : []),
    count(stage.cycles),
    stage.multipliers === 0 ? '' : percent(stage.utilisation),
    result.plan.bottleneck.includes(stage.name) ? 'bottleneck' : '',
  ]);
  return table(
    [
      { title: 'stage' },
      { title: 'kind' },
      { title: tapped ? 'pe x simd x taps' : 'pe x simd', align: 'right' },
      { title: 'MACs', align: 'right' },
      ...(skips
        ? [
            { title: 'channels skipped', align: 'right' as const },
            { title: 'MACs skipped', align: 'right' as const },
          ]
        : []),
      { title: 'clocks', align: 'right' },
      { title: 'utilisation', align: 'right' },
      { title: '' },
    ],
    rows,
  );
}

function energyTable({ energy }: Result): string {
  const { byComponent, byLayer, byLayerAndComponent } = energy.breakdown;
  const components = Object.keys(byComponent);
  const scale = scaleFor([energy.joulesPerInference.value], 'J');
  const cell = (value: number | undefined) => (value === undefined ? '' : scaled(value, scale));
  const rows = Object.entries(byLayer).map(([layer, total]) => [
    layer,
    ...components.map((component) => cell(byLayerAndComponent[layer]?.[component])),
    cell(total.value),
  ]);
  const sums = ['all', ...components.map((component) => cell(byComponent[component]?.value))];
  const columns = ['energy by layer', ...components, `sum [${scale.unit}]`].map((title, at) => ({
    title,
    align: at === 0 ? ('left' as const) : ('right' as const),
  }));
  return table(columns, [...rows, [...sums, cell(energy.joulesPerInference.value)]]);
}

/** Everything `simulate` says about one result. */
export function simulationText(result: Result, terminal: Terminal): string {
  return [
    `${paint(terminal, 'bold', result.design.name)} (${result.design.architecture})\n`,
    pairs(summary(result)),
    '\n',
    stageTable(result),
    '\n',
    energyTable(result),
  ].join('');
}

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

/** Cells are characterised at one supply; what they need at another is not known. */
function checkOwnSupply({ request, source }: LoadedDesign, tier: 'T1' | 'T2'): void {
  if (request.voltage === undefined) return;
  throw new Fault({
    code: 'TIER_SCALED',
    place: source,
    cause: `asks for ${request.voltage}, and tier ${tier} knows its cells at their own supply alone`,
    wayOut: 'leave the supply and the node away, or take --tier T0',
  });
}

async function gates(
  design: LoadedDesign,
  liberty: readonly string[],
  arithmetic: ArithmeticChoice | undefined,
  kind: 'package' | 'native',
  terminal: Terminal,
): Promise<Result> {
  const { folder, environment } = terminal;
  checkOwnSupply(design, 'T2');
  const paths = liberty.map((path) => expandPath(path, folder, environment));
  const tools = await openTools({ kind, place: 'never', cache: cacheFolder(environment), environment });
  try {
    return await simulateGates(
      design,
      paths,
      arithmetic,
      tools.yosys,
      { seconds: secondsPerModule },
      progress(terminal),
    );
  } finally {
    await tools.close();
  }
}

function toggles(design: LoadedDesign, arithmetic: ArithmeticChoice | undefined): Result {
  checkOwnSupply(design, 'T1');
  if (arithmetic !== 'measured') return simulateToggles(design, arithmetic);
  throw new Fault({
    code: 'LIBERTY_MISSING',
    place: '--arithmetic measured',
    cause: 'forms are measured in the gates of a library, and tier T1 has none',
    wayOut: 'name a form, or take --tier T2 with --liberty FILE',
  });
}

/** Options that say something of gates only count where gates are. Errors: COMMAND_LINE. */
function checkTier({
  tier,
  liberty,
  arithmetic,
}: {
  readonly tier: string;
  readonly liberty?: readonly string[] | undefined;
  readonly arithmetic?: ArithmeticChoice | undefined;
}): void {
  const refuse = (option: string, tiers: string): never => {
    throw new Fault({
      code: 'COMMAND_LINE',
      place: `simulate --${option}`,
      cause: `says nothing at tier ${tier}`,
      wayOut: `give --tier ${tiers} with it, or leave it out`,
    });
  };
  if (liberty !== undefined && tier !== 'T2') refuse('liberty', 'T2');
  if (arithmetic !== undefined && tier === 'T0') refuse('arithmetic', 'T1 or T2');
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
      .option('voltage', {
        type: 'string',
        requiresArg: true,
        describe: "another supply than the technology's own, such as 0.55V: all numbers are scaled",
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
      .option('tool', {
        choices: ['package', 'native'] as const,
        default: 'package' as const,
        requiresArg: true,
        describe: 'for T2: Yosys from npm, or the one on PATH',
      }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    checkTier(args);
    const design = loadDesign(args.DESIGN, folder, environment, operatingChange(args));
    const result = await (args.tier === 'T0'
      ? simulateDesign(design)
      : args.tier === 'T1'
        ? toggles(design, args.arithmetic)
        : gates(design, args.liberty ?? [], args.arithmetic, args.tool, terminal));
    const table = args.whatIf ? `\n${whatIfText(result)}` : '';
    answer(terminal, args.json, result, `${simulationText(result, terminal)}${table}`);
    return exitCodes.equal;
  },
});
