import { describe, expect, test } from 'vitest';
import type { GateActivity, Stimulus } from '../../../../sim/cost/gate/activity.ts';
import { energyOf } from '../../../../sim/cost/gate/energy.ts';
import { instanceTables } from '../../../../sim/cost/gate/energy-tables.ts';
import type { UnconditionalPower } from '../../../../sim/cost/gate/internal-power.ts';
import { parseLiberty } from '../../../../sim/cost/gate/liberty/parse.ts';
import type { GateNetlist } from '../../../../sim/cost/gate/netlist.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { simulateEvents } from '../../../../sim/cost/gate/simulate-events.ts';
import { simulateZeroDelay } from '../../../../sim/cost/gate/simulate-zero-delay.ts';
import { timing } from '../../../../sim/cost/gate/timing.ts';
import { smallLiberty } from '../../../support/small-liberty.ts';
import { smallNetlist } from '../../../support/small-netlist.ts';

const library = parseLiberty(smallLiberty, 'small.lib');
type Cells = Parameters<typeof smallNetlist>[1];
const period = 100e-9;

interface Run {
  readonly netlist: GateNetlist;
  readonly activity: GateActivity;
  /** Toggles of a net by name. */
  readonly toggles: (net: string) => number;
  readonly glitches: (net: string) => number;
  /** Values at the ends of cycles, by net. */
  readonly trace: Readonly<Record<string, string>>;
  readonly picojoules: Readonly<Record<string, number>>;
}

/** Inputs as strings of 0 and 1, one character per cycle; all of them are counted. */
function run(
  engine: 'events' | 'zero-delay',
  inputs: Readonly<Record<string, string>>,
  outputs: readonly string[],
  cells: Cells,
  mode: UnconditionalPower = 'default',
  source = library,
): Run {
  const netlist = readMappedNetlist(smallNetlist({ inputs: Object.keys(inputs), outputs }, cells), [source]);
  const times = timing(netlist);
  const tables = instanceTables(netlist, times, mode);
  const number = (name: string): number => netlist.netNames.indexOf(name);
  const data = Object.entries(inputs).filter(([, bits]) => bits !== 'clock');
  const stimulus: Stimulus = (cycle, set) => {
    for (const [name, bits] of data) set(number(name), bits[cycle] === '1' ? -1 : 0);
  };
  const trace: Record<string, string> = Object.fromEntries(netlist.netNames.map((name) => [name, '']));
  const observe = (_: number, get: (net: number) => number): void => {
    for (const name of netlist.netNames) trace[name] = `${trace[name]}${get(number(name)) & 1}`;
  };
  const options = { cycles: data[0]![1].length, stimulus, observe };
  const activity =
    engine === 'events'
      ? simulateEvents(netlist, times, tables, { ...options, period })
      : simulateZeroDelay(netlist, times, tables, { ...options, lanes: 1 });
  const energy = energyOf(netlist, times, activity, { period });
  return {
    netlist,
    activity,
    toggles: (net) => activity.toggles[number(net)]!,
    glitches: (net) => activity.glitches[number(net)]!,
    trace,
    picojoules: Object.fromEntries(
      Object.entries(energy).map(([part, { total }]) => [part, total * activity.cycles * 1e12]),
    ),
  };
}

const engines = ['events', 'zero-delay'] as const;

/** y = a AND NOT a: the inverter is late, so y pulses when a rises. */
const hazard: Cells = {
  invert: ['INV', { A: 'a', Y: 'n' }],
  both: ['AND2', { A: 'a', B: 'n', Y: 'y' }],
};

