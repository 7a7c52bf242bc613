import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { windowResources } from '../../../hdl-gen/arch/stream/resources.ts';
import { plan } from '../../../hdl-gen/arch/stream/stream.ts';
import { layerSums } from '../../../hdl-gen/arch/stream/tables.ts';
import { inventoryOf } from '../../../sim/cost/inventory.ts';
import { stateAt } from '../../../sim/cost/stage-activity.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomNetwork } from '../../support/random-network.ts';

const bySize = (memories: readonly { path: readonly string[]; name: string }[]) =>
  [...memories].sort((a, b) => ([...a.path, a.name].join('.') < [...b.path, b.name].join('.') ? -1 : 1));

test('registers and memories of window engines by formula are those of the circuit', () => {
  const seen = new Map<string, number>();
  for (let seed = 0; seed < 60; seed++) {
    const graph = randomNetwork(seed);
    const request = randomRequest(graph, seed);
    const { design, schedule } = buildAccelerator(graph, request);
    const { works } = plan(graph, request).network;
    const inventory = inventoryOf(design);
    for (const stage of schedule.stages) {
      const work = works.find(({ name }) => name === stage.name);
      if (stage.timing !== 'window' || work?.form !== 'window') continue;
      const found = stateAt(inventory, [stage.name]);
      const scaler = ({ path }: { readonly path: readonly string[] }) => /^(requantizer|averager)/.test(path[1] ?? '');
      const scalers = stateAt(
        {
          registers: inventory.registers.filter(({ path }) => path[0] === stage.name && scaler({ path })),
          memories: inventory.memories.filter(({ path }) => path[0] === stage.name && scaler({ path })),
        },
        [stage.name],
      );
      const told = windowResources(work, stage, layerSums(work), scalers);
      expect({ seed, ...told, memories: bySize(told.memories) }).toEqual({
        seed,
        ...found,
        memories: bySize(found.memories),
      });
      seen.set(stage.kind, (seen.get(stage.kind) ?? 0) + 1);
    }
  }
  for (const kind of ['conv', 'depthwise', 'pool']) expect(seen.get(kind)).toBeGreaterThan(3);
});
