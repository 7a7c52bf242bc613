import { expect } from 'vitest';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import type { Definition } from '../../../../hdl-gen/lang/builder.ts';
import { design, module } from '../../../../hdl-gen/lang/module.ts';
import { delay } from '../../../../hdl-gen/lang/state.ts';
import { bool, vec } from '../../../../hdl-gen/lang/types.ts';
import { roundConstants } from '../../../../hdl-gen/library/sha256/constants.ts';
import { workOf } from '../../../../hdl-gen/library/sha256/host.ts';
import { round, stateType, word } from '../../../../hdl-gen/library/sha256/round.ts';
import { Sha256dSerial, serialClocks } from '../../../../hdl-gen/library/sha256/serial.ts';
import { expand, later, moving } from '../../../../hdl-gen/library/sha256/word.ts';
import { energyOf, type GateEnergy } from '../../../../sim/cost/gate/energy.ts';
import { instanceTables } from '../../../../sim/cost/gate/energy-tables.ts';
import type { GateNetlist } from '../../../../sim/cost/gate/netlist.ts';
import { criticalPaths } from '../../../../sim/cost/gate/paths.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { simulateEvents } from '../../../../sim/cost/gate/simulate-events.ts';
import { timing } from '../../../../sim/cost/gate/timing.ts';
import { layoutEstimate } from '../../../../sim/cost/gate/wire-model.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
import { expectedDigest, someHeaders } from '../../../hdl-gen/library/sha256/headers.ts';
import { portNets } from '../../../support/gate-run.ts';
import { mapped } from '../../../support/gate-synthesis.ts';
import { type CellTechnology, cellTechnologies, librariesOf, needLiberty } from '../../../support/liberty.ts';
import { seededRandom } from '../../../support/random.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const filesOf = (technology: CellTechnology): string[] => technology.files.map((file) => `${technology.name}/${file}`);

/** A full stage of the unrolled core: what the entries `sha256.stage.*` were taken from. */
const Stage = module(
  'sha256_stage',
  {
    in: { enable: bool, state: stateType, window: vec(16, word) },
    out: { after: stateType, moved: vec(16, word) },
  },
  ({ enable, state, window }) => {
    const options = { enable, init: null };
    const grown = later('new_word', expand(window.map(moving)), options);
    return {
      after: round(state, window[0]!.addWrap(roundConstants[0]!)).map((value, at) =>
        delay(`state_${at}_q`, value, options),
      ),
      moved: [
        ...window.slice(1).map((value, at) => delay(`word_${at}`, value, options)),
        typeof grown === 'number' ? grown : grown.signal,
      ],
    };
  },
);

async function netlistOf(folder: string, technology: CellTechnology, top: { readonly definition: Definition }) {
  const verilog = emitVerilog(design(top));
  const text = verilog.files.map((file) => file.text).join('\n');
  return readMappedNetlist(await mapped(folder, technology, text, verilog.top), librariesOf(folder, technology));
}

/** Sets whole words of ports by name. */
function words(netlist: GateNetlist, set: (net: number, value: number) => void) {
  return (port: string, value: number): void => {
    portNets(netlist, port).forEach((net, bit) => {
      set(net, (value >>> bit) & 1);
    });
  };
}

const withoutLeakage = ({ total, leakage }: GateEnergy): number => 1e12 * (total.total - leakage.total);

