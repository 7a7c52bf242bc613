import type { ReadLibrary } from './for-mapping.ts';
import { type LibertyGroup, wordOf } from './groups.ts';

/** An integrated clock gate: a latch that holds the enable while the clock is high, and the gate behind it. */
export interface ClockGate {
  readonly cell: string;
  readonly enable: string;
  readonly clock: string;
  readonly output: string;
  /** Pins for scan tests: at 0 in work. */
  readonly test: readonly string[];
}

function gateOf(cell: LibertyGroup): ClockGate | null {
  // Other kinds gate the low phase, or let glitches of the enable through.
  if (!/^latch_posedge/.test(wordOf(cell, 'clock_gating_integrated_cell') ?? '')) return null;
  const pins = cell.groups.filter(({ name }) => name === 'pin');
  const marked = (mark: string): string[] =>
    pins.filter((pin) => wordOf(pin, `clock_gate_${mark}_pin`) === 'true').map(({ words }) => words[0]!);
  const [[enable], [clock], [output]] = [marked('enable'), marked('clock'), marked('out')];
  if (enable === undefined || clock === undefined || output === undefined) return null;
  return { cell: cell.words[0]!, enable, clock, output, test: marked('test') };
}

/**
 * The smallest clock gate for registers of the rising edge, of all files; null where the library has none. `dont_use` does not bar it:
 * libraries say so to keep clock gates from the mapping of logic.
 */
export function clockGateOf(files: readonly ReadLibrary[]): ClockGate | null {
  const found = files.flatMap(({ group, library }) =>
    group.groups.flatMap((cell) => {
      const gate = cell.name === 'cell' ? gateOf(cell) : null;
      const known = gate === null ? undefined : library.cells.get(gate.cell);
      return gate === null || known === undefined ? [] : [{ gate, area: known.area }];
    }),
  );
  found.sort((a, b) => a.area - b.area || (a.gate.cell < b.gate.cell ? -1 : 1));
  return found[0]?.gate ?? null;
}

/** Registers that share an enable and are fewer keep a multiplexer: a gate would draw more than it saves. */
export const fewestGated = 4;

/**
 * The kinds of registers that may stand behind a gate: a reset that works without the enable would not work there, so the enable takes it in.
 * (Yosys's `clockgate` leaves it out by itself.)
 */
const gateable = ['$_DFF_P_', '$_DFFE_PP_', '$_SDFF_PP0_', '$_SDFF_PP1_', '$_SDFFCE_PP0P_', '$_SDFFCE_PP1P_'];

/** Yosys's commands that put the gate in front of registers with an enable. */
export function clockGateCommand({ cell, enable, clock, output, test }: ClockGate): string {
  const low = test.map((pin) => ` -tie_lo ${pin}`).join('');
  const kinds = gateable.map((kind) => ` -cell ${kind} 01`).join('');
  return [
    `dfflegalize${kinds}`,
    // Equal enables become one net.
    'opt_merge',
    'opt_clean',
    `clockgate -pos ${cell} ${enable}:${clock}:${output}${low} -min_net_size ${fewestGated}`,
  ].join('; ');
}
