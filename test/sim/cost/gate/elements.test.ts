import { expect } from 'vitest';
import { energyOf, type GateEnergy } from '../../../../sim/cost/gate/energy.ts';
import { instanceTables } from '../../../../sim/cost/gate/energy-tables.ts';
import type { UnconditionalPower } from '../../../../sim/cost/gate/internal-power.ts';
import type { GateNetlist } from '../../../../sim/cost/gate/netlist.ts';
import { criticalPaths } from '../../../../sim/cost/gate/paths.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { simulateEvents } from '../../../../sim/cost/gate/simulate-events.ts';
import { simulateZeroDelay } from '../../../../sim/cost/gate/simulate-zero-delay.ts';
import { type GateTiming, timing } from '../../../../sim/cost/gate/timing.ts';
import { layoutEstimate } from '../../../../sim/cost/gate/wire-model.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
import { fusedElement, plainElement } from '../../../support/gate-elements.ts';
import { elementRun, type Operands, portNets, profiles } from '../../../support/gate-run.ts';
import { mapped } from '../../../support/gate-synthesis.ts';
import {
  type CellTechnology,
  cellTechnologies,
  cellTechnology,
  librariesOf,
  needLiberty,
} from '../../../support/liberty.ts';
import { seededRandom } from '../../../support/random.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const elements = { plain: plainElement, fused: fusedElement() } as const;
type ElementName = keyof typeof elements;
const picojoules = 1e12;

const filesOf = (technology: CellTechnology): string[] => technology.files.map((file) => `${technology.name}/${file}`);

async function element(folder: string, technology: CellTechnology, name: ElementName): Promise<GateNetlist> {
  const document = await mapped(folder, technology, elements[name], 'element');
  return readMappedNetlist(document, librariesOf(folder, technology));
}

interface Measured {
  readonly energy: GateEnergy;
  /** Cycles in which the accumulator was not the sum it must be. */
  readonly wrong: number;
}

function checked(netlist: GateNetlist, operands: Operands, lanes: number) {
  const accumulator = portNets(netlist, 'acc');
  const { stimulus, expected } = elementRun(netlist, operands, seededRandom(7), lanes);
  let wrong = 0;
  const observe = (cycle: number, get: (net: number) => number): void => {
    for (let lane = 0; lane < lanes; lane++) {
      let sum = 0;
      accumulator.forEach((net, bit) => {
        sum |= ((get(net) >>> lane) & 1) << bit;
      });
      if (cycle > 3 && sum !== expected(cycle)[lane]) wrong++;
    }
  };
  return { stimulus, observe, wrong: () => wrong };
}

function timed(
  netlist: GateNetlist,
  times: GateTiming,
  operands: Operands,
  mode: UnconditionalPower,
  tree = 1,
): Measured {
  const run = checked(netlist, operands, 1);
  const options = { cycles: 500, warmUp: 6, period: 20e-9, stimulus: run.stimulus, observe: run.observe };
  const activity = simulateEvents(netlist, times, instanceTables(netlist, times, mode), options);
  return { energy: energyOf(netlist, times, activity, { period: 10e-9, clockTree: tree }), wrong: run.wrong() };
}

function untimed(netlist: GateNetlist, times: GateTiming, operands: Operands, lanes: number): Measured {
  const run = checked(netlist, operands, lanes);
  const options = { cycles: 500, warmUp: 6, lanes, stimulus: run.stimulus, observe: run.observe };
  const activity = simulateZeroDelay(netlist, times, instanceTables(netlist, times), options);
  return { energy: energyOf(netlist, times, activity, { period: 10e-9 }), wrong: run.wrong() };
}

/** Without leakage, as the measured tables have it. */
const dynamic = ({ total, leakage }: GateEnergy): number => (total.total - leakage.total) * picojoules;

interface Figures {
  readonly area: number;
  /** pJ per cycle: no delays, with glitches, with wires and clock tree. */
  readonly random: readonly [zero: number, event: number, layout: number];
  readonly realistic: readonly [zero: number, event: number, layout: number];
}

