import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import type { Graph, Layer } from '../../../models/graph.ts';
import { runReference } from '../../../models/reference.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { runEmbedded } from '../../../sim/verify/embedded.ts';
import { logitsInside, outputOf } from '../../../sim/verify/inside.ts';
import { climb, type Rung } from '../../../sim/verify/ladder.ts';
import { localise } from '../../../sim/verify/localise.ts';
import { logitsOf, prefixOf, tailAfter } from '../../../sim/verify/parts.ts';
import { hostOutput, referenceTruth, truthFrom } from '../../../sim/verify/truth.ts';
import { check } from '../../../specs/check.ts';
import type { DesignRequest } from '../../../specs/design.ts';
import { Verification } from '../../../specs/result.ts';

const { graph, samples, inputBytes } = loadZoo('digits');
const request: DesignRequest = {
  name: 'digits',
  model: 'digits',
  architecture: 'stream',
  parameters: { multipliers: 24, softmax: 'host' },
  clock: '100 MHz',
  technology: 'asap7',
};
const count = 3;
const inputs = samples.subarray(0, count * inputBytes);
const accelerator = buildAccelerator(graph, request);
const reference = referenceTruth(accelerator, inputs, count);
const run = runEmbedded(accelerator, inputs, count);

function rtlRung(changes: Partial<Rung> = {}): Rung {
  const hardware = changes.hardware ?? run.outputs;
  const output = hostOutput(accelerator, hardware);
  return { level: 'rtl', tool: 'test', samples: count, hardware, output, clocks: run, ...changes };
}

function climbWith(
  rungs: readonly Rung[],
  given = { expected: null, expectedLogits: null } as Parameters<typeof truthFrom>[1],
) {
  const verification = climb({
    graph,
    hardwareTensor: accelerator.outputTensor,
    outputTensor: graph.outputs[0]!,
    rungs,
    truth: truthFrom(accelerator, given, reference),
    reference,
    accelerator,
    inputs: 'test',
    notes: [],
  });
  return check(Verification, verification, 'verification');
}

describe('climb', () => {
  test('equal bytes and equal clocks are equal', () => {
    const verification = climbWith([rtlRung()]);
    expect(verification.verdict).toBe('equal');
    expect(verification.firstMismatch).toBeNull();
    expect(verification.levels.rtl).toEqual({
      samples: count,
      matched: count,
      cycles: { latency: run.lastOut[0]! - run.firstIn[0]!, interval: run.lastOut[2]! - run.lastOut[1]! },
      tool: 'test',
    });
  });

  test('one wrong byte of the hardware is named with layer, channel, clock and both values', () => {
    const hardware = run.outputs.slice();
    hardware[17]! ^= 1;
    const { verdict, firstMismatch, levels } = climbWith([rtlRung({ hardware })]);
    expect(verdict).toBe('different');
    expect(levels.rtl!.matched).toBe(count - 1);
    expect(firstMismatch).toEqual({
      level: 'rtl',
      sample: 1,
      layer: 'fully_connected_9',
      index: 7,
      position: [0, 7],
      channel: 7,
      cycle: run.outputCycles[17],
      expected: run.outputs[17],
      found: hardware[17],
    });
  });

  test('one byte a clock late is different, though all bytes are equal', () => {
    const outputCycles = run.outputCycles.slice();
    outputCycles[14]! += 1;
    const { verdict, levels, notes } = climbWith([rtlRung({ clocks: { ...run, outputCycles } })]);
    expect(levels.rtl!.matched).toBe(count);
    expect(verdict).toBe('different');
    expect(notes).toEqual([
      `rtl: frame 1 byte 4 leaves at clock ${outputCycles[14]}, the cycle model says ${run.outputCycles[14]}`,
    ]);
  });

  test('a frame that enters late is different', () => {
    const firstIn = run.firstIn.map((clock, frame) => clock + (frame === 2 ? 1 : 0));
    const { verdict, notes } = climbWith([rtlRung({ clocks: { ...run, firstIn } })]);
    expect(verdict).toBe('different');
    expect(notes[0]).toMatch(/^rtl: frame 2 enters at clock \d+, the cycle model says \d+$/);
  });

  test('a byte that was withdrawn is different', () => {
    expect(climbWith([rtlRung({ unstable: 1 })]).verdict).toBe('different');
  });

  test('a wrong expectation is told from wrong hardware', () => {
    const expected = reference.output.slice();
    expected[25]! ^= 4;
    const { verdict, firstMismatch, notes } = climbWith([rtlRung()], { expected, expectedLogits: null });
    expect(verdict).toBe('different');
    expect(firstMismatch).toMatchObject({ layer: 'softmax_10', sample: 2, index: 5, expected: expected[25] });
    expect(notes[0]).toMatch(/^rtl equals the integer reference on all 3 samples/);
  });

  test('the first wrong sample is named, whichever of its tensors is wrong', () => {
    const hardware = run.outputs.slice();
    hardware[17]! ^= 1;
    const expected = reference.output.slice();
    expected[2]! ^= 4;
    const { firstMismatch, levels } = climbWith([rtlRung({ hardware })], { expected, expectedLogits: null });
    expect(firstMismatch).toMatchObject({ layer: 'softmax_10', sample: 0, index: 2 });
    expect(levels.rtl!.matched).toBe(1);
  });

  test('expected logits are compared with what leaves the hardware', () => {
    const expectedLogits = reference.hardware.slice();
    expectedLogits[3]! ^= 1;
    const { verdict, firstMismatch } = climbWith([rtlRung()], { expected: null, expectedLogits });
    expect(verdict).toBe('different');
    expect(firstMismatch).toMatchObject({ layer: 'fully_connected_9', sample: 0, index: 3 });
  });
});