/** Picojoules per clock and glitches over the rest without clock, with random words in every clock. */
function stageEnergy(netlist: GateNetlist, technology: CellTechnology, layout: boolean) {
  const { wires, clockTree: tree } = layoutEstimate(technologyOf(technology.name));
  const times = timing(netlist, layout ? { wires } : {});
  const random = seededRandom(5);
  const activity = simulateEvents(netlist, times, instanceTables(netlist, times), {
    cycles: 40,
    warmUp: 4,
    period: 100e-9,
    stimulus: (_, set) => {
      const put = words(netlist, set);
      put('enable', 1);
      for (let at = 0; at < 8; at++) put(`state_${at}`, 2 * random.integer(0, 2 ** 31 - 1) + random.integer(0, 1));
      for (let at = 0; at < 16; at++) put(`window_${at}`, 2 * random.integer(0, 2 ** 31 - 1) + random.integer(0, 1));
    },
  });
  const energy = energyOf(netlist, times, activity, { period: 10e-9, clockTree: layout ? tree : 1 });
  const { total, clock, clockTree, leakage } = energy;
  const settled = total.total - total.glitches - clock.total - clockTree.total - leakage.total;
  return { picojoules: withoutLeakage(energy), glitches: total.glitches / settled };
}

for (const technology of cellTechnologies) {
  needLiberty(
    `${technology.name}: a stage at gate level gives the numbers of the technology file`,
    filesOf(technology),
    async (folder) => {
      const { entries } = technologyOf(technology.name);
      const netlist = await netlistOf(folder, technology, Stage);
      expect(netlist.area / entries['sha256.stage.area']!.value).toBeCloseTo(1, 2);
      const cells = stageEnergy(netlist, technology, false);
      const layout = stageEnergy(netlist, technology, true);
      // 40 clocks of other random words: 1 to 2 % of noise.
      const distances = [
        cells.picojoules / entries['sha256.stage.energy']!.low,
        layout.picojoules / entries['sha256.stage.energy']!.value,
      ].map((ratio) => Math.abs(ratio - 1));
      expect(Math.max(...distances)).toBeLessThan(0.02);
      expect(Math.abs(cells.glitches / entries['glitches.chain']!.value - 1)).toBeLessThan(0.05);
    },
    300,
  );
}

/** Picojoules per clock with wires and clock tree, as docs/silicon.md says. */
const serial: Readonly<Record<string, number>> = { sky130hd: 168.0, 'ihp-sg13g2': 112.3, asap7: 6.42, gt2n: 3.34 };

for (const technology of cellTechnologies.filter(({ name }) => exhaustive || name === 'gt2n')) {
  needLiberty(
    `${technology.name}: the mapped serial core hashes two headers as node:crypto does`,
    filesOf(technology),
    async (folder) => {
      const netlist = await netlistOf(folder, technology, Sha256dSerial({}));
      const headers = someHeaders(6, 77).slice(3);
      const { wires, clockTree } = layoutEstimate(technologyOf(technology.name));
      const times = timing(netlist, { wires });
      const digests: number[][] = [];
      const clocks = serialClocks(2);
      const activity = simulateEvents(netlist, times, instanceTables(netlist, times), {
        cycles: 2 * clocks,
        warmUp: 3,
        period: 1.5 * criticalPaths(netlist, times).minimumPeriod,
        stimulus: (cycle, set) => {
          const put = words(netlist, set);
          put('rst', cycle < 3 ? 1 : 0);
          put('up_valid', 1);
          put('down_ready', 1);
          const { midstate, tail } = workOf(headers[Math.max(0, Math.floor((cycle - 3) / clocks))]!);
          midstate.forEach((value, at) => {
            put(`up_data_midstate_${at}`, value);
          });
          tail.forEach((value, at) => {
            put(`up_data_tail_${at}`, value);
          });
        },
        observe: (_, get) => {
          if (get(portNets(netlist, 'down_valid')[0]!) === 0) return;
          const word = (at: number) =>
            portNets(netlist, `down_data_${at}`).reduce((value, net, bit) => value + get(net) * 2 ** bit, 0);
          digests.push(Array.from({ length: 8 }, (_, at) => word(at)));
        },
      });
      expect(digests).toEqual(headers.slice(0, 2).map(expectedDigest));
      const energy = energyOf(netlist, times, activity, { period: 10e-9, clockTree });
      expect(Math.abs(withoutLeakage(energy) / serial[technology.name]! - 1)).toBeLessThan(0.02);
    },
    300,
  );
}