/** Measured with another engine on its own netlists of the same two functions, mapped by another Yosys. */
const published: Readonly<Record<string, Readonly<Record<ElementName, Figures>>>> = {
  sky130hd: {
    plain: { area: 7489.7, random: [8.9, 14.9, 19.9], realistic: [5.5, 7.1, 9.5] },
    fused: { area: 4206.5, random: [5.9, 8.5, 11.5], realistic: [4.0, 4.9, 6.8] },
  },
  'ihp-sg13g2': {
    plain: { area: 12760, random: [5.3, 8.9, 11.8], realistic: [3.3, 4.1, 5.6] },
    fused: { area: 7714, random: [3.7, 5.2, 7.2], realistic: [2.6, 3.2, 4.5] },
  },
  asap7: {
    plain: { area: 120, random: [0.37, 0.706, 0.82], realistic: [0.214, 0.282, 0.348] },
    fused: { area: 70.2, random: [0.234, 0.365, 0.445], realistic: [0.148, 0.205, 0.26] },
  },
  gt2n: {
    plain: { area: 37.1, random: [0.142, 0.262, 0.337], realistic: [0.087, 0.119, 0.173] },
    fused: { area: 22.8, random: [0.096, 0.152, 0.213], realistic: [0.066, 0.088, 0.138] },
  },
};

/**
 * Where our netlist of the function glitches otherwise than the published one: relative distances beyond the common
 * 8 %. Without glitches the same elements agree within 5 %.
 */
const otherGlitches: Readonly<Record<string, number>> = {
  'gt2n plain random': 0.14,
  'ihp-sg13g2 fused realistic': 0.13,
};

/** OpenSTA 2.0.17 on exactly these netlists (Yosys 0.55): cells, and the shortest period in ns. */
const openSta: Readonly<Record<string, Readonly<Record<ElementName, readonly [cells: number, period: number]>>>> = {
  sky130hd: { plain: [896, 6.05363], fused: [570, 5.01909] },
  'ihp-sg13g2': { plain: [1037, 4.59715], fused: [618, 4.0572] },
  asap7: { plain: [938, 1.10476303], fused: [614, 0.90233325] },
  gt2n: { plain: [1098, 0.74835222], fused: [600, 0.65063541] },
};

/**
 * OpenSTA 3.1 on a published netlist of the plain element, W at 100 MHz: random, realistic; how it reads unconditional
 * groups; what we allow. Nets of ports are not in it. For ihp-sg13g2 the other netlist adds to the other reading.
 */
const openStaPower: Readonly<Record<string, readonly [random: number, realistic: number, UnconditionalPower, number]>> =
  {
    sky130hd: [1.4769e-3, 0.6877e-3, 'default', 0.08],
    asap7: [0.0715e-3, 0.028e-3, 'default', 0.08],
    'ihp-sg13g2': [1.05e-3, 0.536e-3, 'add', 0.1],
  };

const distance = (value: number, from: number): number => Math.abs(value / from - 1);

/** Charging of nets that ports drive, joules per cycle: OpenSTA assigns net energy to the cell that drives the net. */
function ofPorts(netlist: GateNetlist, times: GateTiming, toggles: Float64Array, cycles: number): number {
  return netlist.inputs
    .flatMap((port) => [...port.nets])
    .reduce((sum, net) => sum + (toggles[net]! * times.loads.pins[net]! * netlist.voltage ** 2) / 2 / cycles, 0);
}

