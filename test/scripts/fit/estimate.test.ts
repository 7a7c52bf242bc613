import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { fpgaEstimate } from '../../../sim/cost/luts.ts';
import { lutSites } from '../../../sim/synthesis/lut-sites.ts';
import { lutFitOf } from '../../../specs/luts.ts';
import { averagePool, conv3x3, dense, depthwise2x2, designOf, networkOf } from '../../support/small-networks.ts';
import { mappedCells, targets } from '../../support/synthesis.ts';

const convolution = networkOf([1, 5, 6, 3], conv3x3(3, 5), averagePool(5, 6));
const separable = networkOf([1, 4, 4, 4], depthwise2x2(4, 1), dense(4, 6));
const cases = [
  { name: 'a convolution and a pool', graph: convolution, folding: { conv2d_0: { pe: 2, simd: 3 } } },
  {
    name: 'a depthwise convolution and a dense layer',
    graph: separable,
    folding: { fully_connected_1: { pe: 3, simd: 2 } },
  },
];
const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
// Multipliers made of tables take Yosys long.
const tried = exhaustive ? targets : targets.filter((device) => device !== 'ice40');

test.each(tried)(
  '%s: what Yosys finds lies inside the band, and DSP blocks are as told',
  { timeout: 900_000 },
  async (device) => {
    for (const { graph, folding } of exhaustive ? cases : cases.slice(0, 1)) {
      const serial = Object.fromEntries(graph.layers.map(({ name }) => [name, { pe: 1, simd: 1 }]));
      const own = designOf({ ...serial, ...folding });
      const request = { ...own, parameters: { ...own.parameters, device } };
      const accelerator = buildAccelerator(graph, request);
      const { luts, dsps } = fpgaEstimate(accelerator, request, lutFitOf(device));
      const cells = await mappedCells(accelerator.design, device);
      const found = lutSites(device, cells);
      expect(found).toBeGreaterThan(luts.low);
      expect(found).toBeLessThan(luts.high);
      expect((cells.DSP48E1 ?? 0) + (cells.MULT18X18D ?? 0)).toBe(dsps);
    }
  },
);
