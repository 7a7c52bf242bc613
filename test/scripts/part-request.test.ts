import { expect, test } from 'vitest';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { requestOfPart } from '../../scripts/part-request.ts';
import { conv3x3, dense, designOf, networkOf } from '../support/small-networks.ts';

const whole = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
const part = networkOf([1, 4, 4, 2], conv3x3(2, 4));
const foldings = { conv2d_0: { pe: 1, simd: 2 } };

test('a part of a design keeps the forms of its own layers and no goal', () => {
  const arithmetic = { conv2d_0: 'booth', fully_connected_1: 'fused' } as const;
  const request = { ...designOf({}), parameters: { multipliers: 4, arithmetic, clockGating: true } };
  expect(buildAccelerator(whole, request).lanes()).toHaveLength(2);
  const own = requestOfPart({ ...request, target: { multipliers: 4 } }, part, foldings);
  expect(own).toEqual({
    ...designOf({}),
    parameters: { foldings, prune: false, clockGating: true, arithmetic: { conv2d_0: 'booth' } },
  });
  const style = { form: 'booth', clockGating: true, operandIsolation: false };
  expect(buildAccelerator(part, own).lanes()).toMatchObject([{ stage: 'conv2d_0', count: 1, style }]);
  expect(requestOfPart(designOf({}), part, foldings).parameters).toEqual({ foldings, prune: false });
});
