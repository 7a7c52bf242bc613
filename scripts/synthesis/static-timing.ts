import { parseLiberty } from '../../sim/cost/gate/liberty/parse.ts';
import { criticalPaths, type TimingPath } from '../../sim/cost/gate/paths.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { timing } from '../../sim/cost/gate/timing.ts';
import { withoutMemories } from '../../sim/synthesis/netlist/without-memories.ts';
import { Fault } from '../../specs/fault.ts';
import type { CriticalPath, StaticTiming } from '../../specs/synthesis.ts';
import type { Library } from './libraries.ts';

function pathOf({ from, to, setup, required, stages }: TimingPath): CriticalPath {
  return {
    from,
    to,
    setupSeconds: setup,
    periodSeconds: required,
    steps: stages.map(({ net, isNamed, cell, edge, delay, arrival }) => ({
      net,
      named: isNamed,
      cell,
      edge,
      delaySeconds: delay,
      arrivalSeconds: arrival,
    })),
  };
}

/** In words, for those who read the number. */
function scopeOf(memories: number): string {
  const where = memories === 1 ? 'the memory' : `one of the ${memories} memories`;
  const left = memories === 0 ? '' : `; paths that begin or end at ${where} are not in it`;
  return `static timing of the mapped cells, register to register: no wires, ideal clock, nothing resized after mapping${left}`;
}

/**
 * The clock that the mapped cells allow, and the path that decides it; null with a note where the libraries or the netlist
 * do not give it. `netlist` is flat, as Yosys wrote it.
 */
export function staticTiming(
  netlist: Uint8Array,
  top: string,
  libraries: readonly Library[],
): { readonly timing: StaticTiming | null; readonly notes: readonly string[] } {
  try {
    const cells = libraries.map(({ text, path }) => parseLiberty(text, path));
    const { document, memories } = withoutMemories(JSON.parse(new TextDecoder().decode(netlist)));
    const gates = readMappedNetlist(document, cells, top);
    const { registerToRegister: path } = criticalPaths(gates, timing(gates));
    if (path === null || path.required <= 0)
      return { timing: null, notes: ['no clock frequency: no path with a delay runs from register to register'] };
    const found = pathOf(path);
    return {
      timing: { minimumPeriodSeconds: found.periodSeconds, scope: scopeOf(memories), criticalPath: found },
      notes: [],
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { timing: null, notes: [`no clock frequency: ${error.place}: ${error.reason}`] };
  }
}