describe('the timed simulation', () => {
  test('a late inverter makes a glitch, and its energy is told apart', () => {
    const { toggles, glitches, activity, netlist, picojoules } = run('events', { a: '10' }, ['y'], hazard);
    expect([toggles('a'), toggles('n'), toggles('y'), glitches('y')]).toEqual([2, 2, 2, 2]);
    const y = netlist.netNames.indexOf('y');
    // y rises through A (1 pJ) and falls through B (4 pJ): both are glitches.
    expect(activity.internal[y]! * 1e12).toBeCloseTo(5, 6);
    expect(activity.glitchInternal[y]! * 1e12).toBeCloseTo(5, 6);
    // n falls 7, n rises 5, and pin A of the AND falls while B is low (n is still low): 0.25.
    expect(picojoules.internal).toBeCloseTo(5 + 7 + 5 + 0.25, 6);
    // half C V²: a drives 0.02 pF, n 0.02 pF, at 2 V, two transitions each.
    expect(picojoules.switching).toBeCloseTo(2 * 0.04 + 2 * 0.04, 6);
    expect(activity.events).toBe(4);
  });

  test('a pulse shorter than the delay of the gate does not appear', () => {
    // y = a XOR NOT a is always 1. a rises: y falls 2.0 ns later, n falls only at 2.1 ns: a glitch.
    // a falls: y would fall after 2.0 ns, but n rises at 1.1 ns and calls that off.
    const cells: Cells = { invert: ['INV', { A: 'a', Y: 'n' }], odd: ['XOR2', { A: 'a', B: 'n', Y: 'y' }] };
    expect(run('events', { a: '1' }, ['y'], cells).glitches('y')).toBe(2);
    expect(run('events', { a: '10' }, ['y'], cells).glitches('y')).toBe(2);
  });

  test('a period too short is refused with the net that still moves', () => {
    const netlist = readMappedNetlist(smallNetlist({ inputs: ['a'], outputs: ['y'] }, hazard), [library]);
    const times = timing(netlist);
    const stimulus: Stimulus = (cycle, set) => set(netlist.netNames.indexOf('a'), (cycle + 1) & 1);
    const options = { cycles: 2, stimulus, period: 1.5e-9 };
    expect(() => simulateEvents(netlist, times, instanceTables(netlist, times), options)).toThrow(
      'module top, net n: it still moves at the end of cycle 0 with a period of 1.5e-9 s; simulate with a longer period [GATE_UNSETTLED]',
    );
  });

  test.each([
    [
      { cycles: 0, period },
      'gate-level simulation: 0 cycles after 0 cycles of warm-up cannot be simulated; give whole numbers, at least 1 cycle [GATE_OPTION]',
    ],
    [
      { cycles: 1, period: 0 },
      'gate-level simulation: a period of 0 s is no clock; give a period above 0, at least the minimum period of the static timing [GATE_OPTION]',
    ],
  ])('options without a meaning are refused: %o', (options, message) => {
    const netlist = readMappedNetlist(smallNetlist({ inputs: ['a'], outputs: ['y'] }, hazard), [library]);
    const times = timing(netlist);
    expect(() =>
      simulateEvents(netlist, times, instanceTables(netlist, times), { ...options, stimulus: () => {} }),
    ).toThrow(message);
  });
});

test('a macro is timed but not simulated', () => {
  const bus = (name: string, net: string) =>
    Object.fromEntries(Array.from({ length: 8 }, (_, bit) => [`${name}[${bit}]`, net]));
  const pins = { ...bus('D', 'd'), CK: 'clk', EN: 'd', WE: 'd', 'Q[0]': 'q' };
  const document = smallNetlist({ inputs: ['clk', 'd'], outputs: ['q'] }, { memory: ['RAM', pins] });
  const netlist = readMappedNetlist(document, [library]);
  const times = timing(netlist);
  expect(times.arrival[0]![2 * netlist.netNames.indexOf('q')]! * 1e9).toBeCloseTo(1, 9);
  const options = { cycles: 1, period, stimulus: () => {} };
  expect(() => simulateEvents(netlist, times, instanceTables(netlist, times), options)).toThrow(
    "module top, cell memory: RAM has no function in the library; take macros out of the part that is simulated and count their accesses at the library's energies [GATE_CELL]",
  );
});

