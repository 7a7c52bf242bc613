import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitBuilder, type Literal } from '../../../../sim/cost/toggle/bit-program.ts';
import { constantFlipFlops, type ResetBit } from '../../../../sim/cost/toggle/constant-bits.ts';

type Make = 'and' | 'xor' | 'majority' | 'andOr' | 'select';
const makes: readonly Make[] = ['and', 'xor', 'majority', 'andOr', 'select'];

const gate = fc.record({
  make: fc.constantFrom(...makes),
  args: fc.array(fc.nat({ max: 1000 }), { minLength: 3, maxLength: 3 }),
});
const recipe = fc.record({
  registers: fc.array(fc.record({ start: fc.constantFrom<0 | 1>(0, 1), loaded: fc.nat(), enable: fc.nat() }), {
    minLength: 1,
    maxLength: 4,
  }),
  gates: fc.array(gate, { minLength: 1, maxLength: 8 }),
});

const resultOf: Readonly<Record<Make, (x: number, y: number, z: number) => number>> = {
  and: (x, y) => x & y,
  xor: (x, y) => x ^ y,
  majority: (x, y, z) => Number(x + y + z >= 2),
  andOr: (x, y, z) => (x & y) | z,
  select: (x, y, z) => (x === 1 ? y : z),
};

test('random circuits: a flip-flop told to be constant never is anything else, in any state that inputs can lead to', () => {
  let [constants, others] = [0, 0];
  fc.assert(
    fc.property(recipe, ({ registers, gates }) => {
      const builder = bitBuilder();
      const input = builder.source('input', 'input', 1)[0]!;
      const flipFlops = builder.source('register', 'state', registers.length);
      const literals: Literal[] = [0, 1, input, ...flipFlops];
      const pick = (from: number, number: number) => ({ at: (number >> 1) % from, inverted: number & 1 });
      const chosen = gates.map(({ make, args }) => {
        const picks = args.map((number) => pick(literals.length, number));
        const [x, y, z] = picks.map(({ at, inverted }) => literals[at]! ^ inverted) as [Literal, Literal, Literal];
        if (make === 'and') literals.push(builder.and(x, y, 'logic'));
        else if (make === 'xor') literals.push(builder.xor(x, y, 'parity'));
        else if (make === 'majority') literals.push(builder.majority(x, y, z, 'carry'));
        else if (make === 'andOr') literals.push(builder.andOr(x, y, z, 'propagate'));
        else literals.push(builder.select(x, y, z));
        return { make, picks };
      });
      const ends = registers.map(({ loaded, enable }) => [
        pick(literals.length, loaded),
        pick(literals.length, enable),
      ]);
      const bits = registers.map(({ start }, at): ResetBit => {
        const [loaded, enable] = ends[at]!.map((end) => literals[end.at]! ^ end.inverted);
        return { flipFlop: flipFlops[at]!, loaded: loaded!, enable: enable!, start };
      });
      const constant = constantFlipFlops(builder.columns(), bits);

      /** The next state, evaluated as it was put together. */
      const next = (state: readonly number[], given: number): number[] => {
        const values = [0, 1, given, ...state];
        for (const { make, picks } of chosen) {
          const [x, y, z] = picks.map(({ at, inverted }) => values[at]! ^ inverted);
          values.push(resultOf[make](x!, y!, z!));
        }
        return state.map((own, at) => {
          const [loaded, enable] = ends[at]!.map((end) => values[end.at]! ^ end.inverted);
          return enable === 1 ? loaded! : own;
        });
      };
      const reached = new Map([
        [registers.map(({ start }) => start).join(), registers.map(({ start }): number => start)],
      ]);
      for (const state of reached.values())
        for (const given of [0, 1]) {
          const after = next(state, given);
          reached.set(after.join(), reached.get(after.join()) ?? after);
        }
      registers.forEach(({ start }, at) => {
        const changes = [...reached.values()].some((state) => state[at] !== start);
        if (constant.has(flipFlops[at]!)) {
          constants++;
          expect(changes).toBe(false);
        } else others++;
      });
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(constants, others)).toBeGreaterThan(100);
});

test('two flip-flops that load each other stay as they are together; one that toggles takes the others along', () => {
  const builder = bitBuilder();
  const [a, b, c, d] = builder.source('register', 'state', 4) as [Literal, Literal, Literal, Literal];
  const bits = (start: 0 | 1): ResetBit[] => [
    { flipFlop: a, loaded: b, enable: 1, start: 0 },
    { flipFlop: b, loaded: a, enable: 1, start },
    { flipFlop: c, loaded: c ^ 1, enable: 1, start: 0 },
    { flipFlop: d, loaded: builder.and(c, d ^ 1, 'logic'), enable: 1, start: 0 },
  ];
  expect([...constantFlipFlops(builder.columns(), bits(0))]).toEqual([a, b]);
  expect([...constantFlipFlops(builder.columns(), bits(1))]).toEqual([]);
});
