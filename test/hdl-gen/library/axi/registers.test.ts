import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { design } from '../../../../hdl-gen/lang/module.ts';
import { type RegisterEntry, type RegisterMap, registerWords } from '../../../../hdl-gen/library/axi/register-map.ts';
import { registerHeader, registerTable } from '../../../../hdl-gen/library/axi/register-text.ts';
import { AxiRegisters } from '../../../../hdl-gen/library/axi/registers.ts';
import { replay } from '../../../../scripts/testing/replay.ts';
import { type BenchRun, bench } from '../../../../sim/bench/bench.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { type AxiModel, axiHost, okay, slaveError } from '../../../support/axi-host.ts';
import { flatModule } from '../../../support/flat-module.ts';
import { type Random, seededRandom } from '../../../support/random.ts';
import { needTool } from '../../../support/tools.ts';
import { lint } from '../../../support/verilog.ts';

const map: RegisterMap = {
  addressBits: 8,
  entries: [
    { kind: 'constant', name: 'id', address: 0, words: [0xdeadbeef], meaning: 'who it is' },
    {
      kind: 'fields',
      name: 'setup',
      address: 4,
      meaning: 'what is set',
      fields: [
        { name: 'on', low: 0, width: 1, access: 'setting', reset: 1, meaning: 'switch' },
        { name: 'level', low: 5, width: 14, access: 'setting', reset: 0x1234, meaning: 'across three bytes' },
        { name: 'fire', low: 22, width: 4, access: 'command', meaning: 'across two bytes' },
        { name: 'wipe', low: 31, width: 1, access: 'command', meaning: 'clears' },
      ],
    },
    {
      kind: 'fields',
      name: 'seen',
      address: 12,
      meaning: 'what is there',
      fields: [
        { name: 'now', low: 0, width: 7, access: 'status', meaning: 'as it is' },
        { name: 'bad', low: 8, width: 3, access: 'sticky', clearedBy: 'wipe', meaning: 'as it was' },
      ],
    },
    { kind: 'constant', name: 'words', address: 0x20, words: [1, 0xffffffff, 3], meaning: 'three of them' },
    { kind: 'counter', name: 'ticks', address: 0x40, clearedBy: 'wipe', meaning: 'counts' },
    {
      kind: 'fields',
      name: 'wide',
      address: 0xfc,
      meaning: 'whole',
      fields: [{ name: 'all', low: 0, width: 32, access: 'setting', meaning: 'all bits' }],
    },
  ],
};
const Block = flatModule(design(AxiRegisters('block_registers', map)));

/** The registers in plain numbers. */
function blockModel() {
  const state = { on: 1, level: 0x1234, all: 0, bad: 0, ticks: 0n, high: 0, fire: 0, wipe: 0, now: 0 };
  const model: AxiModel = {
    write({ address, data, strobe }) {
      const at = address & ~3;
      let bits = 0;
      for (const byte of [0, 1, 2, 3]) if ((strobe >> byte) & 1) bits |= 0xff << (8 * byte);
      const put = (before: number, low: number, width: number): number => {
        const field = 2 ** width - 1;
        const written = (bits >>> low) & field;
        return ((before & ~written) | ((data >>> low) & written)) >>> 0;
      };
      if (at === 4) {
        state.on = put(state.on, 0, 1);
        state.level = put(state.level, 5, 14);
        state.fire = put(0, 22, 4);
        state.wipe = put(0, 31, 1);
      }
      if (at === 0xfc) state.all = put(state.all, 0, 32);
      return registerWords(map).some((word) => word.address === at) ? okay : slaveError;
    },
    read(address) {
      const at = address & ~3;
      const known = registerWords(map).some((word) => word.address === at);
      if (at === 0x40) state.high = Number(state.ticks >> 32n);
      const data: Record<number, number> = {
        0: 0xdeadbeef,
        4: state.on | (state.level << 5),
        12: state.now | (state.bad << 8),
        32: 1,
        36: 0xffffffff,
        40: 3,
        64: Number(state.ticks & 0xffffffffn),
        68: state.high,
        252: state.all,
      };
      return { data: data[at] ?? 0, response: known ? okay : slaveError };
    },
  };
  return { ...model, state };
}

const interesting = [0, 4, 5, 12, 0x20, 0x24, 0x28, 0x40, 0x44, 0xfc, 0xff, 8, 0x48, 0x80];

