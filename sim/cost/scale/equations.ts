import type { EquationNode, ScalingEquations } from '../../../specs/scaling.ts';
import { scalingEntry } from '../../../specs/scalings.ts';
import { interpolated, type OperatingPoint } from './operating-point.ts';

const file = 'stillmaker-baas.json';

/** Nodes from large to small; every one must be there, so that none is bridged in silence. */
const chains = {
  HP: ['bulk180', 'bulk130', 'bulk90', 'bulk65', 'HP45', 'HP32', 'HP20', 'HP16', 'HP14', 'HP10', 'HP7'],
  LP: ['bulk180', 'bulk130', 'bulk90', 'bulk65', 'LP45', 'LP32', 'LP20', 'LP16', 'LP14', 'LP10', 'LP7'],
} as const;
export type Family = keyof typeof chains;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
const slope = (coefficients: readonly number[], x: number): number =>
  polynomial(
    coefficients.slice(0, -1).map((coefficient, at) => coefficient * (coefficients.length - 1 - at)),
    x,
  );

/** Where the fit bends back it says nothing: energy must rise with the supply, delay must fall. */
function energyFactor(node: EquationNode, volts: number): number | null {
  const value = polynomial(node.energy, volts);
  return value > 0 && slope(node.energy, volts) > 0 ? value : null;
}
function delayFactor(node: EquationNode, volts: number): number | null {
  const value = polynomial(node.delay, volts);
  return value > 0 && slope(node.delay, volts) < 0 ? value : null;
}

/** A factor at any node between 180 and 7 nm: of the node itself, else between its two neighbours at the same supply. */
function factorAt(
  { nodes }: ScalingEquations,
  family: Family,
  nanometres: number,
  of: (node: EquationNode) => number | null,
): number | null {
  const chain = chains[family].map((name) => scalingEntry(nodes, name, file));
  const above = chain.findLast((node) => node.nanometres >= nanometres);
  const below = chain.find((node) => node.nanometres <= nanometres);
  if (above === undefined || below === undefined) return null;
  const [high, low] = [of(above), of(below)];
  if (high === null || low === null) return null;
  return interpolated(nanometres, { at: below.nanometres, value: low }, { at: above.nanometres, value: high });
}

const ratio = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to / from;

/** Energy of the same operation at `to` over that at `from`; null where the equations do not reach. Errors: `SCALING_ENTRY_MISSING`. */
export function equationEnergy(
  equations: ScalingEquations,
  family: Family,
  from: OperatingPoint,
  to: OperatingPoint,
): number | null {
  const at = ({ nanometres, volts }: OperatingPoint) =>
    factorAt(equations, family, nanometres, (node) => energyFactor(node, volts));
  return ratio(at(from), at(to));
}

/** Delay of the same path at `to` over that at `from`; null where the equations do not reach. */
export function equationDelay(
  equations: ScalingEquations,
  family: Family,
  from: OperatingPoint,
  to: OperatingPoint,
): number | null {
  const at = ({ nanometres, volts }: OperatingPoint) =>
    factorAt(equations, family, nanometres, (node) => delayFactor(node, volts));
  return ratio(at(from), at(to));
}

/** Area of the same logic at `to` over that at `from`; null below 7 and above 130 nm. */
export function equationArea(equations: ScalingEquations, from: number, to: number): number | null {
  const at = (nanometres: number) => factorAt(equations, 'HP', nanometres, (node) => node.areaOver45);
  return ratio(at(from), at(to));
}
