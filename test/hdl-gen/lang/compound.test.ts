import { describe, expect, expectTypeOf, test } from 'vitest';
import { mux, replaceAt, select } from '../../../hdl-gen/lang/combine.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { enumeration } from '../../../hdl-gen/lang/enum.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { module } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { replay } from '../../../scripts/testing/replay.ts';
import { bench } from '../../../sim/bench/bench.ts';
import { seededRandom } from '../../support/random.ts';
import { needTool } from '../../support/tools.ts';

const Op = enumeration('op', ['add', 'sub', 'keep']);
const ops = Op.members;
const point = record({ x: sint(5), y: uint(3) });
/** A record of an enumeration, a vec of records and a bool. */
const order = record({ op: Op, points: vec(2, point), on: bool });

interface Order {
  readonly op: (typeof ops)[number];
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly on: boolean;
}

/** Keeps three orders, replaces one, stores the chosen one in a memory, and does what the one it read says. */
const Compound = module(
  'compound',
  {
    in: { given: order, put: bool, at: uint(2), store: bool, address: uint(2) },
    out: { chosen: order, read: order, total: sint(8), kept: uint(2) },
  },
  ({ given, put, at, store, address }) => {
    const orders = reg('orders', vec(3, order));
    when(put, () => {
      orders.next = replaceAt(at, orders, given);
    });
    const chosen = select(at, orders);
    expectTypeOf(chosen).not.toHaveProperty('next');
    const memory = ram('past', order, 4, {
      contents: {
        op: Uint8Array.of(2, 1, 0, 2),
        // x and y of the first point, then of the second.
        points: Int8Array.of(-16, 7, 15, 6, 1, 5, 2, 4, 3, 3, 4, 2, 5, 1, 6, 0),
        on: Uint8Array.of(1, 0, 1, 1),
      },
      collision: 'newData',
    });
    memory.write(address, mux(put, given, chosen), { enable: store });
    const read = memory.read(address);
    const total = reg('total', sint(8));
    const kept = reg('kept', uint(2));
    const point = mux(read.on, read.points[0]!, read.points[1]!);
    read.op.cases({
      add: () => {
        total.next = total.addWrap(point.x);
      },
      sub: () => {
        total.next = total.subWrap(point.y.toSInt());
      },
      keep: () => {
        kept.next = kept.addWrap(1);
      },
    });
    return { chosen, read, total, kept };
  },
);

const zero: Order = { op: 'add', points: Array.from({ length: 2 }, () => ({ x: 0, y: 0 })), on: false };
const contents: readonly Order[] = [
  {
    op: 'keep',
    points: [
      { x: -16, y: 7 },
      { x: 15, y: 6 },
    ],
    on: true,
  },
  {
    op: 'sub',
    points: [
      { x: 1, y: 5 },
      { x: 2, y: 4 },
    ],
    on: false,
  },
  {
    op: 'add',
    points: [
      { x: 3, y: 3 },
      { x: 4, y: 2 },
    ],
    on: true,
  },
  {
    op: 'keep',
    points: [
      { x: 5, y: 1 },
      { x: 6, y: 0 },
    ],
    on: true,
  },
];

/** The same in plain TypeScript, clock by clock. */
function* run(clocks: number) {
  const random = seededRandom(4);
  const orders = [zero, zero, zero];
  const memory = contents.slice();
  let [read, total, kept] = [memory[0]!, 0, 0];
  for (let clock = 0; clock < clocks; clock++) {
    const given: Order = {
      op: ops[random.integer(0, 2)]!,
      points: Array.from({ length: 2 }, () => ({ x: random.integer(-16, 15), y: random.integer(0, 7) })),
      on: random.integer(0, 1) === 1,
    };
    const [put, store] = [random.integer(0, 1) === 1, random.integer(0, 2) === 0];
    const [at, address] = [random.integer(0, 2), random.integer(0, 3)];
    const chosen = orders[at]!;
    yield { inputs: { given, put, at, store, address }, outputs: { chosen, read, total, kept } };
    const point = read.points[read.on ? 0 : 1]!;
    if (read.op === 'add') total = ((total + point.x + 384) % 256) - 128;
    else if (read.op === 'sub') total = ((total - point.y + 384) % 256) - 128;
    else kept = (kept + 1) % 4;
    if (store) memory[address] = put ? given : chosen;
    read = memory[address]!;
    if (put) orders[at] = given;
  }
}

function runBench() {
  return bench(Compound, function* (dut) {
    for (const { inputs, outputs } of run(300)) {
      dut.set(inputs);
      yield;
      const { chosen, read, total, kept } = dut.out;
      const plain = (given: Order): Order => ({
        op: given.op,
        points: given.points.map(({ x, y }) => ({ x, y })),
        on: given.on,
      });
      expect({ chosen: plain(chosen), read: plain(read), total, kept }).toEqual(outputs);
    }
  });
}

describe('registers, memories, choices and ports of records of enumerations and vecs of records', async () => {
  test('are what plain TypeScript computes', () => {
    expect(runBench().clocks).toBe(300);
  });

  for (const name of ['iverilog', 'verilator'] as const) {
    await needTool(name, `are the same in ${name}, clock by clock`, async (tool) => {
      const { mismatches, compared } = await replay(tool, [runBench()]);
      expect(mismatches).toEqual([]);
      expect(compared).toBeGreaterThan(3_000);
    });
  }
});
