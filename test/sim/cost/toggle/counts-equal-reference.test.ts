import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitBuilder, bitOp, type Literal } from '../../../../sim/cost/toggle/bit-program.ts';
import { toggleCounter } from '../../../../sim/cost/toggle/count-toggles.ts';
import { settle } from '../../../../sim/cost/toggle/settle.ts';
import { togglePlan } from '../../../../sim/cost/toggle/toggle-plan.ts';
import { referenceTransitions } from './reference-counts.ts';

const recipe = fc.record({
  sources: fc.integer({ min: 1, max: 5 }),
  late: fc.array(fc.nat({ max: 12 }), { minLength: 5, maxLength: 5 }),
  loadDelay: fc.constantFrom(0, 0.3, 1),
  gates: fc.array(fc.record({ op: fc.nat({ max: 5 }), args: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 25,
  }),
  windows: fc.array(
    fc.record({
      clocks: fc.constantFrom(1, 7, 30, 31, 32, 70),
      seed: fc.nat(),
      /** Of each source: how often it changes, in sixteenths. */
      restless: fc.array(fc.constantFrom(0, 0, 1, 8, 16), { minLength: 5, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

function build({
  sources,
  gates,
}: {
  readonly sources: number;
  readonly gates: readonly { readonly op: number; readonly args: readonly number[] }[];
}) {
  const builder = bitBuilder();
  const literals: Literal[] = Array.from({ length: sources }, (_, at) => builder.source('input', `s${at}`, 1)[0]!);
  for (const { op, args } of gates) {
    const [x, y, z] = args.map((pick) => literals[pick % literals.length]! ^ ((pick >> 8) & 1)) as [
      Literal,
      Literal,
      Literal,
    ];
    const made = [
      () => builder.and(x, y, 'logic'),
      () => builder.xor(x, y, 'parity'),
      () => builder.majority(x, y, z, 'carry'),
      () => builder.andOr(x, y, z, 'propagate'),
      () => builder.select(x, y, z),
      () => builder.or(x, y, 'logic'),
    ][op]!();
    literals.push(made);
  }
  return builder.finish({ outputs: new Map([['all', literals]]), loads: new Map() });
}

test('32 clocks at once count what one clock after the other does, window after window in the same memory', () => {
  const seen = new Set<number>();
  let [glitches, resting] = [0, 0];
  fc.assert(
    fc.property(recipe, ({ late, loadDelay, windows, ...shape }) => {
      const program = build(shape);
      for (const op of program.op) seen.add(op);
      const names = [...program.sources.keys()];
      const arrivals = new Map(names.map((name, at) => [name, [late[at]!]]));
      const count = toggleCounter(togglePlan(program, { arrivals, loadDelay }));
      const moments = new Array<number>(program.op.length).fill(0);
      names.forEach((name, at) => {
        moments[program.sources.get(name)![0]!] = late[at]!;
      });
      for (const { clocks, seed, restless } of windows) {
        let state = seed | 1;
        const fraction = (): number => {
          state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
          return (state >>> 8) & 15;
        };
        const rows = names.map((_, at) => {
          let bit = fraction() & 1;
          return Array.from({ length: clocks + 1 }, () => {
            if (fraction() < restless[at]!) bit ^= 1;
            return bit;
          });
        });
        const streams = (name: string): Int32Array => {
          const words = new Int32Array(Math.ceil((clocks + 1) / 32));
          const row = rows[names.indexOf(name)]!;
          // As a window has it: behind the last clock nothing changes any more.
          for (let clock = 0; clock < 32 * words.length; clock++) {
            words[clock >> 5]! |= row[Math.min(clock, clocks)]! << (clock & 31);
          }
          return words;
        };
        const settledIn = (clock: number): number[] => {
          const values = new Int32Array(program.op.length);
          names.forEach((name, at) => {
            values[program.sources.get(name)![0]!] = -rows[at]![clock]!;
          });
          settle(program, values);
          return Array.from(values, (value) => value & 1);
        };
        const wanted = new Array<number>(program.op.length).fill(0);
        const all = new Array<number>(program.op.length).fill(0);
        for (let clock = 1; clock <= clocks; clock++) {
          const [before, after] = [settledIn(clock - 1), settledIn(clock)];
          referenceTransitions(program, before, after, moments, loadDelay).forEach((transitions, node) => {
            all[node]! += transitions;
            wanted[node]! += Number(before[node] !== after[node]);
          });
        }
        const found = count(streams, clocks);
        expect([...found.wanted]).toEqual(wanted);
        expect([...found.glitches]).toEqual(all.map((transitions, node) => transitions - wanted[node]!));
        glitches += found.glitches.reduce((sum, one) => sum + one, 0);
        resting += Number(found.rests);
        expect(found.rests).toBe(clocks < 32 && wanted.every((transitions) => transitions === 0));
      }
    }),
    { numRuns: process.env.JOULESMITH_EXHAUSTIVE === '1' ? 5000 : 250 },
  );
  expect(glitches).toBeGreaterThan(100);
  expect(resting).toBeGreaterThan(10);
  expect([...seen].sort()).toEqual(Object.values(bitOp).sort());
});