describe('the simulation without delays', () => {
  test('sees no glitch; what is left equals the wanted transitions', () => {
    const { toggles, picojoules } = run('zero-delay', { a: '10' }, ['y'], hazard);
    expect([toggles('a'), toggles('n'), toggles('y')]).toEqual([2, 2, 0]);
    expect(picojoules.internal).toBeCloseTo(7 + 5 + 0.25, 6);
  });

  test('lanes are independent: 32 runs at once equal 32 runs one by one', () => {
    const cells: Cells = {
      odd: ['XOR2', { A: 'a', B: 'q', Y: 'd' }],
      both: ['AND2', { A: 'd', B: 'a', Y: 'y' }],
      held: ['DFF', { CK: 'clk', D: 'd', Q: 'q' }],
    };
    const netlist = readMappedNetlist(smallNetlist({ inputs: ['clk', 'a'], outputs: ['y'] }, cells), [library]);
    const times = timing(netlist);
    const tables = instanceTables(netlist, times);
    const words = [0x12345678, -2, 0x0f0f00ff, 0x55555555, 7, -1, 0x1a2b3c4d];
    const a = netlist.netNames.indexOf('a');
    const together = simulateZeroDelay(netlist, times, tables, {
      cycles: words.length,
      stimulus: (cycle, set) => set(a, words[cycle]!),
    });
    const toggles = new Float64Array(netlist.netNames.length);
    let joules = 0;
    for (let lane = 0; lane < 32; lane++) {
      const stimulus: Stimulus = (cycle, set) => set(a, (words[cycle]! >> lane) & 1 ? -1 : 0);
      const alone = simulateZeroDelay(netlist, times, tables, { cycles: words.length, lanes: 1, stimulus });
      alone.toggles.forEach((count, net) => {
        toggles[net]! += count;
      });
      joules += alone.clockInternal + alone.internal.reduce((sum, part) => sum + part, 0);
    }
    expect([...together.toggles]).toEqual([...toggles]);
    expect(together.clockInternal + together.internal.reduce((sum, part) => sum + part, 0)).toBeCloseTo(joules, 18);
    expect(together.cycles).toBe(32 * words.length);
  });
});

