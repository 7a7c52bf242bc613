import { expect, test } from 'vitest';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { createBatchSimulator } from '../../sim/rtl/batch.ts';
import { createCompiled } from '../../sim/rtl/compiled.ts';
import { createInterpreter } from '../../sim/rtl/interpreter.ts';
import type { Simulator } from '../../sim/rtl/simulator.ts';
import { fuzzDesign, type Recipe, recipeOf } from '../support/fuzz-module.ts';
import { pick } from '../support/fuzz-pool.ts';
import { stimulusFor } from '../support/fuzz-run.ts';
import { seededRandom } from '../support/random.ts';

const count = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 1500 : 60;
const clocks = 40;

/** Seeds that no other test of random designs has. */
const recipes: readonly Recipe[] = Array.from({ length: count }, (_, index) => recipeOf(100_001 + index));

function outputsOf(simulator: Simulator): bigint[] {
  return simulator.netlist.outputs.map(({ name }) => simulator.port(name).readBig());
}

function writeRow(simulator: Simulator, row: readonly bigint[]): void {
  for (const [index, { name }] of simulator.netlist.inputs.entries()) simulator.port(name).writeBig(row[index]!);
}

test('compiled in functions and branches of any size, with toggle counts: equal to the BigInt evaluation', () => {
  for (const recipe of recipes) {
    const random = seededRandom(recipe.seed);
    const limits = {
      chunkNodes: pick(random, [1, 3, 20, 2000]),
      chunkDeferred: pick(random, [1, 5, 800]),
      smallestBranch: pick(random, [0, 3, 10, 1000]),
    };
    const design = fuzzDesign(recipe);
    const netlist = elaborate(design);
    const golden = createInterpreter(netlist, true);
    const compiled = createCompiled(netlist, { limits, toggles: true });
    for (const [clock, row] of stimulusFor(design, recipe.seed).slice(0, clocks).entries()) {
      for (const simulator of [golden, compiled]) {
        writeRow(simulator, row);
        simulator.cycle();
      }
      expect({ recipe, limits, clock, outputs: outputsOf(compiled) }).toEqual({
        recipe,
        limits,
        clock,
        outputs: outputsOf(golden),
      });
    }
    expect({ recipe, limits, toggles: compiled.toggles!() }).toEqual({ recipe, limits, toggles: golden.toggles!() });
  }
});

/** Per lane the outputs of every clock, then the toggle counts. */
function batchRuns(netlist: Netlist, stimuli: readonly (readonly (readonly bigint[])[])[], lanes: 4 | 8 | 16) {
  const batch = createBatchSimulator(netlist, { lanes, toggles: true });
  const inputs = netlist.inputs.map(({ name }) => batch.port(name));
  const outputs = netlist.outputs.map(({ name }) => batch.port(name));
  const seen: bigint[][][] = stimuli.map(() => []);
  for (let clock = 0; clock < clocks; clock++) {
    for (const [lane, stimulus] of stimuli.entries())
      for (const [index, port] of inputs.entries()) port.writeBig(lane, stimulus[clock]![index]!);
    batch.cycle();
    for (const [lane, rows] of seen.entries()) rows.push(outputs.map((port) => port.readBig(lane)));
  }
  return seen.map((rows, lane) => ({ rows, toggles: batch.toggles!(lane) }));
}

test('every lane of a batch equals a run of its own, toggle counts included', () => {
  for (const recipe of recipes) {
    const lanes = pick(seededRandom(recipe.seed), [4, 8, 16] as const);
    const design = fuzzDesign(recipe);
    const netlist = elaborate(design);
    const stimuli = Array.from({ length: lanes }, (_, lane) => stimulusFor(design, recipe.seed + 7 * lane));
    const alone = stimuli.map((stimulus) => {
      const simulator = createInterpreter(netlist, true);
      const rows = stimulus.slice(0, clocks).map((row) => {
        writeRow(simulator, row);
        simulator.cycle();
        return outputsOf(simulator);
      });
      return { rows, toggles: simulator.toggles!() };
    });
    const together = batchRuns(netlist, stimuli, lanes);
    for (const [lane, { rows, toggles }] of together.entries()) {
      for (const [clock, outputs] of rows.entries())
        expect({ recipe, lane, clock, outputs }).toEqual({ recipe, lane, clock, outputs: alone[lane]!.rows[clock] });
      expect({ recipe, lane, toggles }).toEqual({ recipe, lane, toggles: alone[lane]!.toggles });
    }
  }
});
