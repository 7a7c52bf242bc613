import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tfliteActivations } from '../../../models/import/tflite-activations.ts';
import { Fault } from '../../../specs/fault.ts';
import { processorMilliseconds } from '../../support/processor-time.ts';
import { encodeTflite, tensorType, tfliteFileOf, writeTflite } from '../../support/tflite-writer.ts';
import { smallModel } from './small-model.ts';

const file = writeTflite(smallModel());

test.each([
  ['int8', 'integer'],
  ['int16', 'integer'],
  ['uint8', 'integer'],
  ['float32', 'float'],
] as const)('activations of %s: %s', (type, expected) => {
  const description = tfliteFileOf(smallModel());
  // Weights stay integers: what operators write decides.
  for (const { outputs } of description.operators) description.tensors[outputs[0]!]!.type = tensorType[type];
  expect(tfliteActivations(encodeTflite(description), 'net')).toBe(expected);
});

test('of damaged files: an answer or one fault, quickly', () => {
  const start = processorMilliseconds();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1 }),
      fc.nat(file.length),
      (changes, cut) => {
        const broken = file.slice();
        for (const [at, value] of changes) broken[at] = value;
        for (const bytes of [broken, file.subarray(0, cut)]) {
          try {
            expect(['integer', 'float']).toContain(tfliteActivations(bytes, 'net'));
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect(processorMilliseconds() - start).toBeLessThan(10_000);
});
