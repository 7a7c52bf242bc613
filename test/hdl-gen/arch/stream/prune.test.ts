import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import type { Graph } from '../../../../models/graph.ts';
import { importTflite } from '../../../../models/import/tflite.ts';
import { graphTotals } from '../../../../models/statistics.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { runEmbedded } from '../../../../sim/verify/embedded.ts';
import type { DesignRequest } from '../../../../specs/design.ts';
import { Fault } from '../../../../specs/fault.ts';
import { needData, readBytes, readInt8s } from '../../../support/data.ts';
import { conv3x3, dense, networkOf } from '../../../support/small-networks.ts';

const request = (parameters: DesignRequest['parameters']): DesignRequest => ({
  name: 'pruned',
  model: 'net',
  architecture: 'stream',
  parameters,
  clock: '100 MHz',
  technology: 'asap7',
});

/** Two of the six channels between the layers are dead. */
function network(): Graph {
  const graph = networkOf([1, 2, 2, 1], conv3x3(1, 6), dense(24, 3));
  const [first, second] = graph.layers;
  if (first?.kind !== 'conv2d' || second === undefined) throw new Error('another network');
  const weights = first.weights.map((weight, at) =>
    Math.floor(at / 9) === 1 || Math.floor(at / 9) === 4 ? 0 : weight,
  );
  return { ...graph, layers: [{ ...first, weights }, second] };
}

describe('skipping of channels that make no difference', () => {
  test('is on unless the design says no', () => {
    const channels = (parameters: DesignRequest['parameters']) =>
      plan(network(), request(parameters)).schedule.stages.map(({ input, output, macs }) => [
        input.channels,
        output.channels,
        macs,
      ]);
    const all = [
      [1, 6, 4 * 9 * 6],
      [24, 3, 72],
    ];
    expect(channels({ multipliers: 8, prune: false })).toEqual(all);
    expect(channels({ multipliers: 8 })).toEqual([
      [1, 4, 4 * 9 * 4],
      [16, 3, 48],
    ]);
    expect(channels({ multipliers: 8, prune: true })).toEqual(channels({ multipliers: 8 }));
  });

  test('a folding that suits the model but not what is left is refused in words', () => {
    const said = (name: string, pe: number, simd: number, prune = true): string => {
      try {
        plan(network(), request({ multipliers: 50, prune, foldings: { [name]: { pe, simd } } }));
      } catch (error) {
        if (error instanceof Fault) return error.message;
        throw error;
      }
      return 'nothing was thrown';
    };
    expect(said('conv2d_0', 5, 1)).toBe(
      'folding of layer conv2d_0: pe is 5, and only 4 of its 6 output channels make a difference; choose at most 4, or say "prune": false under parameters [FOLDING_PRUNED]',
    );
    expect(said('fully_connected_1', 1, 17)).toBe(
      'folding of layer fully_connected_1: simd is 17, and only 16 of its 24 input channels make a difference; choose at most 16, or say "prune": false under parameters [FOLDING_PRUNED]',
    );
    expect(said('conv2d_0', 7, 1)).toContain('[FOLDING_IMPOSSIBLE]');
    expect(said('conv2d_0', 5, 1, false)).toBe('nothing was thrown');
    expect(said('conv2d_0', 4, 1)).toBe('nothing was thrown');
  });
});

const vww = [
  'mlperf_vww/vww_96_int8.tflite',
  'mlperf_vww/inputs_i8.bin',
  'mlperf_vww/golden_tflm_logits_i8.bin',
] as const;

needData('vww: half of the multiplications are skipped, and the hardware gives the golden bytes', vww, (folder) => {
  const graph = importTflite(readBytes(folder, vww[0]), 'vww');
  const samples = 2;
  const accelerator = buildAccelerator(graph, request({ multipliers: 256, softmax: 'host' }));
  const left = graphTotals(accelerator.pruned.graph);
  expect(graphTotals(graph)).toEqual({ macs: 7489664, parameters: 210850 });
  expect(left).toEqual({ macs: 3727313, parameters: 30080 });
  const whole = plan(graph, request({ multipliers: 256, softmax: 'host', prune: false }));
  expect(steadyState(accelerator.schedule).latency).toBeLessThan(0.7 * steadyState(whole.schedule).latency);
  const inputs = readInt8s(folder, vww[1]).subarray(0, samples * accelerator.inputBytes);
  const golden = readInt8s(folder, vww[2]).subarray(0, samples * accelerator.outputBytes);
  expect([...runEmbedded(accelerator, inputs, samples).outputs]).toEqual([...golden]);
});
