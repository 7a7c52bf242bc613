import { type Expression, evaluate, parseExpression, pinsOf } from '../cost/gate/liberty/expression.ts';
import { isAvoided } from '../cost/gate/liberty/for-mapping.ts';
import type { Library } from '../cost/gate/liberty/library.ts';
import { isSpecialCell } from './special-cells.ts';

/**
 * What no design can be mapped without: registers become flip-flops, and abc, which makes gates of all else, ends without a
 * netlist where it finds no inverter or no gate that is an AND but for inversions.
 */
export const neededCells = {
  flipFlop: 'a flip-flop',
  inverter: 'an inverter',
  andOrOr: 'an AND, NAND, OR or NOR of two inputs',
} as const;
export type NeededCell = keyof typeof neededCells;

/** Which need a gate with this output meets; null: none. */
export function gateKind(output: Expression): NeededCell | null {
  const pins = pinsOf(output);
  if (pins.length !== 1 && pins.length !== 2) return null;
  const rows = Array.from({ length: 2 ** pins.length }, (_, row) =>
    evaluate(output, (pin) => ((row >> pins.indexOf(pin)) & 1) as 0 | 1),
  );
  if (pins.length === 1) return rows[0] === 1 && rows[1] === 0 ? 'inverter' : null;
  // One row or three of the four: not exclusive or, and not one input alone.
  return rows.filter((bit) => bit === 1).length % 2 === 1 ? 'andOrOr' : null;
}

/** Which need a cell of a Liberty text meets; `body` is what the file says of it, without comments. */
export function neededCellOfText(name: string, body: string, isFlipFlop: boolean): NeededCell | null {
  if (isSpecialCell(name) || /(?<![\w])dont_use\s*:\s*"?true/i.test(body)) return null;
  if (isFlipFlop) return 'flipFlop';
  const [found, ...more] = [...body.matchAll(/(?<![\w])function\s*:\s*(?:"([^"]*)"|([^;"]*);)/g)];
  if (found === undefined || more.length > 0) return null;
  const output = parseExpression(found[1] ?? found[2] ?? '');
  return typeof output === 'string' ? null : gateKind(output);
}

/** Needs that the cells which synthesis may use meet. */
export function needsMetBy(library: Library): ReadonlySet<NeededCell> {
  const met = new Set<NeededCell>();
  for (const cell of library.cells.values()) {
    if (isAvoided(cell)) continue;
    if (cell.state !== null) {
      met.add('flipFlop');
      continue;
    }
    const [output, ...more] = cell.pins.flatMap((pin) => (pin.function === null ? [] : [pin.function]));
    const kind = output === undefined || more.length > 0 ? null : gateKind(output);
    if (kind !== null) met.add(kind);
  }
  return met;
}
