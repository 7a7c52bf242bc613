import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { seededRandom } from '../../support/random.ts';
import { randomDesign } from '../../support/random-design.ts';
import { needTool } from '../../support/tools.ts';
import { lint, runIcarusRows, runRows } from '../../support/verilog.ts';

const seeds = Array.from({ length: process.env.JOULESMITH_EXHAUSTIVE === '1' ? 400 : 40 }, (_, index) => index + 1);

function rowsOf(seed: number): bigint[][] {
  const random = seededRandom(-seed);
  return Array.from({ length: 60 }, () => [
    BigInt(random.integer(0, 511)),
    BigInt(random.integer(-64, 63)),
    BigInt(random.integer(0, 1)),
  ]);
}

describe('random designs with registers, machines, memories, instances: netlist = Icarus at every clock', async () => {
  await needTool('iverilog', `${seeds.length} designs, 60 clocks each`, async ({ path }) => {
    for (const seed of seeds) {
      const subject = randomDesign(seededRandom(seed));
      const rows = rowsOf(seed);
      const expected = runRows(elaborate(subject), rows);
      const found = await runIcarusRows(subject, rows, path);
      expect({ seed, outputs: found }).toEqual({ seed, outputs: expected });
    }
  });
});

describe('random designs: lint is silent', async () => {
  await needTool('verilator', 'Verilator -Wall', async ({ path }) => {
    for (const seed of seeds.slice(0, 25))
      expect({ seed, said: await lint(randomDesign(seededRandom(seed)), { verilator: path }) }).toEqual({
        seed,
        said: '',
      });
  });
  await needTool('iverilog', 'Icarus -Wall', async ({ path }) => {
    for (const seed of seeds.slice(0, 25))
      expect({ seed, said: await lint(randomDesign(seededRandom(seed)), { iverilog: path }) }).toEqual({
        seed,
        said: '',
      });
  });
});

test('elaboration is repeatable', () => {
  expect(elaborate(randomDesign(seededRandom(5)))).toEqual(elaborate(randomDesign(seededRandom(5))));
});
