import { describe, expect, test } from 'vitest';
import { parseLiberty } from '../../../../sim/cost/gate/liberty/parse.ts';
import { criticalPaths } from '../../../../sim/cost/gate/paths.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { type TimingOptions, timing } from '../../../../sim/cost/gate/timing.ts';
import { smallLiberty } from '../../../support/small-liberty.ts';
import { smallNetlist } from '../../../support/small-netlist.ts';

const library = parseLiberty(smallLiberty, 'small.lib');
type Cells = Parameters<typeof smallNetlist>[1];

function paths(ports: Parameters<typeof smallNetlist>[0], cells: Cells, options: TimingOptions = {}) {
  const netlist = readMappedNetlist(smallNetlist(ports, cells), [library]);
  return criticalPaths(netlist, timing(netlist, options));
}

/** Register -> inverter -> register, as in the library: d = 1 (rise) or 2 (fall) + slew + 10 load, slew = 0.5 + load. */
const loop: Cells = {
  first: ['DFF', { CK: 'clk', D: 'd', Q: 'count' }],
  gate: ['INV', { A: 'count', Y: 'next' }],
  second: ['DFF', { CK: 'clk', D: 'next', Q: 'q' }],
};
const ports = { inputs: ['clk', 'd'], outputs: ['q'] };

describe('static timing', () => {
  test('a path from register to register equals the sum on paper', () => {
    const { registerToRegister: path, minimumPeriod, maximumFrequency } = paths(ports, loop);
    // CK -> count rise: 1 + 0 + 10 x 0.01 = 1.1 ns, slew 0.51; fall: 2.1 ns, slew 0.51.
    // next rises after count falls: 2.1 + 1 + 0.51 + 0.1 = 3.71 ns + 0.25 setup; falls: 1.1 + 2 + 0.51 + 0.1 = 3.71 + 0.5.
    expect(minimumPeriod * 1e9).toBeCloseTo(4.21, 9);
    expect(maximumFrequency).toBeCloseTo(1 / 4.21e-9, 0);
    expect(path).toMatchObject({ from: 'count', to: 'q' });
    expect(path!.stages.map(({ net, edge, cell }) => [net, edge, cell])).toEqual([
      ['count', 'rise', 'DFF'],
      ['next', 'fall', 'INV'],
    ]);
    expect(path!.stages.map(({ delay }) => Math.round(delay * 1e15))).toEqual([1_100_000, 2_610_000]);
    expect(path!.setup).toBe(0.5e-9);
  });

  test('a path to a register of the other clock edge has half a period', () => {
    const half: Cells = { ...loop, second: ['DFFN', { CKN: 'clk', D: 'next', Q: 'q' }] };
    expect(paths(ports, half).minimumPeriod * 1e9).toBeCloseTo(2 * 4.21, 9);
    const both: Cells = { ...half, first: ['DFFN', { CKN: 'clk', D: 'd', Q: 'count' }] };
    expect(paths(ports, both).minimumPeriod * 1e9).toBeCloseTo(4.21, 9);
  });

  test('a rising and a falling edge may see different pins', () => {
    const text = smallLiberty.replace(
      'pin(D) { direction : input; capacitance : 0.01;',
      'pin(D) { direction : input; capacitance : 0.01; rise_capacitance : 0.02; fall_capacitance : 0.005;',
    );
    expect(text).not.toBe(smallLiberty);
    const netlist = readMappedNetlist(smallNetlist(ports, loop), [parseLiberty(text)]);
    // next falls: 3.71 + 0.5 at the mean, 10 x 0.005 less now; next rises: 3.71 + 0.25, 10 x 0.01 more.
    expect(criticalPaths(netlist, timing(netlist)).minimumPeriod * 1e9).toBeCloseTo(4.16, 9);
  });

  test('registers that Yosys renamed after their nets keep those names', () => {
    const renamed = Object.fromEntries(
      Object.entries(loop).map(([name, cell]) => [
        { first: 'sum[3]$_SDFF_PP0_', second: 'done$_DFF_P_' }[name] ?? name,
        cell,
      ]),
    );
    expect(paths(ports, renamed).registerToRegister).toMatchObject({ from: 'sum[3]', to: 'done' });
  });

  test('wires add load; the clock and the inputs bring their slews', () => {
    // 12 µm² in 3 cells of which the mean is 11/3; two pitches of sqrt(11/3) µm at 1 fF/µm.
    const wires = { cellPitches: 2, faradsPerMetre: 1e-9 };
    const load = 0.01 + (2 * Math.sqrt(11 / 3)) / 1000;
    const slew = 0.5 + load;
    const { minimumPeriod } = paths(ports, loop, { wires, clockSlew: 0.25e-9 });
    expect(minimumPeriod * 1e9).toBeCloseTo(0.25 + 1 + 10 * load + 2 + slew + 10 * load + 0.5, 9);
    const { inputToRegister } = paths(ports, loop, { inputSlew: 3e-9 });
    expect(inputToRegister).toMatchObject({ from: 'd', to: 'count' });
    expect(inputToRegister!.required * 1e9).toBeCloseTo(0.5, 9);
  });

  test('a design without registers has paths from input to output only', () => {
    const found = paths(
      { inputs: ['a', 'b'], outputs: ['y'] },
      {
        gate: ['XOR2', { A: 'a', B: 'b', Y: 'n' }],
        last: ['INV', { A: 'n', Y: 'y' }],
      },
    );
    expect(found.registerToRegister).toBeNull();
    expect(found.maximumFrequency).toBe(Number.POSITIVE_INFINITY);
    // n: 2 + 0.1 (fall), slew 0.51; y rises: + 1 + 0.51 + 0 = 3.61; y falls after n rises: 1.1 + 2 + 0.51 = 3.61.
    expect(found.inputToOutput!.required * 1e9).toBeCloseTo(3.61, 9);
  });

  test('a clock gate and clock buffers belong to an ideal clock', () => {
    const gated: Cells = {
      ...loop,
      enable: ['DFF', { CK: 'clk', D: 'd', Q: 'en' }],
      gating: ['GATE', { CK: 'clk', E: 'en', GCK: 'gclk' }],
      first: ['DFF', { CK: 'gclk', D: 'd', Q: 'count' }],
    };
    const netlist = readMappedNetlist(smallNetlist(ports, gated), [library]);
    const { clock } = timing(netlist);
    const names = netlist.netNames.filter((_, net) => clock.isClock[net] === 1);
    expect(names.sort()).toEqual(['clk', 'gclk']);
    expect(paths(ports, gated).minimumPeriod * 1e9).toBeCloseTo(4.21, 9);
  });

  test('a loop of gates is named', () => {
    const circle: Cells = {
      a: ['AND2', { A: 'a', B: 'z', Y: 'y' }],
      b: ['INV', { A: 'y', Y: 'z' }],
    };
    expect(() => paths({ inputs: ['a'], outputs: ['y'] }, circle)).toThrow(
      /^module top: gates drive each other in a circle through (y -> z|z -> y); break the loop with a register \[GATE_LOOP\]$/,
    );
  });

  test('two possible clocks, or a wrong one, are not guessed at', () => {
    const two: Cells = { ...loop, second: ['DFF', { CK: 'other', D: 'next', Q: 'q' }] };
    const both = { inputs: ['clk', 'other', 'd'], outputs: ['q'] };
    expect(() => paths(both, two)).toThrow(
      'module top: clk, other could be the clock; name the clock port [GATE_CLOCK]',
    );
    expect(() => paths(both, two, { clock: 'd' })).toThrow(
      'module top: no register is clocked by a port "d"; name one of: clk, other [GATE_CLOCK]',
    );
  });
});

