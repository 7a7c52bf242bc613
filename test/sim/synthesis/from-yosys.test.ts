import { describe, expect, test } from 'vitest';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { netlistFromYosys } from '../../../sim/synthesis/netlist/from-yosys.ts';
import { flipFlopOf } from '../../../sim/synthesis/netlist/gates.ts';

type Cells = Readonly<
  Record<string, { readonly type: string; readonly connections: object; readonly parameters?: object }>
>;

/** Inputs a, b, c, d, r and e are bits 2 to 7, the clock is 8, the output y is bit 9 unless told otherwise. */
const moduleOf = (cells: Cells, more: object = {}, y: readonly unknown[] = [9]): string => {
  const inputs = ['a', 'b', 'c', 'd', 'r', 'e', 'clk'].map((name, at) => [
    name,
    { direction: 'input', bits: [2 + at] },
  ]);
  const ports = { ...Object.fromEntries(inputs), y: { direction: 'output', bits: y } };
  return JSON.stringify({ modules: { top: { ports, cells, netnames: {}, ...more } } });
};
const bit = (value: boolean | number): number => (value ? 1 : 0);

/** As the manual of Yosys defines them. */
const truths: Readonly<Record<string, (a: number, b: number, c: number, d: number) => number>> = {
  $_BUF_: (a) => a,
  $_NOT_: (a) => bit(!a),
  $_AND_: (a, b) => a & b,
  $_OR_: (a, b) => a | b,
  $_XOR_: (a, b) => a ^ b,
  $_NAND_: (a, b) => bit(!(a && b)),
  $_NOR_: (a, b) => bit(!(a || b)),
  $_XNOR_: (a, b) => bit(a === b),
  $_ANDNOT_: (a, b) => bit(a && !b),
  $_ORNOT_: (a, b) => bit(a || !b),
  $_MUX_: (a, b, s) => (s ? b : a),
  $_NMUX_: (a, b, s) => bit(!(s ? b : a)),
  $_AOI3_: (a, b, c) => bit(!((a && b) || c)),
  $_OAI3_: (a, b, c) => bit(!((a || b) && c)),
  $_AOI4_: (a, b, c, d) => bit(!((a && b) || (c && d))),
  $_OAI4_: (a, b, c, d) => bit(!((a || b) && (c || d))),
};

test.each(Object.keys(truths))('%s on all inputs', (type) => {
  const select = /MUX/.test(type);
  const connections = { A: [2], B: [3], [select ? 'S' : 'C']: [4], D: [5], Y: [9] };
  const simulator = createSimulator(netlistFromYosys(moduleOf({ gate: { type, connections } }), 'top'));
  for (let value = 0; value < 16; value++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((at) => (value >> at) & 1) as [number, number, number, number];
    simulator.set('a', a);
    simulator.set('b', b);
    simulator.set('c', c);
    simulator.set('d', d);
    simulator.settle();
    expect([value, Number(simulator.get('y'))]).toEqual([value, truths[type]!(a, b, c, d)]);
  }
});

/** What a flip-flop holds after an edge. */
const steps: Readonly<Record<string, (q: number, d: number, r: number, e: number) => number>> = {
  $_DFF_P_: (_, d) => d,
  $_DFFE_PP_: (q, d, _, e) => (e ? d : q),
  $_DFFE_PN_: (q, d, _, e) => (e ? q : d),
  $_SDFF_PP0_: (_, d, r) => (r ? 0 : d),
  $_SDFF_PN1_: (_, d, r) => (r ? d : 1),
  $_SDFFE_PP0P_: (q, d, r, e) => (r ? 0 : e ? d : q),
  $_SDFFE_PN1N_: (q, d, r, e) => (r ? (e ? q : d) : 1),
  $_SDFFCE_PP1P_: (q, d, r, e) => (e ? (r ? 1 : d) : q),
  $_SDFFCE_PN0N_: (q, d, r, e) => (e ? q : r ? d : 0),
};

test.each(Object.keys(steps))('%s from every state', (type) => {
  const connections = { C: [8], D: [5], R: [6], E: [7], Q: [9] };
  const simulator = createSimulator(netlistFromYosys(moduleOf({ flop: { type, connections } }), 'top'));
  for (let value = 0; value < 16; value++) {
    const [q, d, r, e] = [0, 1, 2, 3].map((at) => (value >> at) & 1) as [number, number, number, number];
    simulator.poke('flop', BigInt(q));
    simulator.set('d', d);
    simulator.set('r', r);
    simulator.set('e', e);
    simulator.cycle();
    expect([value, Number(simulator.peek('flop'))]).toEqual([value, steps[type]!(q, d, r, e)]);
  }
});

test.each([
  '$_DFF_N_',
  '$_DFF_PP0_',
  '$_DFFE_NP_',
  '$_SDFF_NP0_',
  '$_SDFF_PP0P_',
  '$_SDFFE_PP0_',
  '$_ALDFF_PP_',
  'DFF',
])('%s is no flip-flop of the rising edge with a synchronous reset', (type) => expect(flipFlopOf(type)).toBeNull());