for (const technology of exhaustive ? cellTechnologies : [cellTechnology('gt2n')]) {
  for (const name of ['plain', 'fused'] as const) {
    const title = `${technology.name} ${name}`;
    const figures = published[technology.name]![name];

    needLiberty(
      `${title}: the shortest period is that of OpenSTA, digit for digit`,
      filesOf(technology),
      async (folder) => {
        const netlist = await element(folder, technology, name);
        const [cells, nanoseconds] = openSta[technology.name]![name];
        // Another version of Yosys would map another netlist: then the figure must be taken again.
        expect(netlist.cellNames.length).toBe(cells);
        const { minimumPeriod, registerToRegister: path } = criticalPaths(netlist, timing(netlist));
        expect(distance(minimumPeriod * 1e9, nanoseconds)).toBeLessThan(3e-6);
        expect(path!.from).toMatch(/^[ab]r\[\d\]$/);
        expect(path!.to).toMatch(/^acc\[\d+\]$/);
      },
      300,
    );

    needLiberty(
      `${title}: computes the right sums; area and energy as published`,
      filesOf(technology),
      async (folder) => {
        const netlist = await element(folder, technology, name);
        const bare = timing(netlist);
        const { wires, clockTree } = layoutEstimate(technologyOf(technology.name));
        const laidOut = timing(netlist, { wires });
        expect(distance(netlist.area, figures.area)).toBeLessThan(0.04);
        for (const profile of ['random', 'realistic'] as const) {
          const operands = profiles[profile];
          const zero = untimed(netlist, bare, operands, 32);
          const event = timed(netlist, bare, operands, 'default');
          const layout = timed(netlist, laidOut, operands, 'default', clockTree);
          expect([zero.wrong, event.wrong, layout.wrong]).toEqual([0, 0, 0]);
          const allowed = otherGlitches[`${title} ${profile}`] ?? 0.083;
          expect(distance(dynamic(zero.energy), figures[profile][0])).toBeLessThan(0.05);
          expect(distance(dynamic(event.energy), figures[profile][1])).toBeLessThan(allowed);
          expect(distance(dynamic(layout.energy), figures[profile][2])).toBeLessThan(allowed);
          // Two engines, one truth: without its glitches the timed run draws what the untimed one does.
          const wanted = dynamic(event.energy) - event.energy.total.glitches * picojoules;
          expect(distance(wanted, dynamic(zero.energy))).toBeLessThan(profile === 'random' ? 0.02 : 0.1);
        }
      },
      300,
    );
  }
}

if (exhaustive) {
  for (const [name, [random, realistic, mode, allowed]] of Object.entries(openStaPower)) {
    const technology = cellTechnology(name);
    needLiberty(
      `${name}: power of the plain element is that of OpenSTA 3.1, within ${allowed * 100} %`,
      filesOf(technology),
      async (folder) => {
        const netlist = await element(folder, technology, 'plain');
        const times = timing(netlist);
        const powerOf = (operands: Operands, how: UnconditionalPower): number => {
          const run = checked(netlist, operands, 1);
          const options = { cycles: 1000, warmUp: 6, period: 20e-9, stimulus: run.stimulus };
          const activity = simulateEvents(netlist, times, instanceTables(netlist, times, how), options);
          const { total } = energyOf(netlist, times, activity, { period: 10e-9 });
          return (total.total - ofPorts(netlist, times, activity.toggles, activity.cycles)) / 10e-9;
        };
        expect(distance(powerOf(profiles.random, mode), random)).toBeLessThan(allowed);
        expect(distance(powerOf(profiles.realistic, mode), realistic)).toBeLessThan(allowed);
        // The reading of unconditional groups decides in ihp-sg13g2 only.
        const ratio = powerOf(profiles.realistic, 'add') / powerOf(profiles.realistic, 'default');
        if (mode === 'add') expect(ratio).toBeGreaterThan(1.2);
        else expect(ratio).toBeLessThan(1.08);
      },
      300,
    );
  }

  const gt2n = cellTechnology('gt2n');
  needLiberty(
    'the timed simulation makes at least a million events per second of processor time',
    filesOf(gt2n),
    async (folder) => {
      const netlist = await element(folder, gt2n, 'plain');
      const times = timing(netlist);
      const tables = instanceTables(netlist, times);
      const run = (cycles: number): number => {
        const { stimulus } = checked(netlist, profiles.random, 1);
        const begin = process.cpuUsage();
        const { events } = simulateEvents(netlist, times, tables, { cycles, period: 20e-9, stimulus });
        return events / process.cpuUsage(begin).user;
      };
      run(500);
      expect(run(2000)).toBeGreaterThan(1.0);
    },
  );

  const all = cellTechnologies.flatMap(filesOf);
  needLiberty(
    'the fused element is at least 35 % smaller and saves 20 % on realistic data in three libraries',
    all,
    async (folder) => {
      let better = 0;
      for (const technology of cellTechnologies) {
        const [plain, fused] = [await element(folder, technology, 'plain'), await element(folder, technology, 'fused')];
        const energy = (netlist: GateNetlist): number =>
          dynamic(timed(netlist, timing(netlist), profiles.realistic, 'default').energy);
        if (fused.area < 0.65 * plain.area && energy(fused) < 0.8 * energy(plain)) better++;
      }
      expect(better).toBeGreaterThanOrEqual(3);
    },
    300,
  );
}