describe.each(engines)('registers in the simulation: %s', (engine) => {
  test('a flop takes its input at the rising edge and pays for its clock pin always', () => {
    const cells: Cells = { held: ['DFF', { CK: 'clk', D: 'd', Q: 'q' }] };
    const { trace, picojoules, toggles } = run(engine, { clk: 'clock', d: '1100' }, ['q'], cells);
    expect(trace.q).toBe('0110');
    expect([toggles('clk'), toggles('q')]).toEqual([8, 2]);
    // Per cycle 0.25 + 0.5 in the pin and 2 transitions of half 0.02 pF (2 V)².
    expect(picojoules.clock).toBeCloseTo(4 * (0.25 + 0.5) + 8 * 0.04, 6);
    expect(picojoules.internal).toBeCloseTo(6 + 8, 6);
    expect(picojoules.switching).toBeCloseTo(2 * 0.02, 6);
    expect(picojoules.leakage).toBeCloseTo(4 * 4e-9 * period * 1e12, 6);
  });

  test('flops in a row shift and do not fall through', () => {
    const cells: Cells = {
      first: ['DFF', { CK: 'clk', D: 'd', Q: 'p' }],
      second: ['DFF', { CK: 'clk', D: 'p', Q: 'q' }],
    };
    expect(run(engine, { clk: 'clock', d: '100100' }, ['q'], cells).trace.q).toBe('001001');
  });

  test('a flop that stores the complement begins as a register that holds 0; its preset acts at once', () => {
    const cells: Cells = { held: ['DFFRN', { CK: 'clk', D: 'd', RN: 'rn', QN: 'qn' }] };
    const { trace } = run(engine, { clk: 'clock', d: '11111', rn: '11011' }, ['qn'], cells);
    expect(trace.qn).toBe('10110');
  });

  test('a flop of the falling edge takes what the rising edge launched', () => {
    const cells: Cells = {
      first: ['DFF', { CK: 'clk', D: 'd', Q: 'p' }],
      second: ['DFFN', { CKN: 'clk', D: 'p', Q: 'q' }],
    };
    const { trace, picojoules } = run(engine, { clk: 'clock', d: '111100' }, ['q'], cells);
    expect([trace.p, trace.q]).toEqual(['011110', '100001']);
    // The flop shows the complement: 10 nW while q is 1 (as its function says), 2 nW else; 4 nW for the first.
    expect(picojoules.leakage).toBeCloseTo((2 * 10 + 4 * 2 + 6 * 4) * 1e-9 * period * 1e12, 9);
  });

  test('clear and preset act at once; together they do what the library says', () => {
    const cells: Cells = { held: ['DFFSR', { CK: 'clk', D: 'd', R: 'r', S: 's', Q: 'q' }] };
    const { trace } = run(engine, { clk: 'clock', d: '001100', r: '001110', s: '010100' }, ['q'], cells);
    expect(trace.q).toBe('010100');
  });

  test('a latch follows while its gate is open', () => {
    const cells: Cells = { held: ['LATCH', { G: 'g', D: 'd', Q: 'q' }], f: ['DFF', { CK: 'clk', D: 'q', Q: 'r' }] };
    const netlist = smallNetlist({ inputs: ['clk', 'g', 'd'], outputs: ['q'] }, cells);
    const mapped = readMappedNetlist(netlist, [library]);
    const times = timing(mapped, { clock: 'clk' });
    const tables = instanceTables(mapped, times);
    const bits = { g: '110001', d: '101011' };
    let seen = '';
    const number = (name: string): number => mapped.netNames.indexOf(name);
    const options = {
      cycles: 6,
      stimulus: ((cycle, set) => {
        set(number('g'), bits.g[cycle] === '1' ? -1 : 0);
        set(number('d'), bits.d[cycle] === '1' ? -1 : 0);
      }) as Stimulus,
      observe: (_: number, get: (net: number) => number) => {
        seen += get(number('q')) & 1;
      },
    };
    if (engine === 'events') simulateEvents(mapped, times, tables, { ...options, period });
    else simulateZeroDelay(mapped, times, tables, { ...options, lanes: 1 });
    expect(seen).toBe('100001');
  });

  test('a clock gate stops the clock, and its registers pay nothing', () => {
    const cells: Cells = {
      gating: ['GATE', { CK: 'clk', E: 'e', GCK: 'g' }],
      held: ['DFF', { CK: 'g', D: 'd', Q: 'q' }],
    };
    const { trace, toggles, picojoules } = run(engine, { clk: 'clock', e: '110000', d: '101010' }, ['q'], cells);
    // The enable is taken while the clock is low, so edges 1 and 2 come through.
    expect(toggles('g')).toBe(4);
    expect(trace.q).toBe('010000');
    // Per edge of g: 9 in the gate; per pulse 0.75 in the flop. Pins: clk 0.01 pF 12 times, g 0.02 pF 4 times.
    expect(picojoules.clock).toBeCloseTo(4 * 9 + 2 * 0.75 + 12 * 0.02 + 4 * 0.04, 6);
  });
});

