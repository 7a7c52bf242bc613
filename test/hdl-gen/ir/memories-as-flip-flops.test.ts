import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDesign } from '../../../hdl-gen/ir/check.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { memoriesAsFlipFlops } from '../../../hdl-gen/ir/memories-as-flip-flops.ts';
import { ram, rom } from '../../../hdl-gen/lang/memory.ts';
import { design, module, unused } from '../../../hdl-gen/lang/module.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';
import { lint } from '../../support/verilog.ts';

interface Shape {
  readonly depth: number;
  readonly width: number;
  readonly lanes: number;
  readonly reads: number;
  readonly writes: number;
  readonly enables: boolean;
  readonly masks: boolean;
  readonly collision: 'oldData' | 'newData';
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  depth: fc.integer({ min: 1, max: 37 }),
  width: fc.integer({ min: 1, max: 40 }),
  lanes: fc.integer({ min: 1, max: 3 }),
  reads: fc.integer({ min: 1, max: 3 }),
  writes: fc.integer({ min: 1, max: 2 }),
  enables: fc.boolean(),
  masks: fc.boolean(),
  collision: fc.constantFrom('oldData', 'newData'),
});

/** A memory whose every port is a port of the module. */
function memoryOf({ depth, width, lanes, reads, writes, enables, masks, collision }: Shape): Design {
  const address = uint(Math.max(1, Math.ceil(Math.log2(depth))));
  const word = vec(lanes, sint(width));
  const read = record({ at: address, on: bool });
  const write = record({ at: address, on: bool, word, lanes: vec(lanes, bool) });
  return design(
    module(
      'around',
      { in: { reads: vec(reads, read), writes: vec(writes, write) }, out: { words: vec(reads, word) } },
      (given) => {
        const store = ram('store', word, depth, { collision });
        if (!enables) unused(...given.reads.map(({ on }) => on));
        if (!masks) unused(...given.writes.flatMap(({ lanes: kept }) => kept));
        for (const { at, on, word: data, lanes: kept } of given.writes)
          store.write(at, data, { enable: on, ...(masks ? { lanes: kept } : {}) });
        const words = given.reads.map(({ at, on }, port) =>
          store.read(at, { name: `q_${port}`, ...(enables ? { enable: on } : {}) }),
        );
        return { words };
      },
    ),
  );
}

/** What both give in every clock, on random values and addresses that name a word. */
function outputsOf(subject: Design, depth: number, clocks: number, seed: number): bigint[][] {
  const random = seededRandom(seed);
  const simulator = createSimulator(elaborate(subject));
  const { nodes, inputs, outputs } = simulator.netlist;
  const from = inputs
    .filter(({ name }) => name !== 'rst')
    .map(({ name, node }) => ({ name, width: nodes[node]!.width, port: simulator.port(name) }));
  return Array.from({ length: clocks }, () => {
    for (const { name, width, port } of from) {
      const bits = Array.from({ length: width }, () => random.integer(0, 1)).join('');
      port.writeBig(
        name.endsWith('_at') ? BigInt(random.integer(0, depth - 1)) : BigInt.asIntN(width, BigInt(`0b${bits}`)),
      );
    }
    simulator.cycle();
    return outputs.map(({ name }) => simulator.port(name).readBig());
  });
}

test('a memory of flip-flops gives in every clock what the memory gives: ports, enables, lanes, collisions, any depth', () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 10_000 }), (shape, seed) => {
      const plain = memoryOf(shape);
      const made = memoriesAsFlipFlops(plain, () => true);
      checkDesign(made);
      expect(made.modules.flatMap(({ memories }) => memories)).toEqual([]);
      const [own] = made.modules.filter(({ madeOf }) => madeOf === 'memory');
      expect(own!.registers.reduce((sum, { width }) => sum + width, 0)).toBe(
        (shape.depth + shape.reads) * shape.lanes * shape.width,
      );
      expect(outputsOf(made, shape.depth, 80, seed)).toEqual(outputsOf(plain, shape.depth, 80, seed));
    }),
    { numRuns: 60 },
  );
});

