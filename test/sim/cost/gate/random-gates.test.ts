import { expect, test } from 'vitest';
import type { GateActivity } from '../../../../sim/cost/gate/activity.ts';
import { energyOf } from '../../../../sim/cost/gate/energy.ts';
import { instanceTables } from '../../../../sim/cost/gate/energy-tables.ts';
import { parseLiberty } from '../../../../sim/cost/gate/liberty/parse.ts';
import { criticalPaths } from '../../../../sim/cost/gate/paths.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { simulateEvents } from '../../../../sim/cost/gate/simulate-events.ts';
import { simulateZeroDelay } from '../../../../sim/cost/gate/simulate-zero-delay.ts';
import { timing } from '../../../../sim/cost/gate/timing.ts';
import { Fault } from '../../../../specs/fault.ts';
import { mutateJson } from '../../../support/mutate-json.ts';
import { seededRandom } from '../../../support/random.ts';
import { randomGates } from '../../../support/random-gates.ts';
import { smallLiberty } from '../../../support/small-liberty.ts';

const library = parseLiberty(smallLiberty, 'small.lib');
const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const runs = exhaustive ? 10_000 : 400;

test('both simulations settle on the same values, glitches are the only difference, parts sum to the total', () => {
  let glitching = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = seededRandom(seed);
    const { document, inputs } = randomGates(random, random.integer(2, 30));
    const netlist = readMappedNetlist(document, [library]);
    const times = timing(netlist, { clock: 'clk' });
    const tables = instanceTables(netlist, times);
    const number = (name: string): number => netlist.netNames.indexOf(name);
    const bits = Array.from({ length: 12 }, () => inputs.map(() => random.integer(0, 1)));
    const traceOf = (run: (options: Parameters<typeof simulateZeroDelay>[3]) => GateActivity) => {
      const trace: string[] = [];
      const activity = run({
        cycles: bits.length,
        stimulus: (cycle, set) => {
          for (const [at, name] of inputs.entries()) set(number(name), -bits[cycle]![at]!);
        },
        observe: (_, get) => trace.push(netlist.netNames.map((_, net) => get(net) & 1).join('')),
      });
      return { activity, trace };
    };
    const period = 1e-6;
    const timed = traceOf((options) => simulateEvents(netlist, times, tables, { ...options, period }));
    const untimed = traceOf((options) => simulateZeroDelay(netlist, times, tables, { ...options, lanes: 1 }));
    expect({ seed, trace: timed.trace }).toEqual({ seed, trace: untimed.trace });
    // Per clock edge the untimed run moves a net at most once; what the timed one moves beyond comes in pairs.
    timed.activity.toggles.forEach((count, net) => {
      const more = count - untimed.activity.toggles[net]!;
      expect(more).toBeGreaterThanOrEqual(0);
      expect(more % 2).toBe(0);
      expect(timed.activity.glitches[net]).toBeLessThanOrEqual(count);
    });
    if (timed.activity.glitches.some((count) => count > 0)) glitching++;
    for (const { activity } of [timed, untimed]) {
      const { total, ...parts } = energyOf(netlist, times, activity, { period, clockTree: 4.2 });
      const sums = Object.values(parts);
      expect(
        sums.every((part) => part.total >= 0 && part.glitches >= 0 && part.glitches <= part.total * (1 + 1e-12)),
      ).toBe(true);
      expect(sums.reduce((sum, part) => sum + part.total, 0)).toBeCloseTo(total.total, 24);
    }
    const { minimumPeriod } = criticalPaths(netlist, times);
    expect(Number.isFinite(minimumPeriod)).toBe(true);
  }
  expect(glitching).toBeGreaterThan(runs / 10);
});

test('a clock as short as static timing allows gives the same registers as a long one', () => {
  for (let seed = 0; seed < runs / 4; seed++) {
    const random = seededRandom(1e6 + seed);
    const { document, inputs } = randomGates(random, random.integer(2, 30));
    const netlist = readMappedNetlist(document, [library]);
    const times = timing(netlist, { clock: 'clk' });
    const tables = instanceTables(netlist, times);
    const latest = Math.max(...times.arrival.flatMap((arrival) => [...arrival].filter(Number.isFinite)));
    const bits = Array.from({ length: 8 }, () => inputs.map(() => -random.integer(0, 1)));
    const trace = (period: number): string[] => {
      const values: string[] = [];
      simulateEvents(netlist, times, tables, {
        cycles: bits.length,
        period,
        stimulus: (cycle, set) => {
          for (const [at, name] of inputs.entries()) set(netlist.netNames.indexOf(name), bits[cycle]![at]!);
        },
        observe: (_, get) => values.push(netlist.netNames.map((_, net) => get(net)).join('')),
      });
      return values;
    };
    // Clears are not part of static timing, so twice the latest arrival and their delay is what surely suffices.
    expect(trace(2 * latest + 10e-9)).toEqual(trace(1e-6));
  }
});

test('any other JSON in place of a netlist is a Fault', () => {
  const { document } = randomGates(seededRandom(3), 12);
  const random = seededRandom(4);
  let refused = 0;
  for (let run = 0; run < (exhaustive ? 20_000 : 1000); run++) {
    const damaged = mutateJson({ creator: 'x', version: 1, date: 2, ...document }, random, random.integer(1, 3));
    try {
      const netlist = readMappedNetlist(damaged, [library]);
      criticalPaths(netlist, timing(netlist, { clock: 'clk' }));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(100);
});
