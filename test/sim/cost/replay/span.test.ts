import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputBeats, type Schedule } from '../../../../hdl-gen/arch/architecture.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import { type Span, steadyRun } from '../../../../sim/cost/replay/span.ts';
import { frameEnds, traceCycles } from '../../../../sim/cycle/cycles.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { randomRequest } from '../../../support/random-folding.ts';
import { randomChain } from '../../../support/random-graph.ts';
import { dense, designOf, networkOf } from '../../../support/small-networks.ts';

/** Results that each stage gives in the span when no more than its frames are fed, and the input beats taken. */
function moved(schedule: Schedule, inferences = 1): { input: number; written: number[] } {
  return workIn(schedule, steadyRun({ schedule }, inferences).span);
}

function workIn(schedule: Schedule, { frames, first, length }: Span): { input: number; written: number[] } {
  const trace = traceCycles(schedule, frames);
  const within = (at: Float64Array): number => at.filter((clock) => clock >= first && clock < first + length).length;
  return { input: within(trace.input.at), written: trace.written.map(({ at }) => within(at)) };
}

const framesOf = (schedule: Schedule, count: number) => ({
  input: count * traceCycles(schedule, 1).inputBeats,
  written: schedule.stages.map((stage) => count * outputBeats(stage)),
});
const oneFrame = (schedule: Schedule) => framesOf(schedule, 1);

test('a chain of ten equal layers is frames deep: all ten work in the span, the first as the last', () => {
  const layers = Array.from({ length: 10 }, () => dense(12, 12));
  const request = { ...designOf({}), parameters: { multipliers: 10 } };
  const { schedule } = plan(networkOf([1, 1, 1, 12], ...layers), request);
  const { latency, interval } = steadyState(schedule);
  expect(latency / interval).toBeGreaterThan(5);
  expect(steadyRun({ schedule }).span.length).toBe(interval);
  expect(moved(schedule)).toEqual(oneFrame(schedule));
});

test('in the span of any network every stage does the work of one frame, in as many clocks as an inference takes', () => {
  fc.assert(
    fc.property(randomChain({ quantize: true, explicitPadding: true }), fc.integer(), (graph, seed) => {
      const { schedule } = plan(graph, randomRequest(graph, seed));
      expect(moved(schedule)).toEqual(oneFrame(schedule));
      expect(steadyRun({ schedule }).span.length).toBe(steadyState(schedule).interval);
    }),
    { numRuns: 60 },
  );
});

test('in a span of several inferences every stage does the work of as many frames, in as many intervals', () => {
  fc.assert(
    fc.property(
      randomChain({ quantize: true, explicitPadding: true }),
      fc.integer(),
      fc.integer({ min: 2, max: 9 }),
      (graph, seed, inferences) => {
        const { schedule } = plan(graph, randomRequest(graph, seed));
        expect(moved(schedule, inferences)).toEqual(framesOf(schedule, inferences));
        expect(steadyRun({ schedule }, inferences).span.length).toBe(inferences * steadyState(schedule).interval);
      },
    ),
    { numRuns: 30 },
  );
});

test('as the pipeline fills, the span ends with an output as well, is as long, and every stage does as much in it', () => {
  fc.assert(
    fc.property(randomChain({ quantize: true, explicitPadding: true }), fc.integer(), (graph, seed) => {
      const { schedule } = plan(graph, randomRequest(graph, seed));
      const [early, late] = [steadyRun({ schedule }, 1, 'filling').span, steadyRun({ schedule }).span];
      expect(early.length).toBe(late.length);
      expect(early.first).toBeLessThanOrEqual(late.first);
      expect(workIn(schedule, early)).toEqual(oneFrame(schedule));
      const ends = frameEnds(traceCycles(schedule, late.frames)).lastOut;
      expect(ends).toContain(early.first + early.length - 1);
    }),
    { numRuns: 60 },
  );
});
