import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { parseDesign } from '../../../hdl-gen/ir/parse-design.ts';
import { printDesign } from '../../../hdl-gen/ir/print-design.ts';
import { ram, rom } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { placeMemories } from '../../../hdl-gen/memory/place.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint, type Row, runIcarusRows, runNetlistRows } from '../../support/verilog.ts';

const devices = ['ice40', 'ecp5', 'xc7'] as const;
const words = 1040;
const lanes = 5;

/** Tables whose sizes fill blocks badly, one of them of records, and a FIFO's memory. */
const tables = design(
  module(
    'tables',
    {
      in: { at: uint(11), narrow: uint(9), on: bool, push: bool, data: uint(8), slot: uint(4) },
      out: {
        weight: vec(lanes, sint(7)),
        scaling: record({ scale: uint(21), shift: sint(6) }),
        gain: vec(10, uint(4)),
        head: uint(8),
      },
    },
    ({ at, narrow, on, push, data, slot }) => {
      const random = seededRandom(17);
      const weights = rom(
        'weights',
        vec(lanes, sint(7)),
        words,
        Int8Array.from({ length: words * lanes }, () => random.integer(-64, 63)),
      );
      const both = rom('both', record({ scale: uint(21), shift: sint(6) }), 300, {
        scale: Int32Array.from({ length: 300 }, () => random.integer(0, 2 ** 21 - 1)),
        shift: Int8Array.from({ length: 300 }, () => random.integer(-32, 31)),
      });
      const gains = rom(
        'gains',
        vec(10, uint(4)),
        512,
        Uint8Array.from({ length: 5120 }, () => random.integer(0, 15)),
      );
      const fifo = ram('fifo', uint(8), 12, { contents: new Uint8Array(12) });
      fifo.write(slot, data, { enable: push });
      return {
        weight: weights.read(at, { enable: on }),
        scaling: both.read(narrow),
        gain: gains.read(narrow),
        head: fifo.read(slot, { enable: on }),
      };
    },
  ),
);

/** Every address of both tables once, the enable and the FIFO at random. */
function rows(): Row[] {
  const random = seededRandom(3);
  const bits = (most: number) => BigInt(random.integer(0, most));
  return Array.from({ length: words + 200 }, (_, clock) => {
    const at = clock < words ? clock : random.integer(0, words - 1);
    // All words are read at the start.
    const on = clock < words ? 1n : bits(1);
    return [BigInt(at), BigInt(at % 300), on, bits(1), bits(255), bits(11)];
  });
}

const shapesIn = ({ modules }: Design) =>
  modules[0]!.memories.map(({ name, depth, width, style }) => `${name} ${depth}x${width} ${style}`);

const expected = {
  ice40: [
    'gains 512x40 block',
    'fifo 12x8 registers',
    'weights_0 1024x35 block',
    'weights_1 16x35 distributed',
    'both_0 256x27 block',
    'both_1 44x27 distributed',
  ],
  ecp5: [
    'both 300x27 block',
    'fifo 12x8 distributed',
    'weights_0 1024x35 block',
    'weights_1 16x35 distributed',
    'gains_0 512x36 block',
    'gains_1 512x4 distributed',
  ],
  xc7: [
    'both 300x27 distributed',
    'fifo 12x8 distributed',
    'weights_0 1024x35 block',
    'weights_1 16x35 distributed',
    'gains_0 512x36 block',
    'gains_1 512x4 distributed',
  ],
};

describe.each(devices)('%s', async (device) => {
  const placed = placeMemories(tables, device);

  test('tables are cut, and every word comes out in the same clock', () => {
    const given = rows();
    expect(shapesIn(placed)).toEqual(expected[device]);
    expect(runNetlistRows(placed, given)).toEqual(runNetlistRows(tables, given));
  });

  test('the printed form keeps the styles', () => {
    const text = printDesign(placed);
    expect(printDesign(parseDesign(text))).toBe(text);
    expect(shapesIn(parseDesign(text))).toEqual(shapesIn(placed));
  });

  test('Verilog says the style of every memory in front of it', () => {
    const { text } = emitVerilog(placed).files[0]!;
    for (const { name, kind, style } of placed.modules[0]!.memories) {
      const attribute = new RegExp(`\\(\\* (.*) \\*\\)\\n {2}reg \\[\\d+:0\\] ${name} \\[0:`).exec(text)?.[1];
      const vivado = kind === 'rom' && style !== 'block' ? 'rom_style = "distributed"' : `${kind}_style = "${style}"`;
      expect(attribute).toContain(vivado);
    }
  });

  await needTool('iverilog', 'Icarus: the emitted text does the same', async ({ path }) => {
    const given = rows();
    expect(await runIcarusRows(placed, given, path)).toEqual(runNetlistRows(tables, given));
  });

  await needTool('verilator', 'Verilator -Wall is silent', async ({ path }) => {
    expect(await lint(placed, { verilator: path })).toBe('');
  });
});

test('a table with two read ports stays as it is', () => {
  const twice = design(
    module('twice', { in: { at: uint(9), other: uint(9) }, out: { y: uint(9), z: uint(9) } }, ({ at, other }) => {
      const table = rom('links', uint(9), 512, new Uint16Array(512));
      return { y: table.read(at), z: table.read(other, { name: 'second_q' }) };
    }),
  );
  expect(placeMemories(twice, 'ice40')).toEqual(twice);
});
