import { Fault } from '../../../specs/fault.ts';
import type { Band } from '../../../specs/result.ts';
import { type Scaling, scalingEntry } from '../../../specs/scalings.ts';
import { equationDelay, equationEnergy, type Family } from './equations.ts';
import type { OperatingPoint } from './operating-point.ts';

/** What another supply changes: factors on what a library says at its own. */
export interface SupplyMove {
  readonly energy: Band;
  /** Of leakage power. */
  readonly leakage: Band;
  /** Of the same path; clock frequencies scale with its inverse. */
  readonly delay: Band;
  /** The laws that had a say. */
  readonly laws: string;
}

const law = ({ supply }: Scaling, name: string): Band => scalingEntry(supply.entries, name, 'supply.json');

const around = (value: number, others: readonly number[]): Band => ({
  value,
  low: Math.min(value, ...others),
  high: Math.max(value, ...others),
});

/** The geometric mean of the laws, and a band that holds every one of them. */
function held(laws: readonly (Band | null)[]): Band {
  const those = laws.filter((one) => one !== null);
  const value = Math.exp(those.reduce((sum, one) => sum + Math.log(one.value), 0) / those.length);
  return around(
    value,
    those.flatMap(({ low, high }) => [low, high]),
  );
}

/** Published for 180 to 7 nm: smaller nodes are left to the other law. Within, a curve that bends back is no answer. */
function equations(
  scaling: Scaling,
  from: OperatingPoint,
  to: OperatingPoint,
  of: typeof equationEnergy,
  what: string,
): Band | null {
  if (from.nanometres < 7) return null;
  const at = (family: Family) => of(scaling.equations, family, from, to);
  const [value, other] = [at('HP'), at('LP')];
  if (value !== null && other !== null) return around(value, [other]);
  throw new Fault({
    code: 'SCALING_RANGE',
    place: `${from.library ?? `${from.nanometres} nm`} at ${to.volts} V`,
    cause: `the scaling equations say nothing about ${what} from ${from.volts} V to ${to.volts} V: a fitted curve bends back`,
    wayOut: `use a supply nearer to ${from.volts} V`,
  });
}

/** Supplies to which the numbers of a library may be moved. */
export function supplyRange(scaling: Scaling, own: number): { readonly low: number; readonly high: number } {
  const digits = (value: number) => Number(value.toPrecision(4));
  return {
    low: digits(own * law(scaling, 'supply.lowest').value),
    high: digits(own * law(scaling, 'supply.highest').value),
  };
}

function checkRange(scaling: Scaling, { library, nanometres, volts: own }: OperatingPoint, volts: number): void {
  const { low, high } = supplyRange(scaling, own);
  if (volts >= low && volts <= high) return;
  throw new Fault({
    code: 'SCALING_RANGE',
    place: `${library ?? `${nanometres} nm`} at ${volts} V`,
    cause: `${volts} V is ${volts < low ? 'below' : 'above'} what numbers for ${own} V can be moved to`,
    wayOut: `use a supply from ${low} V to ${high} V`,
  });
}

/** Sakurai and Newton: V / (V - threshold)^alpha, over the corners of both constants. */
function alphaPower(scaling: Scaling, from: number, to: number): Band {
  const [threshold, alpha] = [law(scaling, 'delay.threshold'), law(scaling, 'delay.alpha')];
  const factor = (share: number, power: number): number =>
    (to / from) * ((from - share * from) / (to - share * from)) ** power;
  const corners = [threshold.low, threshold.high].flatMap((share) =>
    [alpha.low, alpha.high].map((power) => factor(share, power)),
  );
  return around(factor(threshold.value, alpha.value), corners);
}

/**
 * The numbers of a library at another supply. Energy: the scaling equations and the square of the voltage. Delay: the equations and
 * the alpha-power law. Leakage power: the voltage times a current between a constant one and one that grows exponentially.
 * Errors: `SCALING_RANGE`, `SCALING_ENTRY_MISSING`.
 */
export function moveSupply(scaling: Scaling, from: OperatingPoint, volts: number): SupplyMove {
  checkRange(scaling, from, volts);
  const to = { ...from, volts };
  const exponent = law(scaling, 'energy.exponent');
  const power = (by: number): number => (volts / from.volts) ** by;
  const decades = law(scaling, 'leakage.decades');
  const leak = (by: number): number => power(1) * 10 ** (by * (volts - from.volts));
  const byEnergy = equations(scaling, from, to, equationEnergy, 'energy');
  const byDelay = equations(scaling, from, to, equationDelay, 'delay');
  return {
    energy: held([byEnergy, around(power(exponent.value), [power(exponent.low), power(exponent.high)])]),
    leakage: around(leak(decades.value), [leak(decades.low), leak(decades.high)]),
    delay: held([byDelay, alphaPower(scaling, from.volts, volts)]),
    laws:
      byEnergy === null
        ? 'the square of the voltage and the alpha-power law'
        : 'the square of the voltage, the alpha-power law and the equations of Stillmaker and Baas',
  };
}