const memory = (parameters: object = {}, connections: object = {}) => ({
  type: '$mem_v2',
  parameters: {
    ...{ ABITS: '1', SIZE: '10', WIDTH: '10', OFFSET: '0', RD_PORTS: '1', WR_PORTS: '1', INIT: '10x1' },
    ...{ RD_CLK_ENABLE: '1', RD_TRANSPARENCY_MASK: '0', RD_INIT_VALUE: 'xx', RD_WIDE_CONTINUATION: '0' },
    WR_WIDE_CONTINUATION: '0',
    ...parameters,
  },
  connections: {
    ...{ RD_CLK: [8], RD_ADDR: [2], RD_EN: [6], RD_DATA: [10, 11], RD_SRST: ['0'], RD_ARST: ['0'] },
    ...{ WR_CLK: [8], WR_ADDR: [3], WR_DATA: [4, 5], WR_EN: [7, '0'] },
    ...connections,
  },
});

describe('memories', () => {
  test('content, read with enable, and writes of some bits of a word', () => {
    const simulator = createSimulator(netlistFromYosys(moduleOf({ words: memory() }, {}, [10, 11]), 'top'));
    const read = (address: number): bigint => {
      simulator.set('a', address);
      simulator.set('r', 1);
      simulator.cycle();
      simulator.set('r', 0);
      simulator.cycle();
      return simulator.get('y');
    };
    expect([read(0), read(1)]).toEqual([1n, 2n]);
    // Only bit 0 can be written.
    for (const [name, value] of [
      ['b', 1],
      ['c', 1],
      ['d', 0],
      ['e', 1],
    ] as const)
      simulator.set(name, value);
    simulator.cycle();
    simulator.set('e', 0);
    expect([read(0), read(1)]).toEqual([1n, 3n]);
    simulator.set('a', 0);
    simulator.cycle();
    expect(simulator.get('y')).toBe(3n);
  });

  test.each([
    [{ RD_CLK_ENABLE: '0' }, {}, 'is read without a clock'],
    [{ RD_TRANSPARENCY_MASK: '1' }, {}, 'gives at a read what is written in the same clock'],
    [{}, { RD_SRST: [6] }, 'has a reset at a read port'],
    [{}, { RD_ARST: [6] }, 'has a reset at a read port'],
    [{ RD_INIT_VALUE: '01' }, {}, 'has a read port that does not start at 0'],
    [{ WR_WIDE_CONTINUATION: '1' }, {}, 'has a port that is wider than its words'],
    [{ OFFSET: '1' }, {}, 'does not start at address 0'],
    [{}, { WR_CLK: [7] }, 'has another clock'],
  ])('%j %j is refused', (parameters, connections, words) => {
    const text = moduleOf({ words: memory(parameters, connections) }, {}, [10, 11]);
    expect(() => netlistFromYosys(text, 'top')).toThrow(
      `words: memory ${words}; give a flat netlist of one clock in simple gates, as joulesmith synth --target generic -o FOLDER writes it [SYNTH_NETLIST]`,
    );
  });
});

test('names of the author and bits that start at 1', () => {
  const netnames = {
    'stage.sum': { hide_name: 0, bits: [9, 10], attributes: { init: '01' } },
    $auto$1: { hide_name: 1, bits: [9] },
  };
  const flop = (q: number) => ({ type: '$_DFF_P_', connections: { C: [8], D: [2], Q: [q] } });
  const netlist = netlistFromYosys(moduleOf({ one: flop(9), two: flop(10) }, { netnames }, [9, 10]), 'top');
  expect(netlist.registers.map(({ name, init }) => [name, init])).toEqual([
    ['stage.sum[0]', 1n],
    ['stage.sum[1]', null],
  ]);
  expect(netlist.inputs.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'r', 'e']);
});

test.each([
  ['{', /^top: the netlist of 1 characters is no JSON/],
  ['{"modules": {"other": {"ports": {}, "cells": {}, "netnames": {}}}}', /^top: has no module 'top', only other/],
  ['{"modules": 3}', /^top: \/modules: found 3/],
  [moduleOf({ lut: { type: 'SB_LUT4', connections: {} } }), /^lut: cells of type SB_LUT4 are not read/],
  [moduleOf({ gate: { type: '$_NOT_', connections: { A: [2] } } }), /^gate: cell of type \$_NOT_ has nothing at Y/],
  [moduleOf({}), /^bit 9: is driven by nothing/],
  [
    moduleOf({ gate: { type: '$_NOT_', connections: { A: [9], Y: [9] } } }),
    /^gate: is part of a loop without a flip-flop/,
  ],
  [
    moduleOf({ flop: { type: '$_DFF_P_', connections: { C: [2], D: [3], Q: [9] } } }),
    /^flop: flip-flop of type \$_DFF_P_ has another clock/,
  ],
])('%s is refused', (text, words) => {
  expect(() => netlistFromYosys(text, 'top')).toThrow(words);
});

test('wires inside become outputs on request; one that is not there is named', () => {
  const netnames = { inside: { hide_name: 0, bits: [10, 2] } };
  const cells = {
    one: { type: '$_NOT_', connections: { A: [3], Y: [10] } },
    two: { type: '$_NOT_', connections: { A: [10], Y: [9] } },
  };
  const simulator = createSimulator(netlistFromYosys(moduleOf(cells, { netnames }), 'top', { probes: ['inside'] }));
  simulator.set('a', 1);
  simulator.set('b', 1);
  simulator.settle();
  expect(Number(simulator.get('inside'))).toBe(2);
  expect(() => netlistFromYosys(moduleOf(cells, { netnames }), 'top', { probes: ['other'] })).toThrow(
    "top: has no wire 'other'",
  );
});
