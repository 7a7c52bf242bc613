import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { placeResources, windowResources } from '../../../hdl-gen/arch/stream/resources.ts';
import { plan } from '../../../hdl-gen/arch/stream/stream.ts';
import { layerSums } from '../../../hdl-gen/arch/stream/tables.ts';
import { placeMemories } from '../../../hdl-gen/memory/place.ts';
import { inventoryOf } from '../../../sim/cost/inventory.ts';
import { stateAt } from '../../../sim/cost/stage-activity.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomNetwork } from '../../support/random-network.ts';

const bySize = (memories: readonly { path: readonly string[]; name: string }[]) =>
  [...memories].sort((a, b) => ([...a.path, a.name].join('.') < [...b.path, b.name].join('.') ? -1 : 1));

test.each([undefined, 'ice40', 'ecp5', 'xc7'] as const)(
  'registers and memories of window engines by formula are those of the circuit, on %s',
  (device) => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < (device === undefined ? 60 : 20); seed++) {
      const graph = randomNetwork(seed);
      const request = randomRequest(graph, seed);
      const { schedule, design: portable } = buildAccelerator(graph, request);
      const design = device === undefined ? portable : placeMemories(portable, device);
      const logical = inventoryOf(portable);
      const { works } = plan(graph, request).network;
      const inventory = inventoryOf(design);
      for (const stage of schedule.stages) {
        const work = works.find(({ name }) => name === stage.name);
        if (stage.timing !== 'window' || work?.form !== 'window') continue;
        const found = stateAt(inventory, [stage.name]);
        const scaler = ({ path }: { readonly path: readonly string[] }) =>
          /^(requantizer|averager)/.test(path[1] ?? '');
        const scalers = stateAt(
          {
            registers: logical.registers.filter(({ path }) => path[0] === stage.name && scaler({ path })),
            memories: logical.memories.filter(({ path }) => path[0] === stage.name && scaler({ path })),
          },
          [stage.name],
        );
        const all = windowResources(work, stage, layerSums(work), scalers);
        const told = device === undefined ? all : placeResources(all, device);
        expect({ seed, ...told, memories: bySize(told.memories) }).toEqual({
          seed,
          ...found,
          memories: bySize(found.memories),
        });
        seen.set(stage.kind, (seen.get(stage.kind) ?? 0) + 1);
      }
    }
    for (const kind of ['conv', 'depthwise', 'pool']) expect(seen.get(kind)).toBeGreaterThan(3);
  },
);
