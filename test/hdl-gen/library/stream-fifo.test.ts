import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StreamFifo } from '../../../hdl-gen/library/stream-fifo.ts';
import { blockOf } from '../../support/block.ts';
import { seededRandom } from '../../support/random.ts';

interface Item {
  readonly value: number;
  readonly written: number;
}

/** Runs random writes within the credits against a plain queue; returns the clock of every byte that left. */
function run(width: number, depth: number, clocks: number, seed: number, writing: number, reading: number): number[] {
  const random = seededRandom(seed);
  const block = blockOf(StreamFifo({ width, depth }));
  const queue: Item[] = [];
  const left: number[] = [];
  for (let clock = 0; clock < clocks; clock++) {
    // A byte that leaves in this clock gives its credit back for the next one.
    const write = queue.length < depth && random.fraction() < writing;
    const ready = random.fraction() < reading;
    const value = random.integer(-(2 ** (width - 1)), 2 ** (width - 1) - 1);
    block.clock({ write, write_data: value, out_ready: ready });
    const head = queue[0];
    // Two clocks after it was written, and not before the clock after its predecessor left.
    const offered = head !== undefined && clock >= Math.max(head.written + 2, (left.at(-1) ?? -1) + 1);
    expect({ clock, valid: block.out('out_valid') }).toEqual({ clock, valid: offered ? 1 : 0 });
    if (offered) expect({ clock, data: block.out('out_data') }).toEqual({ clock, data: head.value });
    if (offered && ready) {
      queue.shift();
      left.push(clock);
    }
    if (write) queue.push({ value, written: clock });
  }
  return left;
}

test('a queue: nothing lost, nothing reordered, every byte offered in its documented clock', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 1, max: 19 }),
      fc.integer(),
      fc.constantFrom(0.1, 0.5, 0.9, 1),
      fc.constantFrom(0.1, 0.5, 0.9, 1),
      (width, depth, seed, writing, reading) => {
        run(width, depth, 150, seed, writing, reading);
      },
    ),
    { numRuns: 120 },
  );
});

test('from depth 3 on it moves one byte per clock; a credit comes back three clocks after the write', () => {
  for (const depth of [1, 2, 3, 4, 8]) {
    const left = run(8, depth, 62, 1, 1, 1);
    // A write in clock t leaves in t + 2 and may be replaced in t + 3.
    expect({ depth, left: left.length }).toEqual({ depth, left: Math.floor((60 * Math.min(depth, 3)) / 3) });
  }
});

test('full of credits and never read, it keeps its first byte on offer and loses none', () => {
  const depth = 5;
  const block = blockOf(StreamFifo({ width: 8, depth }));
  for (let index = 0; index < depth; index++) block.clock({ write: true, write_data: index - 2, out_ready: false });
  for (let clock = 0; clock < 20; clock++) {
    block.clock({ write: false });
    expect([block.out('out_valid'), block.out('out_data')]).toEqual([1, -2]);
  }
  const bytes: number[] = [];
  for (let clock = 0; clock < depth; clock++) {
    block.clock({ out_ready: true });
    bytes.push(block.out('out_data'));
  }
  expect(bytes).toEqual([-2, -1, 0, 1, 2]);
  block.clock({});
  expect(block.out('out_valid')).toBe(0);
});
