import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { memoriesAsFlipFlops } from '../../hdl-gen/ir/memories-as-flip-flops.ts';
import { ram } from '../../hdl-gen/lang/memory.ts';
import { design, module } from '../../hdl-gen/lang/module.ts';
import { bool, uint } from '../../hdl-gen/lang/types.ts';
import type { LibertyFile } from '../../scripts/gate/liberty-files.ts';
import { mapModule } from '../../scripts/gate/map-module.ts';
import type { JobRunner } from '../../scripts/tools/job.ts';
import { energyOf, type GateEnergy } from '../../sim/cost/gate/energy.ts';
import { instanceTables } from '../../sim/cost/gate/energy-tables.ts';
import { clockGateOf } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { libertyForMapping } from '../../sim/cost/gate/liberty/for-mapping.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { simulateEvents } from '../../sim/cost/gate/simulate-events.ts';
import { timing } from '../../sim/cost/gate/timing.ts';
import type { LayoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import type { MappedShell } from '../../sim/cost/replay/replay.ts';
import { seededRandom } from './random.ts';

export interface MemoryShape {
  readonly words: number;
  readonly wordBits: number;
}

/** A RAM as gates, each word behind a clock gate where the library has such: of registers, or as Yosys maps a memory. */
export async function mapMemory(
  { words, wordBits }: MemoryShape,
  madeBy: 'registers' | 'yosys',
  libraries: readonly LibertyFile[],
  { wires }: LayoutEstimate,
  yosys: JobRunner,
): Promise<MappedShell> {
  const address = uint(Math.ceil(Math.log2(words)));
  const top = design(
    module(
      'store',
      {
        in: { write: bool, to: address, data: uint(wordBits), read: bool, from: address },
        out: { word: uint(wordBits) },
      },
      ({ write, to, data, read, from }) => {
        const store = ram('store', uint(wordBits), words);
        store.write(to, data, { enable: write });
        return { word: store.read(from, { enable: read }) };
      },
    ),
  );
  const made = madeBy === 'yosys' ? top : memoriesAsFlipFlops(top, () => true);
  const text = emitVerilog(made, { sourceLines: false }).files.map((file) => file.text);
  const cells = libertyForMapping(libraries);
  const document = await mapModule(yosys, text.join('\n'), 'store', cells, { seconds: 300 }, clockGateOf(libraries));
  const netlist = readMappedNetlist(
    document,
    libraries.map(({ library }) => library),
    'store',
  );
  const times = timing(netlist, { wires });
  return { netlist, timing: times, tables: instanceTables(netlist, times) };
}

export interface MemoryUse {
  readonly clocks: number;
  /** Shares of the clocks in which a word is written, and one is read. */
  readonly writes: number;
  readonly reads: number;
}

/** Joules per clock of random words at random places, every word written before the count begins; what is read is held against a list. */
export function useMemory(
  { netlist, timing: times, tables }: MappedShell,
  { words, wordBits }: MemoryShape,
  use: MemoryUse,
  clockTree: number,
): GateEnergy {
  const random = seededRandom(11);
  const nets = (name: string) => [...netlist.inputs, ...netlist.outputs].find((port) => port.name === name)!.nets;
  const ports = Object.fromEntries(['write', 'to', 'data', 'read', 'from', 'word'].map((name) => [name, nets(name)]));
  const list = new Array<number>(words).fill(0);
  // What stands at the ports takes effect at the next edge, and is seen after it.
  let [pending, shown] = [{ write: false, to: 0, data: 0, read: false, from: 0 }, 0];
  const activity = simulateEvents(netlist, times, tables, {
    warmUp: words + 1,
    cycles: use.clocks,
    period: 1e-6,
    stimulus: (clock, set) => {
      if (pending.read) shown = list[pending.from]!;
      if (pending.write) list[pending.to] = pending.data;
      const fills = clock < words;
      const [write, read] = [
        fills || random.integer(1, 1000) <= 1000 * use.writes,
        random.integer(1, 1000) <= 1000 * use.reads,
      ];
      // Addresses and data rest where they are not wanted, as behind counters and registers.
      pending = {
        ...{ write, read },
        to: write ? (fills ? clock : random.integer(0, words - 1)) : pending.to,
        data: write ? random.integer(0, 2 ** wordBits - 1) : pending.data,
        from: read ? random.integer(0, words - 1) : pending.from,
      };
      for (const [name, value] of Object.entries(pending))
        for (const [bit, net] of ports[name]!.entries()) set(net, (Number(value) >> bit) & 1);
    },
    observe: (clock, get) => {
      const word = ports.word!.reduce((sum, net, bit) => sum + get(net) * 2 ** bit, 0);
      if (clock > words && word !== shown) throw new Error(`clock ${clock}: ${word} is read, and ${shown} is there`);
    },
  });
  return energyOf(netlist, times, activity, { period: 1e-8, clockTree });
}
