import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Netlist } from '../../../../hdl-gen/ir/netlist.ts';
import { createInterpreter } from '../../../../sim/rtl/interpreter.ts';
import { createSimulator, type Simulator } from '../../../../sim/rtl/simulator.ts';
import { type Random, seededRandom } from '../../../support/random.ts';
import { buildRandom, recipe } from '../random-netlist.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const runs = exhaustive ? 5000 : 300;
const clocks = 12;
const completions = 5;

function randomWord(random: Random): bigint {
  return random.integer(0, 3) === 0
    ? BigInt(random.integer(-2, 2))
    : (BigInt(random.integer(0, 2 ** 32 - 1)) << 32n) | BigInt(random.integer(0, 2 ** 32 - 1));
}

/** The netlist with random values in all words that have no initial content, and in words beyond the depth. */
function filled(netlist: Netlist, random: Random): Netlist {
  const memories = netlist.memories.map((memory) => {
    const depth = memory.depth + 4;
    const words = [...(memory.init ?? [])].map(BigInt);
    while (words.length < depth) words.push(randomWord(random));
    return { ...memory, depth, init: words };
  });
  return { ...netlist, memories };
}

/** One of the states that the circuit can wake up in. */
function woken(netlist: Netlist, random: Random): Simulator {
  const simulator = createInterpreter(filled(netlist, random));
  for (const { name, init } of netlist.registers) if (init === null) simulator.poke(name, randomWord(random));
  return simulator;
}

test('what the check calls known is the same from whatever state the circuit wakes up in', () => {
  const counts = { known: 0, unknown: 0, raised: 0 };
  fc.assert(
    fc.property(recipe, fc.nat(), (choices, seed) => {
      const random = seededRandom(seed);
      const netlist = buildRandom(choices);
      const checked = createSimulator(netlist, { unknowns: 'check' });
      const { unchecked, ofOutput, ofRegister } = checked.unknowns!;
      const others = Array.from({ length: completions }, () => woken(netlist, random));
      const expectSame = (what: string, mask: bigint, width: number, value: bigint, found: readonly bigint[]): void => {
        counts[mask === 0n ? 'known' : 'unknown'] += 1;
        for (const other of found) {
          const wrong = BigInt.asUintN(width, value ^ other) & ~mask;
          expect({ what, wrong }).toEqual({ what, wrong: 0n });
        }
      };
      for (let clock = 0; clock < clocks; clock++) {
        for (const { name } of netlist.inputs) {
          const value = randomWord(random);
          for (const simulator of [unchecked, ...others]) simulator.port(name).writeBig(value);
        }
        for (const simulator of others) simulator.cycle();
        try {
          checked.cycle();
        } catch {
          counts.raised += 1;
        }
        for (const { name } of netlist.outputs) {
          const { width } = unchecked.port(name);
          const found = others.map((other) => other.port(name).readBig());
          expectSame(`${name} in clock ${clock}`, ofOutput(name), width, unchecked.port(name).readBig(), found);
        }
        for (const { name, width } of netlist.registers) {
          const found = others.map((other) => other.peek(name));
          expectSame(`${name} in clock ${clock}`, ofRegister(name), width, unchecked.peek(name), found);
        }
      }
    }),
    { numRuns: runs, seed: exhaustive ? undefined : 20261122 } as fc.Parameters<unknown>,
  );
  expect(Math.min(counts.known, counts.unknown, counts.raised)).toBeGreaterThan(runs);
});

test('the values are those of the interpreter without the check', () => {
  fc.assert(
    fc.property(recipe, fc.nat(), (choices, seed) => {
      const random = seededRandom(seed);
      const netlist = buildRandom(choices);
      const { unchecked } = createSimulator(netlist, { unknowns: 'check', toggles: true }).unknowns!;
      const plain = createInterpreter(netlist, true);
      for (let clock = 0; clock < clocks; clock++) {
        for (const { name } of netlist.inputs) {
          const value = randomWord(random);
          for (const simulator of [unchecked, plain]) simulator.port(name).writeBig(value);
        }
        for (const simulator of [unchecked, plain]) simulator.cycle();
        for (const { name } of netlist.outputs) expect(unchecked.port(name).readBig()).toBe(plain.port(name).readBig());
        expect(unchecked.toggles!()).toEqual(plain.toggles!());
      }
    }),
    { numRuns: 100, seed: 7 },
  );
});
