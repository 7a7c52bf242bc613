import type { StaticTiming, Synthesis } from '../../specs/synthesis.ts';
import { arithmeticWords } from '../gate/arithmetic.ts';
import { count, counted, percent, quantity } from '../report/format.ts';
import { longestPart, pathEnds, pathRows } from '../report/path-rows.ts';
import { foldedTable, pairs, table } from '../table.ts';
import { paint, type Terminal } from '../terminal.ts';

const shownTypes = 12;

function figures(result: Synthesis): (readonly [string, string])[] {
  const { lut, ff, latch, carry, wideMux, lutRam, bram, bramUnit, dsp, memoryBits, memoryMacros } = result;
  const counted: readonly (readonly [string, number])[] = [
    ['lookup tables', lut],
    ['flip-flops', ff],
    ['latches', latch],
    ['carry cells', carry],
    ['wide multiplexers', wideMux],
    ['RAM of lookup tables', lutRam],
    ['DSP blocks', dsp],
    [`block memories of ${bramUnit}`, bram],
    ['memories left whole', memoryMacros],
  ];
  return [
    ['arithmetic', arithmeticWords(result.arithmetic)],
    ['cells', count(result.cells)],
    ...counted.filter(([, amount]) => amount > 0).map(([name, amount]) => [name, count(amount)] as const),
    ['memory of the design', `${count(memoryBits)} bit`],
    ...(result.areaSquareMicrons === null ? [] : [['area', quantity(result.areaSquareMicrons, 'µm²')] as const]),
    ...(result.fmaxHz === null
      ? []
      : [[result.placer === null ? 'clock, cells only' : 'clock, placed', quantity(result.fmaxHz, 'Hz')] as const]),
  ];
}

function modulesTable(result: Synthesis, terminal: Terminal): string {
  const modules = Object.entries(result.modules);
  if (modules.length < 2) return '';
  const areas = modules.some(([, { areaSquareMicrons }]) => areaSquareMicrons !== null);
  const rows = modules
    .toSorted(([, a], [, b]) => b.cells * b.instances - a.cells * a.instances)
    .map(([name, { instances, cells, areaSquareMicrons }]) => [
      name,
      count(instances),
      count(cells),
      count(instances * cells),
      ...(areas ? [areaSquareMicrons === null ? '' : quantity(areaSquareMicrons, 'µm²')] : []),
    ]);
  const columns = [
    { title: 'module' },
    { title: 'instances', align: 'right' as const },
    { title: 'cells of one', align: 'right' as const },
    { title: 'cells of all', align: 'right' as const },
    ...(areas ? [{ title: 'area of one', align: 'right' as const }] : []),
  ];
  return foldedTable(columns, rows, 1, terminal.columns);
}

/** The path that decides the clock, gate by gate; runs of gates without names of the design in one row. */
function pathTable(timing: StaticTiming | null, terminal: Terminal): string {
  if (timing === null) return '';
  const { criticalPath: path, scope } = timing;
  const rows = pathRows(path).map(({ what, cells, delaySeconds, arrivalSeconds }) => [
    what,
    cells,
    quantity(delaySeconds, 's'),
    quantity(arrivalSeconds, 's'),
  ]);
  const columns = [
    { title: 'critical path up to' },
    { title: 'cells' },
    { title: 'delay', align: 'right' as const },
    { title: 'arrival', align: 'right' as const },
  ];
  const { words, share } = longestPart(path);
  const sentence = `slowest path: ${pathEnds(path)}; ${percent(share)} of its time is ${words}`;
  return `${foldedTable(columns, rows, 1, terminal.columns)}  ${sentence}\n  ${scope}\n`;
}

/** Every form that was measured, layer by layer. */
function formsTable({ arithmetic: { measured, layers } }: Synthesis): string {
  if (measured === null) return '';
  const rows = Object.entries(measured).flatMap(([layer, forms]) =>
    forms.map(({ form, joulesPerInference, squareMicrons, minimumPeriodSeconds }) => [
      layer,
      form,
      quantity(joulesPerInference, 'J'),
      quantity(squareMicrons, 'µm²'),
      quantity(1 / minimumPeriodSeconds, 'Hz'),
      layers[layer] === form ? 'chosen' : '',
    ]),
  );
  const right = 'right' as const;
  return table(
    [
      { title: 'layer' },
      { title: 'form' },
      { title: 'one lane, one inference', align: right },
      { title: 'area', align: right },
      { title: 'fastest clock', align: right },
      { title: '' },
    ],
    rows,
  );
}

/** The result for people. */
export function synthesisText(result: Synthesis, terminal: Terminal): string {
  const types = Object.entries(result.cellsByType).toSorted(([, a], [, b]) => b - a);
  const device = result.device === null ? '' : ` ${result.device}`;
  const left = types.slice(shownTypes);
  const rows = [
    ...types.slice(0, shownTypes).map(([name, amount]) => [name, count(amount)]),
    ...(left.length === 0
      ? []
      : [[counted(left.length, 'more type', 'more types'), count(left.reduce((sum, [, amount]) => sum + amount, 0))]]),
  ];
  const target = result.libraries.length === 0 ? result.target : result.libraries.map(({ file }) => file).join(', ');
  const by = result.placer === null ? result.tool : `${result.tool}, ${result.placer}`;
  return [
    `${paint(terminal, 'bold', result.design)} for ${target}${device}, by ${by}${result.cached ? ' (from the cache)' : ''}\n`,
    pairs(figures(result)),
    formsTable(result),
    table([{ title: 'cell' }, { title: 'count', align: 'right' }], rows),
    modulesTable(result, terminal),
    pathTable(result.timing, terminal),
    ...result.notes.map((note) => `note: ${note}\n`),
  ].join('');
}