describe('a mapped netlist', () => {
  const read = (document: unknown) => () => readMappedNetlist(document, [library]);
  const inverter = (pins: Record<string, string>, type = 'INV') =>
    smallNetlist({ inputs: ['a'], outputs: ['y'] }, { gate: [type, pins] });

  test.each([
    [
      'no netlist',
      {},
      'the netlist: it has no "modules"; write it with `write_json` of Yosys after `flatten` and mapping [GATE_NETLIST]',
    ],
    [
      'a generic cell',
      inverter({ A: 'a', Y: 'y' }, '$_NOT_'),
      'module top, cell gate: its type "$_NOT_" is a generic cell of Yosys that was not mapped; map the design with the libraries that are given here (dfflibmap, abc -liberty, flatten) [GATE_NETLIST]',
    ],
    [
      'an unknown cell',
      inverter({ A: 'a', Y: 'y' }, 'INVX'),
      'module top, cell gate: its type "INVX" is not in the library; map the design with the libraries that are given here (dfflibmap, abc -liberty, flatten) [GATE_NETLIST]',
    ],
    [
      'an undefined value',
      inverter({ A: 'x', Y: 'y' }),
      'module top, cell gate, pin A: it is connected to the undefined value "x"; run `setundef -zero` before `write_json` [GATE_NETLIST]',
    ],
    [
      'an open input',
      inverter({ Y: 'y' }),
      'module top, cell gate: its input A is not connected; connect it, or tie it to a constant [GATE_NETLIST]',
    ],
    [
      'an undriven net',
      inverter({ A: 'n', Y: 'y' }),
      'module top, net n: it is read but nothing drives it; run `setundef -zero -undriven` before mapping [GATE_NETLIST]',
    ],
    [
      'two drivers',
      inverter({ A: 'y', Y: 'a' }),
      'module top, net a: it has two drivers; remove one of them [GATE_NETLIST]',
    ],
    [
      'a tri-state',
      inverter({ A: 'a', E: 'a', Y: 'y' }, 'BUFZ'),
      'module top, cell gate: BUFZ is a tri-state cell; map the design without tri-state cells [GATE_NETLIST]',
    ],
  ])('with %s is refused in one sentence', (_, document, message) => {
    expect(read(document)).toThrow(message);
  });

  test('names of bits and area come from the document', () => {
    const document = {
      modules: {
        top: {
          ports: { bus: { direction: 'input', bits: [2, 3] }, y: { direction: 'output', bits: [4] } },
          cells: { gate: { type: 'AND2', connections: { A: [2], B: [3], Y: [4] } } },
          netnames: {
            $hidden: { hide_name: 1, bits: [4] },
            bus: { hide_name: 0, bits: [2, 3], offset: 4 },
            longer_name: { hide_name: 0, bits: [4] },
            y: { hide_name: 0, bits: [4] },
          },
        },
      },
    };
    const netlist = readMappedNetlist(document, [library]);
    expect(netlist.netNames).toEqual(["1'0", "1'1", 'bus[4]', 'bus[5]', 'y']);
    expect(netlist.area).toBe(2);
  });
});
