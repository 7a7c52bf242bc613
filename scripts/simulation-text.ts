import type { FpgaResult, MemoryResult, Result, StageResult } from '../specs/result.ts';
import { bandQuantity, count, counted, quantity, scaled, scaleFor } from './report/format.ts';
import { bottleneckSentence, idleSentence, nextSentence } from './report/planner.ts';
import { pairs, table } from './table.ts';
import { paint, type Terminal } from './terminal.ts';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What the design takes of a device. */
function fpgaSentence({ luts, dsps, blockMemories, lutsPerDsp, lutEquivalents, tier }: FpgaResult): string {
  const tables = `${counted(Math.round(luts.value), 'look-up table')} (${count(Math.round(luts.low))} to ${count(Math.round(luts.high))})`;
  const blocks = counted(blockMemories, 'block memory', 'block memories');
  if (dsps === 0) return `${tables}, ${blocks}, tier ${tier}`;
  const together = `counted as ${count(lutsPerDsp)} each: ${count(Math.round(lutEquivalents))} together`;
  return `${tables}, ${counted(dsps, 'DSP block')} (${together}), ${blocks}, tier ${tier}`;
}

function memorySentence({ blocks, fill, styles }: MemoryResult): string {
  const made = { block: 'in blocks', distributed: 'in look-up tables', registers: 'in registers' };
  const kinds = Object.entries(made).map(([style, where]) => `${count(styles[style]?.memories ?? 0)} ${where}`);
  const full = blocks === 0 ? '' : `, ${percent(fill)} full`;
  return `${counted(blocks, 'block memory', 'block memories')}${full}; ${kinds.join(', ')}`;
}

function deviceRows({ hardware, fpga }: Result): [string, string][] {
  const { memories } = hardware;
  if (memories === undefined) return [];
  const tables =
    fpga === undefined ? 'look-up tables are not estimated for lanes made for silicon' : fpgaSentence(fpga);
  return [
    [`memories of ${memories.device}`, memorySentence(memories)],
    [memories.device, tables],
  ];
}

/** A design that skips work does more of the model in a clock than it has multipliers. */
function utilisationSentence({ utilisation, throughput, skipped }: Result): string {
  const counting = skipped.macs === 0 ? '' : ', skipped ones counted as done';
  return `${percent(utilisation)} (${throughput.macsPerCycle.toFixed(2)} MAC/clock${counting})`;
}

function summary(result: Result): [string, string][] {
  const { cycles, throughput, energy, area, design, skipped } = result;
  return [
    ['technology', `${design.technology}, ${quantity(design.clockHertz, 'Hz')}`],
    [
      'model',
      `${result.model.name}: ${counted(result.model.macs, 'MAC')}, ${counted(result.model.parameters, 'parameter')}`,
    ],
    ['latency', `${counted(cycles.latency, 'clock')}, ${quantity(result.latencySeconds, 's')}`],
    ['interval', `${counted(cycles.interval, 'clock')}, ${quantity(throughput.inferencesPerSecond, 'inference/s')}`],
    ...(skipped.channels === 0
      ? []
      : [
          [
            'skipped',
            `${counted(skipped.macs, 'MAC')} (${percent(skipped.macs / result.model.macs)}), ${counted(skipped.channels, 'channel that makes', 'channels that make')} no difference`,
          ] as [string, string],
        ]),
    ['multipliers', count(result.multipliers)],
    ['utilisation', utilisationSentence(result)],
    ['bottleneck', bottleneckSentence(result)],
    ['idle', idleSentence(result)],
    ['next step', nextSentence(result)],
    ['energy', `${bandQuantity(energy.joulesPerInference, 'J')} per inference, tier ${energy.tier}`],
    ['', `${bandQuantity(energy.joulesPerOp, 'J/op')}`],
    ['energy covers', energy.scope],
    ['area', `${bandQuantity(area.squareMicrons, 'µm²')}, tier ${area.tier}`],
    ...deviceRows(result),
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
