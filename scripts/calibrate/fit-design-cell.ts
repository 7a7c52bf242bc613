import { fitNonNegative } from '../../sim/cost/toggle/fit.ts';
import type { ToggleCell } from '../../specs/toggle-energy.ts';
import type { InstanceObservation } from './design-cells.ts';
import { crossValidated, type Energies, energiesOf, errorsOf, predictedDynamic, rounded } from './fit-cell.ts';
import { dynamicOf } from './observe.ts';

const nanowatts = 1e9;

/** nW per flip-flop and per operation, with the least sum of squared relative errors. */
function leakageOf(fitted: readonly InstanceObservation[]): NonNullable<ToggleCell['leakage']> {
  const [flipFlop, operation] = fitNonNegative(
    fitted.map(({ flipFlops, operations, leakage }) => ({
      terms: [flipFlops, operations],
      joules: leakage,
      of: leakage,
    })),
  );
  return { flipFlop: rounded(nanowatts * flipFlop!), operation: rounded(nanowatts * operation!) };
}

/** Signed error of all instances of a design together, design by design. */
export function errorsByDesign(
  observed: readonly InstanceObservation[],
  joulesOf: (one: InstanceObservation) => number,
): Record<string, number> {
  const designs = [...new Set(observed.map(({ design }) => design))];
  return Object.fromEntries(
    designs.map((design) => {
      const own = observed.filter((one) => one.design === design);
      const sum = (of: (one: InstanceObservation) => number): number => own.reduce((all, one) => all + of(one), 0);
      return [design, rounded(sum(joulesOf) / sum(dynamicOf) - 1, 3)];
    }),
  );
}

export interface DesignCellData {
  /** Of one kind of cell; for each way of delaying by load the same instances. */
  readonly fitted: readonly (readonly InstanceObservation[])[];
  readonly heldOut: readonly (readonly InstanceObservation[])[];
  readonly loadDelays: readonly number[];
  readonly source: string;
  readonly conditions: string;
}

/** Energies of a kind of module that whole designs are made of; errors are of all such modules of a design together. */
export function fitDesignCell({ fitted, heldOut, loadDelays, source, conditions }: DesignCellData): ToggleCell {
  // Some modules do nothing at all in a run: they say nothing of relative errors.
  const busy = fitted.map((all) => all.filter((one) => dynamicOf(one) > 0 && one.leakage > 0));
  const errors = busy.map((all) => crossValidated(all.map((one) => ({ ...one, kind: one.design }))));
  const best = errors.indexOf(Math.min(...errors));
  const own = busy[best]!;
  const energies: Energies = energiesOf(own);
  const mean = own.reduce((sum, one) => sum + dynamicOf(one), 0) / own.length;
  const known = errorsByDesign(own, (one) => predictedDynamic(energies, one));
  const kinds = errorsByDesign(heldOut[best]!, (one) => predictedDynamic(energies, one));
  const constant = errorsByDesign(heldOut[best]!, () => mean);
  return {
    unit: 'fJ',
    class: 'library',
    source,
    conditions,
    ...energies,
    arrivals: null,
    loadDelay: loadDelays[best]!,
    leakage: leakageOf(own),
    fit: { ...errorsOf(Object.values(known)), clocks: own.reduce((sum, { clocks }) => sum + clocks, 0) },
    heldOut: { ...errorsOf(Object.values(kinds)), constant: errorsOf(Object.values(constant)).worst, kinds },
  };
}
