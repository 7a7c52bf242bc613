import type { Band } from '../../specs/result.ts';
import type { LayerActivity } from './activity.ts';
import { scaledBy } from './band.ts';
import type { Coefficients } from './coefficients.ts';

type Units = Pick<LayerActivity, 'activationBits' | 'style'>;

/**
 * A unit of 16 x 8 bits lies between the measured ones of 8 x 8 and of 16 x 16. Its value is their geometric mean, as 128 partial
 * products lie between 64 and 256; its band reaches from the low end of the small unit to the high end of the large one.
 */
function between(small: Band, large: Band): Band {
  return { value: Math.sqrt(small.value * large.value), low: small.low, high: large.high };
}

const forWidth = ({ activationBits = 8 }: Units, of: (unit: 'mac.int8' | 'mac.int16') => Band): Band =>
  activationBits === 8 ? of('mac.int8') : between(of('mac.int8'), of('mac.int16'));

/** What lanes of the asked style are beside those of operators, which the units stand for. */
function inStyle(k: Coefficients, { style }: Units, plain: Band, what: LayerActivity['dataProfile'] | 'area'): Band {
  if (style === undefined) return plain;
  const { form, clockGating, operandIsolation } = style;
  const ratios = [
    ...(form === 'plain' ? [] : [`lane.${form}`]),
    ...(clockGating ? [`lane.${form}.gated`] : []),
    ...(operandIsolation ? [`lane.${form}.isolated`] : []),
  ];
  return ratios.reduce((band, name) => scaledBy(band, k.take(`${name}.${what}`, 'ratio')), plain);
}

/** Joules of one multiply-accumulate without the clock of the unit's flip-flops. */
export function multiplyEnergy(k: Coefficients, activity: Units & Pick<LayerActivity, 'dataProfile'>): Band {
  const plain = forWidth(activity, (unit) =>
    k.beyond(`${unit}.${activity.dataProfile}`, k.take(`${unit}.idle`, 'J/op'), 'J/op'),
  );
  return inStyle(k, activity, plain, activity.dataProfile);
}

/** Area in um2 of one unit without its flip-flops. */
export function multiplyArea(k: Coefficients, activity: Units): Band {
  const plain = forWidth(activity, (unit) => {
    const flipFlops = scaledBy(k.take('register.area', 'um2/bit'), k.take(`${unit}.flipFlops`, 'bit/block'));
    return k.beyond(`${unit}.area`, flipFlops, 'um2/block');
  });
  return inStyle(k, activity, plain, 'area');
}