function draw(random: Random, host: ReturnType<typeof axiHost>): void {
  const address = interesting[random.integer(0, interesting.length - 1)]!;
  const data = random.integer(0, 0xffff) * 0x10000 + random.integer(0, 0xffff);
  if (random.fraction() < 0.5) host.write(address, data, random.integer(0, 15));
  else host.read(address);
  // The two words of a counter.
  if (random.fraction() < 0.2) for (const at of [0x40, 0x44]) host.read(at);
}

/** Clocks in which something may be asked. */
const clocks = 400;

function run(seed: number): BenchRun {
  const random = seededRandom(seed);
  const model = blockModel();
  const { state } = model;
  return bench(Block, function* (dut) {
    const host = axiHost(dut, random, model);
    for (let clock = 0; clock < clocks || !host.done; clock++) {
      if (clock < clocks && random.fraction() < 0.3) draw(random, host);
      const given = {
        now: random.integer(0, 127),
        bad: random.fraction() < 0.05 ? 1 << random.integer(0, 2) : 0,
        ticks: random.integer(0, 1),
      };
      for (const [name, value] of Object.entries(given)) dut.setPort(name, value);
      host.before();
      yield;
      state.now = given.now;
      // The commands of the write whose response appeared are 1 in this clock.
      state.fire = 0;
      state.wipe = 0;
      host.after();
      expect({ clock, on: dut.getPort('on'), level: dut.getPort('level'), all: dut.getPort('all') }).toEqual({
        clock,
        on: state.on,
        level: state.level,
        all: state.all,
      });
      expect({ clock, fire: dut.getPort('fire'), wipe: dut.getPort('wipe') }).toEqual({
        clock,
        fire: state.fire,
        wipe: state.wipe,
      });
      state.bad = state.wipe === 1 ? 0 : state.bad | given.bad;
      state.ticks = state.wipe === 1 ? 0n : BigInt.asUintN(64, state.ticks + BigInt(given.ticks));
    }
  });
}

test.each(Array.from({ length: 100 }, (_, seed) => seed + 1))(
  'seed %i: every read gives what a plain model gives, whatever waits on the five channels',
  (seed) => {
    expect(run(seed).clocks).toBeGreaterThanOrEqual(clocks);
  },
);

test('the two words of a counter are of one clock, though it overflows between the reads', () => {
  const simulator = createSimulator(elaborate(design(AxiRegisters('block_registers', map))));
  const { netlist } = simulator;
  for (const { name } of netlist.inputs) simulator.set(name, 0);
  const low = netlist.registers.find(({ name }) => name === 'ticks_count')!;
  const values: number[] = [];
  const readWord = (address: number): number => {
    simulator.set('s_axi_araddr', address);
    simulator.set('s_axi_arvalid', 1);
    simulator.cycle();
    simulator.set('s_axi_arvalid', 0);
    simulator.set('s_axi_rready', 1);
    simulator.cycle();
    return Number(simulator.port('s_axi_rdata').read());
  };
  simulator.set('ticks', 1);
  for (const [start, before] of [
    [0xfffffffdn, 0],
    [0x2_ffffffffn, 2],
  ] as const) {
    simulator.poke(low.name, start);
    values.push(readWord(0x40) >>> 0, readWord(0x44));
    expect(values).toEqual([Number(start & 0xffffffffn), before]);
    expect(simulator.peek(low.name)).toBeGreaterThan(start | 0xffffffffn);
    values.length = 0;
  }
});

const runs = () => [3, 4, 5].map(run);
for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(
    name,
    `${name}: every output at every clock is that of the embedded simulator, -Wall is silent`,
    async (tool) => {
      expect((await replay(tool, runs())).mismatches).toEqual([]);
      expect(await lint(design(Block), { [name]: tool.path })).toBe('');
    },
  );
}

