import { describe, expect, test } from 'vitest';
import { mapBytes, type Schedule, type Stage } from '../../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { timelineOf } from '../../../sim/cycle/timeline.ts';
import type { TimelineWindow } from '../../../specs/result.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomNetwork } from '../../support/random-network.ts';

/** Clocks per inference in which the engine works: passes, rows, or beats that move. */
function workOf(stage: Stage): number {
  switch (stage.timing) {
    case 'window':
      return stage.output.height * stage.output.width * stage.results.length * stage.passInterval;
    case 'row':
      return (mapBytes(stage.input) / stage.length) * (stage.length + stage.busy);
    case 'rearrange':
      return Math.max(mapBytes(stage.input), mapBytes(stage.output));
    case 'globalPool':
      return mapBytes(stage.input) / stage.inputWidth;
    case 'bytewise':
    case 'turns':
      return mapBytes(stage.output) / stage.outputWidth;
  }
}

const sum = (window: TimelineWindow, index: number, what: 'working' | 'blocked') =>
  window.stages[index]!.spans.reduce((total, span) => total + span[what], 0);

function checkWindow({ clocks, stages }: TimelineWindow): void {
  for (const { spans } of stages) {
    let before = 0;
    for (const { from, to, working, blocked } of spans) {
      expect(from).toBeGreaterThanOrEqual(before);
      expect(working + blocked).toBeLessThanOrEqual(to - from);
      expect(working + blocked).toBeGreaterThan(0);
      before = to;
    }
    expect(before).toBeLessThanOrEqual(clocks);
    // A span needs a pause of a hundredth before it, or another inference.
    expect(spans.length).toBeLessThanOrEqual(2 * (100 + 2 * new Set(spans.map(({ inference }) => inference)).size));
  }
}

function timelineFor(schedule: Schedule) {
  const { latency, interval, trace } = steadyState(schedule);
  return { latency, interval, ...timelineOf(schedule, trace, interval) };
}

test('the first inference: all work of every stage, from its first byte to its last result', () => {
  let complete = 0;
  for (let seed = 0; seed < 25; seed++) {
    const graph = randomNetwork(seed);
    const { schedule } = buildAccelerator(graph, randomRequest(graph, seed));
    const { latency, first } = timelineFor(schedule);
    expect(first.clocks).toBe(latency + 1);
    checkWindow(first);
    for (const [index, stage] of schedule.stages.entries()) {
      const { spans, enters, leaves } = first.stages[index]!;
      // What nobody needs for the last result may still be under way when that one leaves.
      if (leaves <= latency) expect(sum(first, index, 'working')).toBe(workOf(stage));
      else expect(sum(first, index, 'working')).toBeLessThanOrEqual(workOf(stage));
      complete += leaves <= latency ? 1 : 0;
      expect(spans.every(({ inference }) => inference === 0)).toBe(true);
      expect(enters).toBeGreaterThanOrEqual(0);
    }
    expect(Math.min(...first.stages.map(({ enters }) => enters))).toBe(0);
    expect(first.stages.at(-1)!.leaves).toBe(latency);
    expect(simulateCycles(schedule, { frames: 1 }).lastOut[0]).toBe(latency);
  }
  expect(complete).toBeGreaterThan(60);
});

test('steady state: every stage does the work of two inferences in two intervals', () => {
  let checked = 0;
  for (let seed = 0; seed < 25; seed++) {
    const graph = randomNetwork(seed);
    const { schedule } = buildAccelerator(graph, randomRequest(graph, seed));
    const { interval, steady } = timelineFor(schedule);
    expect(steady.clocks).toBe(2 * interval);
    checkWindow(steady);
    for (const [index, stage] of schedule.stages.entries()) {
      expect(sum(steady, index, 'working')).toBe(2 * workOf(stage));
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(60);
});

describe('waiting', () => {
  const { schedule } = buildAccelerator(loadZoo('digits').graph, {
    name: 'digits',
    model: 'digits',
    architecture: 'stream',
    parameters: { multipliers: 16 },
    clock: '100 MHz',
    technology: 'asap7',
  });

  test('for room: never at the last stage, which the outside serves at once, and in front of a slow stage it is all the rest', () => {
    const { first, steady } = timelineFor(schedule);
    const last = schedule.stages.length - 1;
    expect(sum(first, last, 'blocked') + sum(steady, last, 'blocked')).toBe(0);
    expect(schedule.stages.some((_, index) => sum(steady, index, 'blocked') > 0)).toBe(true);
  });

  test('a second stage that is ten times slower stops the first, which then waits for room and for nothing else', () => {
    const [fast] = schedule.stages.filter(({ timing }) => timing === 'window');
    if (fast?.timing !== 'window') throw new Error('the network begins with a convolution');
    const { name, output } = fast;
    const slow: Stage = {
      ...fast,
      name: `${name}_slow`,
      sources: [0],
      input: output,
      inputWidth: 1,
      kernel: { height: 1, width: 1 },
      stride: { height: 1, width: 1 },
      padding: { top: 0, left: 0 },
      output,
      steps: 10 * fast.passInterval * fast.results.length,
      passInterval: 10 * fast.passInterval * fast.results.length,
      bufferPixels: 2,
    };
    const { steady, interval } = timelineFor({ stages: [{ ...fast, sources: [-1] }, slow] });
    expect(interval).toBe(workOf(slow));
    // What is missing to two intervals is the pause around the window's ends, less than a hundredth of it.
    const [working, blocked] = [sum(steady, 0, 'working'), sum(steady, 0, 'blocked')];
    expect(working + blocked).toBeGreaterThan(0.97 * 2 * interval);
    expect(sum(steady, 1, 'working')).toBe(2 * interval);
  });
});
