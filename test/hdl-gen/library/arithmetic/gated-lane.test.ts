import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { design } from '../../../../hdl-gen/lang/module.ts';
import { GatedLane, type LaneStyle } from '../../../../hdl-gen/library/arithmetic/gated-lane.ts';
import { forGates, laneOf, laneStyleOf } from '../../../../hdl-gen/library/arithmetic/lane-style.ts';
import { multiplierForms } from '../../../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { MacLane } from '../../../../hdl-gen/library/mac-lane.ts';
import type { StreamParameters } from '../../../../specs/design.ts';
import { blockOf, lanes } from '../../../support/block.ts';
import { type Random, seededRandom } from '../../../support/random.ts';
import { designOf } from '../../../support/small-networks.ts';
import { needTool } from '../../../support/tools.ts';
import { lint } from '../../../support/verilog.ts';

const booleans = [false, true];
const styles: readonly LaneStyle[] = multiplierForms.flatMap((form) =>
  booleans.flatMap((clockGating) => booleans.map((operandIsolation) => ({ form, clockGating, operandIsolation }))),
);
const nameOf = ({ form, clockGating, operandIsolation }: LaneStyle) =>
  `${form}${clockGating ? ', clock gating' : ''}${operandIsolation ? ', operand isolation' : ''}`;
const extreme = (random: Random, low: number, high: number): number =>
  random.integer(0, 2) === 0 ? (random.integer(0, 1) === 0 ? low : high) : random.integer(low, high);

test.each(styles.map((style) => [nameOf(style), style] as const))(
  '%s: in every clock the sum of a plain lane, whatever comes when',
  (_, style) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 8, max: 32 }),
        fc.integer(),
        (simd, unsigned, weightBits, accumulatorBits, seed) => {
          const random = seededRandom(seed);
          const shape = { simd, unsigned, weightBits, accumulatorBits };
          const plain = blockOf(MacLane({ ...shape, weightForm: 'any' }));
          const other = blockOf(GatedLane({ ...shape, activationBits: 8, ...style }));
          // A lane's sum means something once it has begun; before that both are whatever they were.
          let multiplied = false;
          let begun = false;
          for (let clock = 0; clock < 80; clock++) {
            const rest = random.integer(0, 2) === 0;
            const activation = Array.from({ length: simd }, () => {
              if (rest || random.integer(0, 1) === 0) return 0;
              return unsigned ? extreme(random, 0, 255) : extreme(random, -128, 127);
            });
            const most = 2 ** (weightBits - 1);
            const weight = activation.map(() => extreme(random, -most, most - 1));
            const multiply = random.integer(0, 3) > 0;
            const accumulate = multiplied && random.integer(0, 3) > 0;
            const first = random.integer(0, 4) === 0;
            const given = {
              ...lanes('activation', activation),
              ...lanes('weight', weight),
              multiply,
              accumulate,
              first,
            };
            plain.clock(given);
            other.clock(given);
            if (begun) expect({ clock, total: other.out('total') }).toEqual({ clock, total: plain.out('total') });
            begun ||= accumulate && first;
            multiplied ||= multiply;
          }
        },
      ),
      { numRuns: process.env.JOULESMITH_EXHAUSTIVE === undefined ? 8 : 100 },
    );
  },
);

test('a design that asks for nothing gets the lane of always; gates get the tree; small weights need neither', () => {
  const shape = { simd: 2, unsigned: false, weightBits: 8, weightForm: 'any', accumulatorBits: 20 } as const;
  const gates = (parameters: StreamParameters) => forGates({ ...designOf({}), parameters }).parameters;
  const name = (...given: Parameters<typeof laneOf>) => laneOf(...given).definition.module.name;
  expect(name(shape, laneStyleOf({}, 'fc'))).toBe('mac_lane_2_s8x8_20');
  expect(name(shape, laneStyleOf(gates({}), 'fc'))).toBe('mac_lane_split_2_s8x8_20');
  expect(name(shape, laneStyleOf(gates({ arithmetic: 'plain' }), 'fc'))).toBe('mac_lane_2_s8x8_20');
  expect(name(shape, laneStyleOf({ clockGating: true, operandIsolation: true }, 'fc'))).toBe(
    'mac_lane_plain_gated_isolated_2_s8x8_20',
  );
  const mixed = { fc: 'booth', constructor: 'plain' } as const;
  expect(name(shape, laneStyleOf({ arithmetic: mixed }, 'fc'))).toBe('mac_lane_booth_2_s8x8_20');
  expect(name(shape, laneStyleOf({ arithmetic: mixed }, 'constructor'))).toBe('mac_lane_2_s8x8_20');
  expect(name(shape, laneStyleOf({ arithmetic: { fc: 'booth' } }, 'toString'))).toBe('mac_lane_split_2_s8x8_20');
  const ternary = { ...shape, weightBits: 2, weightForm: 'ternary' } as const;
  expect(name(ternary, laneStyleOf({ arithmetic: 'booth' }, 'fc'))).toBe('mac_lane_2_s8xternary_20');
});

test('only plain lanes hold a multiplication', () => {
  for (const style of styles) {
    const parameters = { simd: 2, unsigned: true, activationBits: 8, weightBits: 8, accumulatorBits: 20, ...style };
    const { files } = emitVerilog(design(GatedLane(parameters)), { sourceLines: false });
    const text = files.map((file) => file.text).join('\n');
    expect([style.form, / \* /.test(text)]).toEqual([style.form, style.form === 'plain']);
  }
});

const lintOf = async (tool: 'verilator' | 'iverilog', path: string) => {
  for (const style of styles) {
    for (const unsigned of booleans) {
      const parameters = { simd: 3, unsigned, activationBits: 8, weightBits: 8, accumulatorBits: 20, ...style };
      expect(await lint(design(GatedLane(parameters)), { [tool]: path })).toBe('');
    }
  }
};
await needTool('verilator', 'Verilator -Wall has nothing to say', ({ path }) => lintOf('verilator', path));
await needTool('iverilog', 'Icarus -Wall has nothing to say', ({ path }) => lintOf('iverilog', path));