describe('power groups without a condition next to conditional ones', () => {
  const mixed = smallLiberty.replace(
    'pin(A) { direction : input; capacitance : 0.01; internal_power() {  when : "!B";',
    'pin(A) { direction : input; capacitance : 0.01; internal_power() { rise_power(scalar) { values("100"); } fall_power(scalar) { values("50"); } } internal_power() {  when : "!B";',
  );
  const source = parseLiberty(mixed, 'mixed.lib');
  const cells: Cells = { both: ['AND2', { A: 'a', B: 'b', Y: 'y' }] };
  const pin = (mode: UnconditionalPower, b: string) =>
    run('events', { b, a: '010' }, ['y'], cells, mode, source).picojoules.internal;

  test('stand for the other conditions by default, and add up when asked to', () => {
    expect(mixed).not.toBe(smallLiberty);
    expect(pin('default', '000')).toBeCloseTo(0.5 + 0.25, 6);
    expect(pin('add', '000')).toBeCloseTo(0.75 + 150, 6);
    // With b = 1 the output moves too (1 and 2 pJ; b itself draws nothing).
    expect(pin('default', '111')).toBeCloseTo(150 + 3, 6);
  });

  test('of an output are averaged with the conditional ones when asked to', () => {
    const text = smallLiberty.replace(
      'function : "A^B";',
      'function : "A^B"; internal_power() { related_pin : "A"; rise_power(scalar) { values("20"); } fall_power(scalar) { values("30"); } }',
    );
    expect(text).not.toBe(smallLiberty);
    const odd: Cells = { odd: ['XOR2', { A: 'a', B: 'b', Y: 'y' }] };
    const output = (how: UnconditionalPower, b: string) =>
      run('events', { b, a: '010' }, ['y'], odd, how, parseLiberty(text)).picojoules.internal;
    // y rises and falls through A: 2 pJ each while B is low, 1 pJ each while B is high (and 4 pJ for B's own edge).
    expect(output('default', '000')).toBeCloseTo(4, 6);
    expect(output('add', '000')).toBeCloseTo((2 + 20) / 2 + (2 + 30) / 2, 6);
    expect(output('default', '111')).toBeCloseTo(4 + 2, 6);
    expect(output('add', '111')).toBeCloseTo(4 + (1 + 20) / 2 + (1 + 30) / 2, 6);
  });
});

describe('energy', () => {
  test('parts sum to the total; the clock tree counts beyond the pins; leakage follows the inputs', () => {
    const cells: Cells = { both: ['AND2', { A: 'a', B: 'b', Y: 'y' }], held: ['DFF', { CK: 'clk', D: 'y', Q: 'q' }] };
    const netlist = readMappedNetlist(smallNetlist({ inputs: ['clk', 'a', 'b'], outputs: ['q'] }, cells), [library]);
    const times = timing(netlist, { wires: { cellPitches: 4, faradsPerMetre: 1e-10 } });
    const number = (name: string): number => netlist.netNames.indexOf(name);
    const stimulus: Stimulus = (cycle, set) => {
      set(number('a'), -1);
      set(number('b'), cycle % 4 === 0 ? -1 : 0);
    };
    const activity = simulateEvents(netlist, times, instanceTables(netlist, times), { cycles: 8, stimulus, period });
    const energy = energyOf(netlist, times, activity, { period, clockTree: 4 });
    const { total, ...parts } = energy;
    expect(Object.values(parts).reduce((sum, { total: part }) => sum + part, 0)).toBeCloseTo(total.total, 20);
    expect(energy.clockTree.total * 1e12).toBeCloseTo(3 * 2 * 0.04, 9);
    // a is always 1, b in a quarter of the cycles: 10 nW there, 2 nW else, and 4 nW for the flop.
    expect(energy.leakage.total * 1e12).toBeCloseTo((0.25 * 10 + 0.75 * 2 + 4) * 1e-9 * period * 1e12, 9);
    // Wires: 4 sqrt(3.5) µm at 0.1 fF/µm per sink; a moves once, b four times, y four times, all with one sink.
    expect(energy.wires.total * 8 * 1e12).toBeCloseTo(9 * 2 * 4 * Math.sqrt(3.5) * 1e-4, 9);
    expect(() => energyOf(netlist, times, activity, { period, clockTree: 0.5 })).toThrow(
      'gate-level energy: a period of 1e-7 s with a clock tree of 0.5 x the clock pins has no energy; give a period above 0 and a clock tree of at least 1 [GATE_OPTION]',
    );
  });

  test('without any movement only clock and leakage are left', () => {
    const cells: Cells = { held: ['DFF', { CK: 'clk', D: 'd', Q: 'q' }], out: ['INV', { A: 'q', Y: 'y' }] };
    const { picojoules } = run('events', { clk: 'clock', d: '0000' }, ['y'], cells);
    expect(picojoules).toMatchObject({ switching: 0, internal: 0, wires: 0 });
    expect(picojoules.total).toBeCloseTo(picojoules.clock! + picojoules.leakage!, 12);
    expect(picojoules.clock).toBeGreaterThan(0);
    expect(picojoules.leakage).toBeGreaterThan(0);
  });
});
