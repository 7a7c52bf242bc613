import type { Scaling } from '../../../specs/scalings.ts';
import { equationArea, equationDelay, equationEnergy, type Family } from './equations.ts';
import { libraryArea, libraryDelay, libraryEnergy } from './libraries.ts';
import { combined, type OperatingPoint, type Rule, type Scaled } from './operating-point.ts';

/**
 * One rule of the equations: high-performance models are its value, low-power models widen it. Libraries and mining chips
 * do not say which family they are.
 */
function byEquations(of: (family: Family) => number | null): Rule | null {
  const value = of('HP');
  if (value === null) return null;
  const other = of('LP') ?? value;
  return { name: 'equations', value, low: Math.min(value, other), high: Math.max(value, other) };
}

const those = (...rules: readonly (Rule | null)[]): Rule[] => rules.filter((rule) => rule !== null);

/**
 * Energy of the same logic at `to` over that at `from`, by the scaling equations and by the ratios of measured libraries.
 * Errors: `SCALING_RANGE`, `SCALING_ENTRY_MISSING`.
 */
export function scaleEnergy(scaling: Scaling, from: OperatingPoint, to: OperatingPoint): Scaled {
  const { equations, libraries } = scaling;
  return combined(
    those(
      byEquations((family) => equationEnergy(equations, family, from, to)),
      libraryEnergy(libraries, from, to),
    ),
    from,
    to,
  );
}

/** Delay of the same path at `to` over that at `from`; clock frequencies scale with its inverse. Errors as `scaleEnergy`. */
export function scaleDelay(scaling: Scaling, from: OperatingPoint, to: OperatingPoint): Scaled {
  const { equations, libraries } = scaling;
  return combined(
    those(
      byEquations((family) => equationDelay(equations, family, from, to)),
      libraryDelay(libraries, from, to),
    ),
    from,
    to,
  );
}

/** Area of the same logic at `to` over that at `from`. Errors as `scaleEnergy`. */
export function scaleArea(scaling: Scaling, from: OperatingPoint, to: OperatingPoint): Scaled {
  const { equations, libraries } = scaling;
  const factor = equationArea(equations, from.nanometres, to.nanometres);
  const rule: Rule | null = factor === null ? null : { name: 'equations', value: factor, low: factor, high: factor };
  return combined(those(rule, libraryArea(libraries, from, to)), from, to);
}
