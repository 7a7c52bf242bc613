import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RearrangeStage } from '../../../../hdl-gen/arch/architecture.ts';
import { mapBytes } from '../../../../hdl-gen/arch/architecture.ts';
import { isTaken, rearrangeLaw, simplifiedInsertion } from '../../../../hdl-gen/arch/stream/rearrange.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import type { Tensor } from '../../../../models/graph.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { seededRandom } from '../../../support/random.ts';
import { pad, resize, slice, transpose } from '../../../support/random-moving.ts';
import { finished, Sketch } from '../../../support/random-network.ts';
import { designOf } from '../../../support/small-networks.ts';

/** The stage of one layer on an input of the shape, or of a random one. */
function stageOf(make: (sketch: Sketch, input: Tensor) => Tensor, seed: number, given?: readonly number[]) {
  const sketch = new Sketch(seededRandom(seed));
  const { random } = sketch;
  const input = sketch.tensor(given ?? [1, random.integer(1, 6), random.integer(1, 6), random.integer(1, 4)]);
  const { schedule } = plan(finished(sketch, 'one', input, make(sketch, input)), designOf({}));
  const [stage, ...others] = schedule.stages;
  if (stage?.timing !== 'rearrange' || others.length > 0) throw new TypeError('one stage that moves bytes is expected');
  return stage;
}

const stages: fc.Arbitrary<RearrangeStage> = fc
  .record({ seed: fc.nat(), kind: fc.constantFrom('pad', 'slice', 'flip', 'transpose', 'resize', 'insert') })
  .map(({ seed, kind }) =>
    stageOf((sketch, input) => {
      const { random } = sketch;
      if (kind === 'pad') return pad(sketch, input);
      if (kind === 'slice' || kind === 'flip') return slice(sketch, input, kind === 'flip');
      if (kind === 'transpose') return transpose(sketch, input);
      if (kind === 'resize') return resize(sketch, input, random.integer(1, 8), random.integer(1, 8));
      // At least one constant: with none a concatenation of one tensor is no insertion.
      const constant = sketch.tensor(input.shape, input);
      sketch.constants.set(constant.id, new Int8Array(input.shape.reduce((product, size) => product * size, 1)));
      const output = sketch.tensor([1, 2 * input.shape[1]!, ...input.shape.slice(2)], input);
      const inputs = random.fraction() < 0.5 ? [constant.id, input.id] : [input.id, constant.id];
      const name = sketch.name('concatenation');
      sketch.layers.push({ kind: 'concatenation', name, inputs, output: output.id, axis: 1 });
      return output;
    }, seed),
  );

test('the ring is as large as it must be and no larger: one byte less, and frames come slower or stop', () => {
  let smaller = 0;
  fc.assert(
    fc.property(stages, (stage) => {
      const least = Math.max(mapBytes(stage.input), mapBytes(stage.output));
      expect(steadyState({ stages: [stage] }).interval).toBe(least);
      if (stage.bufferBytes === 1) return;
      smaller++;
      let interval: number;
      try {
        interval = steadyState({ stages: [{ ...stage, bufferBytes: stage.bufferBytes - 1 }] }).interval;
      } catch (error) {
        expect(String(error)).toContain('CYCLE_DEADLOCK');
        return;
      }
      expect(interval).toBeGreaterThan(least);
    }),
    { numRuns: 300 },
  );
  expect(smaller).toBeGreaterThan(200);
});

test('no byte is given up that the present or a later result reads, and what is given up stays so', () => {
  fc.assert(
    fc.property(stages, (stage) => {
      const { needed, freed } = rearrangeLaw(stage);
      const taken = stage.inserted === null ? null : isTaken(stage.inserted);
      let least = mapBytes(stage.input) + freed[0]!;
      for (let result = freed.length - 1; result >= 0; result--) {
        expect(freed[result]).toBeLessThanOrEqual(least);
        if (taken === null || taken[result] === 1) expect(freed[result]).toBeLessThanOrEqual(needed[result]!);
        least = freed[result]!;
      }
    }),
    { numRuns: 200 },
  );
});

test('what a ring holds: two bytes where the order stays, a row for rows read twice, nearly two frames for a transposition', () => {
  const bytes = (make: (sketch: Sketch, input: Tensor) => Tensor, shape: readonly number[]) =>
    stageOf(make, 1, shape).bufferBytes;
  const cut = (sketch: Sketch, input: Tensor, begin: number[], step: number[], shape: number[]): Tensor => {
    const output = sketch.tensor(shape, input);
    const kind = 'slice';
    sketch.layers.push({ kind, name: sketch.name(kind), input: input.id, output: output.id, begin, step });
    return output;
  };
  // However much is left out, the ring keeps none of it.
  expect(bytes((sketch, input) => cut(sketch, input, [0, 5, 1, 0], [1, 2, 1, 1], [1, 2, 3, 2]), [1, 9, 6, 4])).toBe(2);
  expect(bytes((sketch, input) => pad(sketch, input), [1, 9, 6, 4])).toBe(2);
  // A row of 6 pixels of 4 bytes, and the first byte of the next.
  expect(bytes((sketch, input) => resize(sketch, input, 18, 12), [1, 9, 6, 4])).toBe(25);
  // Backwards: byte 9, taken in clock 9, is given in clock 10, byte 0 in clock 19. Until then nothing is given up, and byte 19 comes in.
  expect(bytes((sketch, input) => cut(sketch, input, [0, 9], [1, -1], [1, 10]), [1, 10])).toBe(20);
  const swap = (sketch: Sketch, input: Tensor): Tensor => {
    const output = sketch.tensor([input.shape[1]!, input.shape[0]!], input);
    const kind = 'transpose';
    const permutation = [1, 0];
    sketch.layers.push({ kind, name: sketch.name(kind), input: input.id, output: output.id, permutation });
    return output;
  };
  // The eighth result of 8 x 8 is byte 56, given in clock 57, so the first is given in clock 50 and the last in clock 113.
  // Byte 113 comes in then; while the last column is given, the first bytes of the seven columns before it are given up.
  expect(bytes(swap, [8, 8])).toBe(114 - 7);
});

test('inserted bytes: dimensions that lie wholly inside are merged, and the same results are taken', () => {
  const dimension = fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    before: fc.constantFrom(0, 0, 1, 2),
    after: fc.constantFrom(0, 0, 1, 2),
  });
  fc.assert(
    fc.property(fc.array(dimension, { minLength: 1, maxLength: 5 }), (dimensions) => {
      const inserted = {
        sizes: dimensions.map(({ size, before, after }) => before + size + after),
        before: dimensions.map(({ before }) => before),
        after: dimensions.map(({ after }) => after),
        values: new Int8Array(1),
      };
      const simple = simplifiedInsertion(inserted);
      expect(isTaken(simple)).toEqual(isTaken(inserted));
      expect(simple.sizes.slice(1).every((_, at) => simple.before[at + 1]! + simple.after[at + 1]! > 0)).toBe(true);
    }),
  );
});
