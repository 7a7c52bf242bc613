import { Fault } from '../../../specs/fault.ts';
import type { Band } from '../../../specs/result.ts';
import { type Scaling, scalingEntry } from '../../../specs/scalings.ts';
import type { OperatingPoint } from './operating-point.ts';
import { scaleDelay } from './scale.ts';
import { moveSupply } from './supply.ts';

const one: Band = { value: 1, low: 1, high: 1 };

/** Delay at `to` over that at a library's own point; null where no law reaches. */
function delayTo(scaling: Scaling, from: OperatingPoint, to: OperatingPoint): Band | null {
  if (to.nanometres === from.nanometres)
    return to.volts === from.volts ? one : moveSupply(scaling, from, to.volts).delay;
  // Equations alone say something about delays between nodes, and end at 7 nm.
  return Math.min(from.nanometres, to.nanometres) < 7 ? null : scaleDelay(scaling, from, to);
}

/**
 * The clock of one int8 multiply-accumulate element of a library, without wires, moved to another point: no design is faster. Null
 * where it was not measured or no law reaches. Errors: `SCALING_ENTRY_MISSING`, `SCALING_RANGE`.
 */
export function elementClock(scaling: Scaling, from: OperatingPoint, to: OperatingPoint): Band | null {
  const { clockMegahertz } = scalingEntry(scaling.libraries.libraries, from.library ?? '', 'libraries.json');
  const delay = delayTo(scaling, from, to);
  if (clockMegahertz === null || delay === null) return null;
  const hertz = clockMegahertz * 1e6;
  return { value: hertz / delay.value, low: hertz / delay.high, high: hertz / delay.low };
}

/** Refuses a clock above even the high end of what one element reaches. Errors: `CLOCK_TOO_FAST`, those of `elementClock`. */
export function checkClock(
  scaling: Scaling,
  from: OperatingPoint,
  to: OperatingPoint,
  hertz: number,
  place: string,
): void {
  const element = elementClock(scaling, from, to);
  if (element === null || hertz <= element.high) return;
  const mega = (value: number): string => `${Number((value / 1e6).toPrecision(4))} MHz`;
  throw new Fault({
    code: 'CLOCK_TOO_FAST',
    place,
    cause: `found ${mega(hertz)}, and a single multiply-accumulate element of ${from.library} reaches about ${mega(element.value)} at ${to.volts} V, ${mega(element.high)} at the very best`,
    wayOut: 'take a slower clock or a higher supply',
  });
}