describe('a softmax in hardware', () => {
  const whole = buildAccelerator(graph, { ...request, parameters: { multipliers: 24 } });
  const right = referenceTruth(whole, inputs, count);
  const inside = logitsInside(whole)!;
  const ran = runEmbedded(whole, inputs, count, [outputOf(inside.stage!)]);
  const [watched] = ran.watched;
  const rungOf = (changes: Partial<Rung> = {}): Rung => ({
    ...{ level: 'rtl', tool: 'test', samples: count, hardware: ran.outputs, output: ran.outputs, clocks: ran },
    logits: watched,
    ...changes,
  });
  const climbOf = (rung: Rung, given: Parameters<typeof truthFrom>[1] = { expected: null, expectedLogits: null }) =>
    climb({
      graph,
      hardwareTensor: whole.outputTensor,
      outputTensor: graph.outputs[0]!,
      logitsTensor: inside.tensor,
      rungs: [rung],
      truth: truthFrom(whole, given, right),
      reference: right,
      accelerator: whole,
      inputs: 'test',
      notes: [],
    });

  test('its logits are seen inside: the reference, and the bytes that leave the same network cut there', () => {
    expect(inside.tensor).toBe(logitsOf(graph));
    expect(watched!.values).toEqual(right.logits);
    expect(watched!.values).toEqual(run.outputs);
    expect(watched!.clocks).toEqual(run.outputCycles);
    const { verdict, levels } = climbOf(rungOf());
    expect(verdict).toBe('equal');
    expect(levels.rtl!.matched).toBe(count);
  });

  test('watching changes nothing that leaves', () => {
    const { watched: none, ...alone } = runEmbedded(whole, inputs, count);
    const { watched: some, ...beside } = ran;
    expect(beside).toEqual(alone);
    expect([none.length, some.length]).toEqual([0, 1]);
  });

  test('a wrong logit counts although the output is right, and is named with its clock', () => {
    const values = watched!.values.slice();
    values[12]! ^= 1;
    const { verdict, levels, firstMismatch } = climbOf(rungOf({ logits: { ...watched!, values } }));
    expect(verdict).toBe('different');
    expect(levels.rtl!.matched).toBe(count - 1);
    expect(firstMismatch).toMatchObject({
      ...{ layer: 'fully_connected_9', sample: 1, index: 2, cycle: watched!.clocks[12] },
      ...{ expected: watched!.values[12], found: values[12] },
    });
  });

  test('where logits and output of a sample are wrong, the logits are named', () => {
    const values = watched!.values.slice();
    values[29]! ^= 1;
    const hardware = ran.outputs.slice();
    hardware[20]! ^= 1;
    const { firstMismatch, levels } = climbOf(rungOf({ hardware, output: hardware, logits: { ...watched!, values } }));
    expect(firstMismatch).toMatchObject({ layer: 'fully_connected_9', sample: 2, index: 9 });
    expect(levels.rtl!.matched).toBe(count - 1);
  });

  test('expected logits and outputs are compared with what was seen', () => {
    const expectedLogits = right.logits!.slice();
    expectedLogits[3]! ^= 1;
    const byLogits = climbOf(rungOf(), { expected: null, expectedLogits });
    expect(byLogits.verdict).toBe('different');
    expect(byLogits.firstMismatch).toMatchObject({ layer: 'fully_connected_9', sample: 0, index: 3 });
    expect(byLogits.notes[0]).toMatch(/^rtl equals the integer reference on all 3 samples/);
    const expected = right.output.slice();
    expected[14]! ^= 1;
    const byOutput = climbOf(rungOf(), { expected, expectedLogits: null });
    expect(byOutput.firstMismatch).toMatchObject({ layer: 'softmax_10', sample: 1, index: 4 });
  });

  test('a byte that never entered the softmax is a difference', () => {
    const { values, clocks } = watched!;
    const lost = { values: values.slice(0, -1), clocks };
    const { verdict, notes } = climbOf(rungOf({ logits: lost }));
    expect(verdict).toBe('different');
    expect(notes[0]).toBe('rtl: 29 bytes of fully_connected_9 were seen, not 30');
  });

  test('a network without a softmax, or with one on the host, has no logits inside', () => {
    expect(logitsInside(accelerator)).toBeNull();
    const cut = prefixOf(graph, graph.layers.length - 1);
    expect(logitsInside(buildAccelerator(cut, request))).toBeNull();
  });
});

