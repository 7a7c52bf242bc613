import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import type { Fault } from '../../specs/fault.ts';
import { withAssertionOutputs } from './assertion.ts';
import { type CompileOptions, compileNetlist } from './compile/compile.ts';
import type { Layout } from './compile/layout.ts';
import type { Checkpoint } from './simulator.ts';
import { type ToggleReader, toggleReader } from './toggles/read.ts';
import { instantiate } from './wasm/host.ts';

/** What one run and a batch of runs have in common: compiled code, its memory, and clocks. */
export interface Machine {
  /** Clocks since the last reset. */
  clocks(): number;
  /** Power-on state; inputs keep their values. */
  reset(): void;
  settle(): void;
  cycle(n?: number): void;
  checkpoint(): Checkpoint;
  /** Changes the state from outside, which counts as no toggles. */
  change(work: () => void): void;
  readonly toggles: ToggleReader | null;
}

export interface LoadedMachine {
  readonly layout: Layout;
  readonly buffer: ArrayBuffer;
  /**
   * Takes what has been written by now for the power-on state. `failure` looks at the assertions of the clock that ended;
   * it is asked only where the netlist has some.
   */
  start(failure: (clock: number) => Fault | null): Machine;
}

/** Compiled code for a netlist without values wider than 64 bits; `place` is named when the host cannot run it. */
export function loadMachine(netlist: Netlist, place: string, options: CompileOptions): LoadedMachine {
  const { bytes, layout, pages } = compileNetlist(withAssertionOutputs(netlist), options);
  const { buffer, call } = instantiate(bytes, pages, place);
  const [run, settle] = [call('cycle'), call('settle')];
  const asserted = (netlist.assertions ?? []).length > 0;
  const start: LoadedMachine['start'] = (failure) => {
    const toggles = layout.toggles === null ? null : toggleReader(netlist, layout.toggles, buffer, call);
    const state = new Uint8Array(buffer, layout.resetFrom, layout.resetBytes);
    // Inputs lie in front of the state.
    const kept = new Uint8Array(buffer, 0, layout.resetFrom + layout.resetBytes);
    const powerOn = state.slice();
    let clocks = 0;
    const change = (work: () => void): void => {
      toggles?.flush();
      work();
      toggles?.follow();
    };
    return {
      toggles,
      change,
      settle: () => settle(),
      clocks: () => clocks,
      reset() {
        change(() => state.set(powerOn));
        clocks = 0;
      },
      cycle(n = 1) {
        if (n < 1) return;
        if (!asserted) {
          run(n);
          clocks += n;
          return;
        }
        for (let clock = 0; clock < n; clock += 1) {
          run(1);
          clocks += 1;
          const failed = failure(clocks - 1);
          if (failed !== null) throw failed;
        }
      },
      checkpoint() {
        toggles?.flush();
        const [bytes, count] = [kept.slice(), clocks];
        return {
          cycleCount: count,
          restore() {
            change(() => kept.set(bytes));
            clocks = count;
          },
        };
      },
    };
  };
  return { layout, buffer, start };
}
