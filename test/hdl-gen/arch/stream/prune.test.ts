import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import type { Graph, Tensor } from '../../../../models/graph.ts';
import { importTflite } from '../../../../models/import/tflite.ts';
import { graphTotals } from '../../../../models/statistics.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { runEmbedded } from '../../../../sim/verify/embedded.ts';
import type { DesignRequest } from '../../../../specs/design.ts';
import { Fault } from '../../../../specs/fault.ts';
import { needData, readBytes, readInt8s } from '../../../support/data.ts';
import { seededRandom } from '../../../support/random.ts';
import { finished, Sketch } from '../../../support/random-network.ts';
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

  test('so is a width', () => {
    const said = (width: number, prune: boolean): string => {
      try {
        plan(network(), request({ multipliers: 50, prune, widths: { conv2d_0: width } }));
      } catch (error) {
        if (error instanceof Fault) return error.message;
        throw error;
      }
      return 'nothing was thrown';
    };
    expect(said(3, true)).toBe(
      '/parameters/widths/conv2d_0: its output cannot travel 3 bytes at a time without the channels that make no difference; choose one of 1, 2, 4, or say "prune": false under parameters [WIDTH_PRUNED]',
    );
    expect(said(3, false)).toBe('nothing was thrown');
    expect(said(2, true)).toBe('nothing was thrown');
    expect(said(5, true)).toContain('[WIDTH_IMPOSSIBLE]');
  });

  test('a layer is compared with itself, also where a repetition of an operand is gone', () => {
    const sketch = new Sketch(seededRandom(1));
    const input = sketch.tensor([1, 1, 1, 8]);
    /** A pointwise convolution that reads so many channels, the first ones. */
    const pointwise = (from: Tensor, channels: number, read: number): Tensor => {
      const depth = from.shape[3]!;
      const output = { ...sketch.tensor([1, 1, 1, channels]), zeroPoint: 0 };
      sketch.tensors.set(output.id, output);
      const weights = Int8Array.from({ length: channels * depth }, (_, at) => (at % depth < read ? 5 + at : 0));
      const requantize = sketch.requantize(channels, 100 * depth);
      sketch.layers.push({
        kind: 'conv2d',
        name: sketch.name('conv2d'),
        input: from.id,
        output: output.id,
        kernel: { height: 1, width: 1 },
        stride: { height: 1, width: 1 },
        dilation: { height: 1, width: 1 },
        padding: { top: 0, left: 0, bottom: 0, right: 0 },
        groups: 1,
        weights,
        bias: new Int32Array(channels),
        requantize,
        clamp: { min: -128, max: 127 },
      });
      return output;
    };
    const sum = sketch.elementwise(pointwise(input, 4, 8), pointwise(input, 1, 8));
    const graph = finished(sketch, 'net', input, pointwise(pointwise(sum, 6, 1), 3, 5));
    const worksOf = (prune: boolean) =>
      plan(graph, request({ multipliers: 100, prune })).network.works.map(({ name }) => name);
    const add = graph.layers[2]!.name;
    expect(worksOf(false)).toEqual(['conv2d_0', 'conv2d_1', `${add}_repeat_1`, add, 'conv2d_3', 'conv2d_4']);
    expect(worksOf(true)).toEqual(['conv2d_0', 'conv2d_1', add, 'conv2d_3', 'conv2d_4']);
    const folded = (pe: number) => () =>
      plan(graph, request({ multipliers: 100, foldings: { conv2d_3: { pe, simd: 1 } } }));
    expect(folded(6)).toThrow(
      'folding of layer conv2d_3: pe is 6, and only 2 of its 6 output channels make a difference; choose at most 2, or say "prune": false under parameters [FOLDING_PRUNED]',
    );
    expect(folded(7)).toThrow('[FOLDING_IMPOSSIBLE]');
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