describe('parts of a network', () => {
  test('the host computes the softmax behind the logits', () => {
    expect(logitsOf(graph)).toBe(accelerator.outputTensor);
    const tail = tailAfter(graph, accelerator.outputTensor)!;
    expect(tail.layers.map((layer) => layer.kind)).toEqual(['softmax']);
    expect(tailAfter(graph, graph.outputs[0]!)).toBeNull();
    expect(hostOutput(accelerator, reference.hardware)).toEqual(reference.output);
  });

  test('a prefix computes what the whole network computes up to there', () => {
    const whole = runReference(graph, inputs.subarray(0, inputBytes), { capture: true }).tensors!;
    for (let length = 1; length <= graph.layers.length; length++) {
      const prefix = prefixOf(graph, length);
      const { output } = runReference(prefix, inputs.subarray(0, inputBytes));
      expect(output).toEqual(whole.get(graph.layers[length - 1]!.output));
    }
  });
});

/** Hardware of a network in which one weight of one layer is wrong. */
function sabotaged(layerName: string): Graph {
  const spoil = (layer: Layer): Layer => {
    if (layer.name !== layerName || !('weights' in layer)) return layer;
    const weights = layer.weights.slice();
    for (let at = 0; at < weights.length; at += 5) weights[at] = weights[at]! > 0 ? -127 : 127;
    return { ...layer, weights };
  };
  return { ...graph, layers: graph.layers.map(spoil) };
}

describe('localise', () => {
  test.each(['conv2d_0', 'depthwise_conv2d_3', 'conv2d_6', 'fully_connected_9'])(
    'finds wrong weights in %s',
    (name) => {
      const wrong = sabotaged(name);
      const input = inputs.subarray(0, inputBytes);
      const expected = runReference(graph, input, { capture: true }).tensors!;
      const found = localise({
        accelerator: buildAccelerator(wrong, request),
        input,
        sample: 4,
        expected,
        build: (part, foldings) => buildAccelerator(part, { ...request, parameters: { foldings, prune: false } }),
        run: (part, bytes) => runEmbedded(part, bytes, 1),
      });
      expect(found).toMatchObject({ level: 'rtl', layer: name, sample: 4 });
      const wrongBytes = runReference(wrong, input, { capture: true }).tensors!;
      const { output } = graph.layers.find((layer) => layer.name === name)!;
      const first = expected.get(output)!.findIndex((byte, at) => byte !== wrongBytes.get(output)![at]);
      expect(found).toMatchObject({
        index: first,
        expected: expected.get(output)![first],
        found: wrongBytes.get(output)![first],
      });
    },
  );

  test('right hardware has no first mismatch', () => {
    const input = inputs.subarray(0, inputBytes);
    const found = localise({
      accelerator,
      input,
      sample: 0,
      expected: runReference(graph, input, { capture: true }).tensors!,
      build: (part, foldings) => buildAccelerator(part, { ...request, parameters: { foldings, prune: false } }),
      run: (part, bytes) => runEmbedded(part, bytes, 1),
    });
    expect(found).toBeNull();
  });
});
