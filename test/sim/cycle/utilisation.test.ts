import { expect } from 'vitest';
import { plan } from '../../../hdl-gen/arch/stream/stream.ts';
import { importTflite } from '../../../models/import/tflite.ts';
import { layerStatistics } from '../../../models/statistics.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { needData, readBytes } from '../../support/data.ts';
import { designOf } from '../../support/small-networks.ts';

/** Model, budgets of multipliers, and the share of them that must work in every clock of the steady state. */
const bars = [
  ['mlperf_kws/kws_ref_model.tflite', [64, 256], 0.85],
  ['mlperf_ic/pretrainedResnet_quant.tflite', [64, 512], 0.85],
  ['mlperf_vww/vww_96_int8.tflite', [64, 256], 0.75],
  ['mlperf_ad/ad01_int8.tflite', [128], 0.9],
] as const;

for (const [file, budgets, least] of bars) {
  needData(`the planner keeps ${least * 100} % of the multipliers busy: ${file}`, [file], (folder) => {
    const graph = importTflite(readBytes(folder, file), file);
    const macs = layerStatistics(graph).reduce((sum, layer) => sum + layer.macs, 0);
    for (const multipliers of budgets) {
      // Without what pruning saves, which would count as work done.
      const { schedule } = plan(graph, { ...designOf({}), parameters: { multipliers, prune: false } });
      const instantiated = schedule.stages.reduce((sum, stage) => sum + stage.multipliers, 0);
      expect(instantiated).toBeLessThanOrEqual(multipliers);
      expect(macs / (instantiated * steadyState(schedule).interval)).toBeGreaterThanOrEqual(least);
    }
  });
}