describe('texts of the map', () => {
  test('table', () => {
    expect(registerTable(map)).toMatchInlineSnapshot(`
      "| address | register | bits | field | access | meaning |
      |---|---|---|---|---|---|
      | 0x00 | \`id\` | 31:0 | | read | who it is |
      | 0x04 | \`setup\` | | | | what is set |
      | | | 0 | \`on\` | read, write | switch; after reset 1 |
      | | | 18:5 | \`level\` | read, write | across three bytes; after reset 4660 |
      | | | 25:22 | \`fire\` | write 1 | across two bytes |
      | | | 31 | \`wipe\` | write 1 | clears |
      | 0x0C | \`seen\` | | | | what is there |
      | | | 6:0 | \`now\` | read | as it is |
      | | | 10:8 | \`bad\` | read | as it was |
      | 0x20 | \`words_0\` | 31:0 | | read | three of them |
      | 0x24 | \`words_1\` | 31:0 | | read | the next word |
      | 0x28 | \`words_2\` | 31:0 | | read | the next word |
      | 0x40 | \`ticks_low\` | 31:0 | | read | counts |
      | 0x44 | \`ticks_high\` | 31:0 | | read | high word, as it was when the low word was read |
      | 0xFC | \`wide\` | | | | whole |
      | | | 31:0 | \`all\` | read, write | all bits; after reset 0 |
      "
    `);
  });
  test('C header', () => {
    expect(registerHeader(map, 'block', 'Registers of a block')).toMatchInlineSnapshot(`
      "/* Registers of a block */
      #ifndef BLOCK_REGISTERS_H
      #define BLOCK_REGISTERS_H

      #define BLOCK_ID 0x00u /* who it is */
      #define BLOCK_ID_VALUE 0xDEADBEEFu
      #define BLOCK_SETUP 0x04u /* what is set */
      #define BLOCK_SETUP_ON_SHIFT 0
      #define BLOCK_SETUP_ON_MASK 0x00000001u /* switch */
      #define BLOCK_SETUP_LEVEL_SHIFT 5
      #define BLOCK_SETUP_LEVEL_MASK 0x0007FFE0u /* across three bytes */
      #define BLOCK_SETUP_FIRE_SHIFT 22
      #define BLOCK_SETUP_FIRE_MASK 0x03C00000u /* across two bytes */
      #define BLOCK_SETUP_WIPE_SHIFT 31
      #define BLOCK_SETUP_WIPE_MASK 0x80000000u /* clears */
      #define BLOCK_SEEN 0x0Cu /* what is there */
      #define BLOCK_SEEN_NOW_SHIFT 0
      #define BLOCK_SEEN_NOW_MASK 0x0000007Fu /* as it is */
      #define BLOCK_SEEN_BAD_SHIFT 8
      #define BLOCK_SEEN_BAD_MASK 0x00000700u /* as it was */
      #define BLOCK_WORDS_0 0x20u /* three of them */
      #define BLOCK_WORDS_0_VALUE 0x00000001u
      #define BLOCK_WORDS_1 0x24u /* the next word */
      #define BLOCK_WORDS_1_VALUE 0xFFFFFFFFu
      #define BLOCK_WORDS_2 0x28u /* the next word */
      #define BLOCK_WORDS_2_VALUE 0x00000003u
      #define BLOCK_TICKS_LOW 0x40u /* counts */
      #define BLOCK_TICKS_HIGH 0x44u /* high word, as it was when the low word was read */
      #define BLOCK_WIDE 0xFCu /* whole */
      #define BLOCK_WIDE_ALL_SHIFT 0
      #define BLOCK_WIDE_ALL_MASK 0xFFFFFFFFu /* all bits */

      #endif
      "
    `);
  });
});

describe('mistakes in a map', () => {
  const entry = (name: string, address: number): RegisterEntry => ({
    kind: 'constant',
    name,
    address,
    words: [0],
    meaning: '',
  });
  const bit = (name: string, low: number) => ({ name, low, width: 2, access: 'status', meaning: '' }) as const;
  test.each<readonly [string, readonly RegisterEntry[], string]>([
    [
      'unaligned',
      [entry('a', 2)],
      'a: address 2 is no word of 8 address bits; give a multiple of 4 inside [REGISTER_MAP]',
    ],
    [
      'outside',
      [entry('a', 256)],
      'a: address 256 is no word of 8 address bits; give a multiple of 4 inside [REGISTER_MAP]',
    ],
    ['twice', [entry('a', 4), entry('b', 4)], 'b: address 4 is that of a; give every word its own [REGISTER_MAP]'],
    [
      'overlap',
      [{ kind: 'fields', name: 'f', address: 0, meaning: '', fields: [bit('x', 0), bit('y', 1)] }],
      'f.y: bits 2 to 1 overlap others or leave the word; list the fields from bit 0 up, each in bits of its own [REGISTER_MAP]',
    ],
    [
      'clear',
      [{ kind: 'counter', name: 'c', address: 0, clearedBy: 'nothing', meaning: '' }],
      "c: it is cleared by 'nothing', which is no command; use one of  [REGISTER_MAP]",
    ],
  ])('%s', (_, entries, message) => {
    expect(() => AxiRegisters('wrong', { addressBits: 8, entries })).toThrow(message);
  });
});
