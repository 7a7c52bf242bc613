import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { stageClocks } from '../../hdl-gen/arch/stream/stage.ts';
import { importTflite } from '../../models/import/tflite.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import { type EvaluateInput, evaluate } from '../../sim/evaluate.ts';
import { check } from '../../specs/check.ts';
import type { DesignRequest } from '../../specs/design.ts';
import { Result } from '../../specs/result.ts';
import { technologyNames, technologyOf } from '../../specs/technologies.ts';
import { needData, readBytes } from '../support/data.ts';

const request = (parameters: DesignRequest['parameters'], rest: Partial<DesignRequest> = {}): DesignRequest => ({
  name: 'digits-under-test',
  model: 'digits',
  architecture: 'stream',
  parameters,
  clock: '100 MHz',
  technology: 'asap7',
  ...rest,
});

const inputOf = (design: DesignRequest): EvaluateInput => ({
  request: design,
  graph: loadZoo('digits').graph,
  modelSha256: 'c0ffee',
  accuracy: 0.98,
  technology: technologyOf(design.technology),
  verification: null,
});

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
/** Sums of doubles in another order: equal to the last few bits. */
const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.abs(b));
const ends = ['low', 'value', 'high'] as const;

describe.each(technologyNames)('%s', (technology) => {
  const result = evaluate(inputOf(request({ multipliers: 32 }, { technology })));

  test('the result is what the schema says, also after a trip through JSON', () => {
    expect(check(Result, result, 'result')).toBe(result);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('joules by component, by layer and in total are the same joules; area likewise', () => {
    const { joulesPerInference, joulesPerOp, breakdown } = result.energy;
    for (const end of ends) {
      close(sum(Object.values(breakdown.byComponent).map((band) => band[end])), joulesPerInference[end]);
      close(sum(Object.values(breakdown.byLayer).map((band) => band[end])), joulesPerInference[end]);
      close(2 * result.model.macs * joulesPerOp[end], joulesPerInference[end]);
      close(sum(Object.values(result.area.byComponent).map((band) => band[end])), result.area.squareMicrons[end]);
    }
    for (const [layer, parts] of Object.entries(breakdown.byLayerAndComponent))
      close(sum(Object.values(parts)), breakdown.byLayer[layer]!.value);
    expect(joulesPerInference.value).toBeGreaterThan(0);
    expect(Object.keys(breakdown.byLayer)).toEqual([...result.stages.map(({ name }) => name), 'interface']);
  });

  test('twice the same question, twice the same answer, and a given accelerator changes nothing', () => {
    const input = inputOf(request({ multipliers: 32 }, { technology }));
    expect(JSON.stringify(evaluate(input))).toBe(JSON.stringify(result));
    const accelerator = buildAccelerator(input.graph, input.request);
    expect(evaluate({ ...input, accelerator })).toEqual(result);
  });
});

describe('digits', () => {
  test('cycles, throughput and utilisation follow from the schedule and the clock', () => {
    for (const multipliers of [8, 32, 200]) {
      const input = inputOf(request({ multipliers }, { clock: '250 MHz' }));
      const { schedule } = buildAccelerator(input.graph, input.request);
      const result = evaluate(input);
      const { latency, interval } = steadyState(schedule);
      expect(result.cycles).toEqual({ latency, interval });
      expect(result.design).toEqual({
        name: 'digits-under-test',
        architecture: 'stream',
        parameters: { multipliers },
        clockHertz: 250e6,
        technology: 'asap7',
      });
      expect(result.throughput).toEqual({
        inferencesPerSecond: 250e6 / interval,
        macsPerCycle: result.model.macs / interval,
      });
      expect(result.latencySeconds).toBe(latency / 250e6);
      const instantiated = sum(schedule.stages.map((stage) => stage.multipliers));
      expect(instantiated).toBeLessThanOrEqual(multipliers);
      expect(result.multipliers).toBe(instantiated);
      expect(result.utilisation).toBe(result.model.macs / (instantiated * interval));
      expect(result.utilisation).toBeLessThanOrEqual(1);
      for (const [index, stage] of schedule.stages.entries()) {
        const reported = result.stages[index]!;
        const { name, kind, pe, simd, inputWidth, outputWidth } = stage;
        expect(reported).toMatchObject({ name, kind, pe, simd, inputWidth, outputWidth });
        if (stage.multipliers > 0) expect(pe * simd * reported.taps).toBe(stage.multipliers);
        else expect(reported.taps).toBe(1);
        expect(reported.cycles).toBe(stageClocks(stage));
        // Engines without multipliers: the share of the time in which they are occupied.
        const share =
          stage.multipliers === 0 ? stageClocks(stage) / interval : stage.macs / (stage.multipliers * interval);
        expect(reported.utilisation).toBe(share);
        expect(share).toBeLessThanOrEqual(1);
      }
      expect(sum(result.stages.map((stage) => stage.macs))).toBe(result.model.macs);
      expect(result.model).toMatchObject({ name: 'digits', sha256: 'c0ffee', accuracy: 0.98, layers: 11 });
    }
  });

  test('the network by hand: multiply-accumulates of every layer at 8 multipliers', () => {
    const { stages, model, cycles } = evaluate(inputOf(request({ multipliers: 8 })));
    // 16 x 16 pixels; strides 2, 1, 1, 2 ...: outputs of 8 x 8 x 8, 8 x 8 x 16, 4 x 4 x 32, 4 x 4 x 48, then 48 to 10.
    expect(stages.map(({ name, macs }) => [name, macs])).toEqual([
      ['conv2d_0', 64 * 8 * 9],
      ['depthwise_conv2d_1', 64 * 8 * 9],
      ['conv2d_2', 64 * 16 * 8],
      ['depthwise_conv2d_3', 16 * 16 * 9],
      ['conv2d_4', 16 * 32 * 16],
      ['depthwise_conv2d_5', 16 * 32 * 9],
      ['conv2d_6', 16 * 48 * 32],
      ['average_pool2d_7', 0],
      ['fully_connected_9', 480],
      ['softmax_10', 0],
    ]);
    expect(model.macs).toBe(57_568);
    // One multiplier for each layer: the last convolution takes a clock for each of its products.
    expect(cycles.interval).toBe(16 * 48 * 32);
  });

  test('more multipliers never make it slower, and never leave fewer registers', () => {
    const results = [8, 16, 32, 64].map((multipliers) => evaluate(inputOf(request({ multipliers }))));
    for (const [index, result] of results.entries()) {
      const before = results[index - 1];
      if (before === undefined) continue;
      expect(result.cycles.interval).toBeLessThan(before.cycles.interval);
      expect(result.hardware.registerBits).toBeGreaterThan(before.hardware.registerBits);
    }
  });

  test('an idle accelerator still pays for clock and leakage: a slower clock costs leakage, nothing else', () => {
    const fast = evaluate(inputOf(request({ multipliers: 32 }))).energy.breakdown.byComponent;
    const slow = evaluate(inputOf(request({ multipliers: 32 }, { clock: '25 MHz' }))).energy.breakdown.byComponent;
    for (const component of Object.keys(fast)) {
      const factor = component === 'leakage' ? 4 : 1;
      for (const end of ends) close(slow[component]![end], factor * fast[component]![end]);
    }
    expect(fast.clock!.value).toBeGreaterThan(0);
    expect(fast.leakage!.value).toBeGreaterThan(0);
  });

  test('errors of the parts come through', () => {
    expect(() => evaluate(inputOf(request({ multipliers: 7 })))).toThrow(
      '/parameters/multipliers: 7 multipliers cannot serve 8 layers that multiply; every layer has its own engine in the stream architecture, so give at least 8 [BUDGET_TOO_SMALL]',
    );
    expect(() => evaluate(inputOf(request({ multipliers: 8 }, { clock: '100 parsecs' })))).toThrow(/parsecs/);
  });
});

needData('kws: a valid result whose counts are the network', ['mlperf_kws/kws_ref_model.tflite'], (folder) => {
  const graph = importTflite(readBytes(folder, 'mlperf_kws/kws_ref_model.tflite'), 'kws_ref_model.tflite');
  const result = evaluate({ ...inputOf(request({ multipliers: 64 }, { name: 'kws' })), graph });
  check(Result, result, 'result');
  expect(result.stages).toHaveLength(12);
  expect(sum(result.stages.map((stage) => stage.macs))).toBe(result.model.macs);
  expect(result.cycles.interval).toBe(Math.max(...result.stages.map((stage) => stage.cycles)));
});