const twoAndTable = design(
  module(
    'around',
    { in: { at: uint(2), on: bool, data: uint(6) }, out: { a: uint(6), b: uint(6), c: uint(6), d: uint(6) } },
    ({ at, on, data }) => {
      const fixed = rom('fixed', uint(6), 4, Uint8Array.of(1, 2, 3, 4));
      const [one, other] = [ram('one', uint(6), 4), ram('other', uint(6), 4)];
      const [deep, begun] = [
        ram('deep', uint(6), 5),
        ram('begun', uint(6), 4, { contents: Uint8Array.of(9, 8, 7, 6) }),
      ];
      for (const store of [one, other, deep, begun]) store.write(at, data, { enable: on });
      const [a, b] = [one.read(at), other.read(at)];
      return { a, b, c: deep.read(at).xor(begun.read(at)), d: fixed.read(at) };
    },
  ),
);

test('memories alike are one module; ROMs, memories with initial words and those not asked for stay where they are', () => {
  const made = memoriesAsFlipFlops(twoAndTable, ({ depth }) => depth < 5);
  expect(made.modules.map(({ name }) => name)).toEqual(['flip_flops_4x6', 'around']);
  const around = made.modules.at(-1)!;
  expect(around.memories.map(({ name }) => name)).toEqual(['fixed', 'deep', 'begun']);
  expect(around.instances.map(({ name, module: of }) => [name, of])).toEqual([
    ['one', 'flip_flops_4x6'],
    ['other', 'flip_flops_4x6'],
  ]);
  expect(outputsOf(made, 4, 60, 1)).toEqual(outputsOf(twoAndTable, 4, 60, 1));
  expect(memoriesAsFlipFlops(twoAndTable, () => false)).toEqual(twoAndTable);
});

const unlike = design(
  module(
    'around',
    { in: { at: uint(2), on: bool, data: uint(6) }, out: { a: uint(6), b: uint(6), c: uint(6), d: uint(6) } },
    ({ at, on, data }) => {
      const [one, other] = [ram('one', uint(6), 4), ram('other', uint(6), 4)];
      const third = ram('third', uint(6), 4, { collision: 'newData' });
      for (const store of [one, other, third]) store.write(at, data, { enable: on });
      const [first, second] = [other.read(at, { name: 'first' }), other.read(at.addWrap(1), { name: 'second' })];
      return { a: one.read(at, { enable: on }), b: first, c: second, d: third.read(at, { enable: on }) };
    },
  ),
);

test('memories of one size with other ports or collisions are modules of their own', () => {
  const made = memoriesAsFlipFlops(unlike, () => true);
  expect(made.modules.map(({ name }) => name)).toEqual([
    'flip_flops_4x6',
    'flip_flops_4x6_1',
    'flip_flops_4x6_2',
    'around',
  ]);
  checkDesign(made);
  expect(outputsOf(made, 4, 60, 1)).toEqual(outputsOf(unlike, 4, 60, 1));
});

test('words of records whose fields are called like ports, in a module that is called like one of ours', () => {
  const word = record({ address: uint(3), enable: bool, q: sint(5) });
  const plain = design(
    module(
      'flip_flops_4x9',
      { in: { at: uint(2), on: bool, word }, out: { word_1: word } },
      ({ at, on, word: given }) => {
        const store = ram('store', word, 4);
        store.write(at, given, { enable: on });
        return { word_1: store.read(at, { enable: on }) };
      },
    ),
  );
  const made = memoriesAsFlipFlops(plain, () => true);
  checkDesign(made);
  expect(made.modules.map(({ name, madeOf }) => [name, madeOf])).toEqual([
    ['flip_flops_4x9_1', 'memory'],
    ['flip_flops_4x9', undefined],
  ]);
  expect(outputsOf(made, 4, 60, 1)).toEqual(outputsOf(plain, 4, 60, 1));
});

for (const name of ['verilator', 'iverilog'] as const) {
  await needTool(name, `${name} -Wall is silent on memories of flip-flops`, async ({ path }) => {
    for (const collision of ['oldData', 'newData'] as const) {
      const shape = { depth: 5, width: 7, lanes: 2, reads: 2, writes: 2, enables: true, masks: true, collision };
      expect(
        await lint(
          memoriesAsFlipFlops(memoryOf(shape), () => true),
          { [name]: path },
        ),
      ).toBe('');
    }
  });
}
