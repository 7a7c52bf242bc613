import type { CrossCheck } from '../../models/crosscheck.ts';
import type { WeightBits } from '../../models/quantize/options.ts';
import type { Sensitivity } from '../../models/quantize/sensitivity.ts';
import { counted, percent } from '../report/format.ts';
import { type Column, table } from '../table.ts';
import { widthName } from './options.ts';

const decibels = (sqnr: number | null): string => (sqnr === null ? 'equal' : sqnr.toFixed(1));

/** How far each layer of the integer network is from its float counterpart. */
export function layersText({ layers }: CrossCheck, widths: ReadonlyMap<string, WeightBits>): string {
  const columns: Column[] = [{ title: 'layer' }, { title: 'weights' }, { title: 'SQNR [dB]', align: 'right' }];
  return table(
    columns,
    layers.map(({ layer, sqnr }) => {
      const bits = widths.get(layer);
      return [layer, bits === undefined ? '' : widthName(bits), decibels(sqnr)];
    }),
  );
}

/** One line per layer: what its weights alone cost at each width. */
export function sensitivityText({ entries, right, samples }: Sensitivity): string {
  const widths = [...new Set(entries.map(({ weightBits }) => weightBits))];
  const layers = [...new Set(entries.map(({ layer }) => layer))];
  const columns: Column[] = [
    { title: 'layer' },
    ...widths.flatMap((bits): Column[] => [
      { title: `${widthName(bits)} [dB]`, align: 'right' },
      ...(right === undefined ? [] : [{ title: 'right', align: 'right' } as const]),
    ]),
  ];
  const rows = layers.map((layer) => [
    layer,
    ...widths.flatMap((bits) => {
      const entry = entries.find((one) => one.layer === layer && one.weightBits === bits)!;
      return [decibels(entry.sqnr), ...(entry.right === undefined ? [] : [percent(entry.right / samples)])];
    }),
  ]);
  const base = right === undefined ? '' : `; float: ${percent(right / samples)} right`;
  return `one layer's weights at a time, everything else in float (${counted(samples, 'sample')}${base}):\n${table(columns, rows)}`;
}
