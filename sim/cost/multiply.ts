import type { Band } from '../../specs/result.ts';
import type { LayerActivity } from './activity.ts';
import { plus, scaledBy, times } from './band.ts';
import type { Coefficients } from './coefficients.ts';

type Units = Pick<LayerActivity, 'activationBits' | 'weightBits' | 'style'>;
type Measure = LayerActivity['dataProfile'] | 'area';

/**
 * A unit of 16 x 8 bits lies between the measured ones of 8 x 8 and of 16 x 16. Its value is their geometric mean, as 128 partial
 * products lie between 64 and 256; its band reaches from the low end of the small unit to the high end of the large one.
 */
function between(small: Band, large: Band): Band {
  return { value: Math.sqrt(small.value * large.value), low: small.low, high: large.high };
}

const forWidth = ({ activationBits = 8 }: Units, of: (unit: 'mac.int8' | 'mac.int16') => Band): Band =>
  activationBits === 8 ? of('mac.int8') : between(of('mac.int8'), of('mac.int16'));

/** Between two bands, at the end where the share is 1 the second. */
const mixed = (a: Band, b: Band, share: number): Band => plus(times(a, 1 - share), times(b, share));

/** The widths that were measured: of -1, 0 and 1, of 4 and of 8 bits. */
function measuredAt(k: Coefficients, what: Measure, bits: 2 | 4 | 8): Band {
  if (bits === 8) return { value: 1, low: 1, high: 1 };
  return k.take(`lane.${bits === 4 ? 'weights4' : 'ternary'}.${what}`, 'ratio');
}

/**
 * What a lane with weights of so many bits is beside one with 8. Widths that were not measured lie on the line between their neighbours
 * that were; their bands reach over a bit more and a bit less.
 */
function narrowed(k: Coefficients, { weightBits = 8 }: Units, what: Measure): Band {
  if (weightBits === 2 || weightBits === 4 || weightBits === 8) return measuredAt(k, what, weightBits);
  const [below, above] = weightBits < 4 ? ([2, 4] as const) : ([4, 8] as const);
  const [from, to] = [measuredAt(k, what, below), measuredAt(k, what, above)];
  const at = (bits: number): Band => mixed(from, to, (bits - below) / (above - below));
  return { value: at(weightBits).value, low: at(weightBits - 1).low, high: at(weightBits + 1).high };
}

/** What lanes of the asked style are beside those of operators, which the units stand for. */
function inStyle(k: Coefficients, { style }: Units, plain: Band, what: Measure): Band {
  if (style === undefined) return plain;
  const { form, clockGating, operandIsolation } = style;
  const ratios = [
    ...(form === 'plain' ? [] : [`lane.${form}`]),
    ...(clockGating ? [`lane.${form}.gated`] : []),
    ...(operandIsolation ? [`lane.${form}.isolated`] : []),
  ];
  return ratios.reduce((band, name) => scaledBy(band, k.take(`${name}.${what}`, 'ratio')), plain);
}

const ofLanes = (k: Coefficients, units: Units, unit: Band, what: Measure): Band =>
  inStyle(k, units, scaledBy(unit, narrowed(k, units, what)), what);

/** Joules of one multiply-accumulate without the clock of the unit's flip-flops. */
export function multiplyEnergy(k: Coefficients, activity: Units & Pick<LayerActivity, 'dataProfile'>): Band {
  const plain = forWidth(activity, (unit) =>
    k.beyond(`${unit}.${activity.dataProfile}`, k.take(`${unit}.idle`, 'J/op'), 'J/op'),
  );
  return ofLanes(k, activity, plain, activity.dataProfile);
}

/** Area in um2 of one unit without its flip-flops. */
export function multiplyArea(k: Coefficients, activity: Units): Band {
  const plain = forWidth(activity, (unit) => {
    const flipFlops = scaledBy(k.take('register.area', 'um2/bit'), k.take(`${unit}.flipFlops`, 'bit/block'));
    return k.beyond(`${unit}.area`, flipFlops, 'um2/block');
  });
  return ofLanes(k, activity, plain, 'area');
}
