import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { readLibertyFiles } from '../../../../scripts/gate/liberty-files.ts';
import { mapDesign } from '../../../../scripts/gate/map-design.ts';
import { packagedYosys } from '../../../../scripts/tools/yosys/open.ts';
import { energyT2 } from '../../../../sim/cost/energy-t2.ts';
import { layoutEstimate } from '../../../../sim/cost/gate/wire-model.ts';
import { isFlipFlops } from '../../../../sim/cost/memory.ts';
import { sampledEnergy } from '../../../../sim/cost/replay/sampled.ts';
import { activitiesOf } from '../../../../sim/cost/stage-activity.ts';
import { gatedCells } from '../../../../sim/cost/t2/clocked-cells.ts';
import { samplingOf } from '../../../../sim/cost/t2/run.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
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

const gated = cellTechnologies.map(({ name }) => name).filter((name) => name !== 'gt2n');
for (const name of exhaustive ? gated : ['ihp-sg13g2']) {
  needLiberty(
    `${name}: clock pins, gates and tree of a memory of flip-flops are those that its own gates draw`,
    filesOf(name),
    async (folder) => {
      const layout = layoutEstimate(technologyOf(name));
      for (const words of exhaustive ? [8, 16, 32] : [8]) {
        const shape = { words, wordBits: 8 };
        const mapped = await mapMemory(shape, librariesOf(folder, name), layout, yosys);
        const { flipFlops, clockGates, flipFlop, open, closed } = gatedCells(
          [{ shell: mapped, count: 3 }],
          layout.clockTree,
        )!;
        expect([flipFlops / 3, clockGates / 3]).toEqual([8 * (words + 1), words + 1]);
        for (const [writes, reads] of [
          [1, 1],
          [0.3, 0.6],
          [0.05, 0.1],
        ] as const) {
          const found = useMemory(mapped, shape, { clocks: 600, writes, reads }, layout.clockTree);
          const loads = (found.writes + found.reads) / 600;
          for (const part of ['clock', 'clockTree'] as const) {
            const told = loads * (8 * flipFlop[part] + open[part]) + (words + 1 - loads) * closed[part];
            // What clock pins draw inside a cell depends on its data a little; what they charge does not.
            expect(Math.abs(told / found.energy[part].total - 1), `${part}, ${words} words`).toBeLessThan(
              part === 'clock' ? 0.05 : 1e-9,
            );
          }
        }
      }
    },
    300,
  );
}

needLiberty(
  'a design with clock gates at T2: words of its memories are gated as they are in a memory of gates',
  filesOf('ihp-sg13g2'),
  async (folder) => {
    const technology = technologyOf('ihp-sg13g2');
    const layout = layoutEstimate(technology);
    const libraries = librariesOf(folder, 'ihp-sg13g2');
    const accelerator = buildAccelerator(networkOf([1, 1, 1, 12], dense(12, 8), dense(8, 3)), {
      ...designOf({}),
      parameters: { multipliers: 2, arithmetic: 'split', clockGating: true },
    });
    const silent = { step: () => {}, end: () => {} };
    const mapped = await mapDesign(accelerator, technology, libraries, yosys, { seconds: 250 }, silent);
    const interval = cycles(steadyState(accelerator.schedule).interval);
    const run = {
      ...{ accelerator, inputs: randomInt8s(seededRandom(4), 8 * 12), mapped, libraries, technology },
      ...{ clock: hertz(100e6), interval, operations: ops(240) },
    };
    const { breakdown, origins } = energyT2(run);
    const stages = sampledEnergy({
      ...run,
      ...samplingOf(run, { by: 'registers', clocks: 8, strata: 4, perStratum: 16, seed: 1 }),
      ...{ period: 1e-8, clockTree: layout.clockTree },
    });
    const ofGates = stages
      .flatMap(({ instances }) => instances)
      .reduce((sum, { perClock }) => sum + (perClock.clock + perClock.clockTree) * interval, 0);
    const ofMemories = breakdown.byComponent.clock!.value - ofGates;

    let wanted = 0;
    const stores = activitiesOf(accelerator)
      .flatMap(({ memories }) => memories)
      .filter((memory) => isFlipFlops(memory, technology));
    expect(stores.length).toBeGreaterThan(1);
    for (const { words, wordBits, reads, writes } of stores) {
      const shape = { words, wordBits };
      const use = { clocks: 1000, writes: writes / interval, reads: reads / interval };
      const { energy } = useMemory(await mapMemory(shape, libraries, layout, yosys), shape, use, layout.clockTree);
      wanted += (energy.clock.total + energy.clockTree.total) * interval;
    }
    expect(Math.abs(ofMemories / wanted - 1), `${ofMemories} J, gates ${wanted} J`).toBeLessThan(0.05);
    const entries = origins.map(({ entry }) => entry);
    for (const entry of ['gates.flipFlop', 'gates.clockGate.closed', 'gates.clockGate.open'])
      expect(entries).toContain(entry);
  },
  300,
);
