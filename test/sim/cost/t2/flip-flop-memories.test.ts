import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { readLibertyFiles } from '../../../../scripts/gate/liberty-files.ts';
import { mapDesign } from '../../../../scripts/gate/map-design.ts';
import { packagedYosys } from '../../../../scripts/tools/yosys/open.ts';
import { energyT0 } from '../../../../sim/cost/energy.ts';
import { energyT1 } from '../../../../sim/cost/energy-t1.ts';
import { energyT2 } from '../../../../sim/cost/energy-t2.ts';
import { layoutEstimate } from '../../../../sim/cost/gate/wire-model.ts';
import { isFlipFlops } from '../../../../sim/cost/memory.ts';
import type { MappedShell } from '../../../../sim/cost/replay/replay.ts';
import { activitiesOf } from '../../../../sim/cost/stage-activity.ts';
import { clockGatesIn } from '../../../../sim/cost/t2/clock-gates-in.ts';
import { withFlipFlopMemories } from '../../../../sim/cost/t2/flip-flop-memories.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
import { toggleEnergiesOf } from '../../../../specs/toggle-energies.ts';
import { cycles, hertz, ops } from '../../../../specs/units.ts';
import { mapMemory, useMemory } from '../../../support/flip-flop-memory.ts';
import { cellTechnologies, cellTechnology, needLiberty } from '../../../support/liberty.ts';
import { randomInt8s, seededRandom } from '../../../support/random.ts';
import { dense, designOf, networkOf } from '../../../support/small-networks.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const yosys = packagedYosys();
afterAll(() => yosys.close());

const filesOf = (name: string) => cellTechnology(name).files.map((file) => `${name}/${file}`);
const librariesOf = (folder: string, name: string) =>
  readLibertyFiles(filesOf(name).map((file) => join(folder, `${file}.gz`)));

const flipFlopsIn = ({ netlist }: MappedShell): number => {
  const isFlop = netlist.kinds.map(({ state }) => state !== null && state.edge !== null);
  return netlist.cellKind.reduce((sum, kind) => sum + Number(isFlop[kind]), 0);
};

for (const { name } of exhaustive ? cellTechnologies : [cellTechnology('ihp-sg13g2')]) {
  needLiberty(
    `${name}: a memory made of registers draws what Yosys's own mapping of a memory draws`,
    filesOf(name),
    async (folder) => {
      const layout = layoutEstimate(technologyOf(name));
      for (const words of exhaustive ? [3, 8, 16, 32] : [8]) {
        const shape = { words, wordBits: 8 };
        const [own, other] = [
          await mapMemory(shape, 'registers', librariesOf(folder, name), layout, yosys),
          await mapMemory(shape, 'yosys', librariesOf(folder, name), layout, yosys),
        ];
        expect([flipFlopsIn(own), clockGatesIn(own)]).toEqual([flipFlopsIn(other), clockGatesIn(other)]);
        expect([flipFlopsIn(own), clockGatesIn(own)]).toEqual([8 * (words + 1), name === 'gt2n' ? 0 : words + 1]);
        for (const [writes, reads] of [
          [1, 1],
          [0.05, 0.1],
        ] as const) {
          const use = { clocks: 400, writes, reads };
          const [found, wanted] = [own, other].map((mapped) => useMemory(mapped, shape, use, layout.clockTree));
          for (const part of ['clock', 'clockTree'] as const)
            expect(found![part].total / wanted![part].total, part).toBeCloseTo(1, 9);
          const data = [found!, wanted!].map(({ internal, switching }) => internal.total + switching.total);
          // Which cells the multiplexers become is up to the mapping, either way; gt2n has most of them to choose from.
          expect(Math.abs(data[0]! / data[1]! - 1), `${words} words`).toBeLessThan(name === 'gt2n' ? 0.25 : 0.1);
        }
      }
    },
    600,
  );
}

needLiberty(
  'memories of flip-flops at T2 are gates among gates: every word, with its clock gate, and none beside them by a law',
  filesOf('ihp-sg13g2'),
  async (folder) => {
    const technology = technologyOf('ihp-sg13g2');
    const libraries = librariesOf(folder, 'ihp-sg13g2');
    const plain = buildAccelerator(networkOf([1, 1, 1, 12], dense(12, 8), dense(8, 3)), {
      ...designOf({}),
      parameters: { multipliers: 2, arithmetic: 'split', clockGating: true },
    });
    const stores = activitiesOf(plain)
      .flatMap(({ memories }) => memories)
      .filter((memory) => isFlipFlops(memory, technology));
    expect(stores.length).toBeGreaterThan(1);
    const accelerator = withFlipFlopMemories(plain, technology);
    const silent = { step: () => {}, end: () => {} };
    const mapped = await mapDesign(accelerator, technology, libraries, yosys, { seconds: 250 }, silent);
    for (const { words, wordBits } of stores) {
      const shell = mapped.get(`flip_flops_${words}x${wordBits}`)!;
      expect(flipFlopsIn(shell)).toBe((words + 1) * wordBits);
      expect(clockGatesIn(shell)).toBe(words + 1);
    }
    const run = {
      ...{ inputs: randomInt8s(seededRandom(4), 8 * 12), mapped, libraries, technology },
      ...{ clock: hertz(100e6), interval: cycles(steadyState(plain.schedule).interval), operations: ops(240) },
    };
    const { breakdown, origins, scope } = energyT2({ ...run, accelerator });
    expect(scope).toContain(`${stores.length} of flip-flops`);
    expect(scope).toContain('clock gates of the library in front of what shares an enable');
    const { 'activation-memory': data } = breakdown.byComponent;
    // What the laws of the cheaper tiers say of these memories, which no fit has seen, holds what their gates draw.
    const laws = [
      energyT0({ ...run, activities: activitiesOf(plain) }),
      energyT1({ ...run, accelerator: plain, energies: toggleEnergiesOf('ihp-sg13g2') }),
    ];
    for (const { tier, breakdown: told } of laws) {
      const { low, value, high } = told.byComponent['activation-memory']!;
      expect(low, tier).toBeLessThan(data!.value);
      expect(high, tier).toBeGreaterThan(data!.value);
      expect(Math.abs(Math.log(value / data!.value)), `${tier}: ${value} J, gates ${data!.value} J`).toBeLessThan(
        Math.log(1.5),
      );
    }
    // What no gate draws is a law of the technology: of the ROMs alone.
    expect(origins.filter(({ entry }) => /^(register|memory)\./.test(entry))).toEqual([]);
    expect(() => energyT2({ ...run, accelerator: plain })).toThrow(/memory is not among the gates/);
  },
  300,
);
