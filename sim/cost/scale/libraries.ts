import type { LibraryFigures, ScalingLibraries } from '../../../specs/scaling.ts';
import { scalingEntry } from '../../../specs/scalings.ts';
import { interpolated, type OperatingPoint, type Rule } from './operating-point.ts';

const file = 'libraries.json';
/** From large to small; every one must be there, and every block in it. */
const libraryNames = ['gf180', 'sky130hd', 'ihp-sg13g2', 'nangate45', 'asap7', 'gt2n'] as const;
const blockNames = ['mac.int8', 'mac.int16', 'add32', 'register32'] as const;

type Quantity = (library: LibraryFigures, block: string) => number | null;

const energyPerSquareVolt: Quantity = (library, block) =>
  scalingEntry(library.blocks, block, file).femtojoules / library.volts ** 2;
const area: Quantity = (library, block) => scalingEntry(library.blocks, block, file).squareMicrons;
const periodOf: Quantity = ({ clockMegahertz }) => (clockMegahertz === null ? null : 1 / clockMegahertz);

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The quantity at a node: of the named library, of all libraries of that node, else between the nearest two nodes. */
function at(
  libraries: readonly LibraryFigures[],
  point: OperatingPoint,
  own: LibraryFigures | null,
  of: (library: LibraryFigures) => number | null,
) {
  if (own !== null) return of(own);
  const known = libraries.flatMap((library) => {
    const value = of(library);
    return value === null ? [] : [{ nanometres: library.nanometres, value }];
  });
  const ofNode = (nanometres: number | undefined) =>
    nanometres === undefined
      ? null
      : {
          at: nanometres,
          value: geometricMean(known.filter((one) => one.nanometres === nanometres).map(({ value }) => value)),
        };
  const nodes = known.map(({ nanometres }) => nanometres).sort((a, b) => a - b);
  const below = ofNode(nodes.findLast((node) => node <= point.nanometres));
  const above = ofNode(nodes.find((node) => node >= point.nanometres));
  return below === null || above === null ? null : interpolated(point.nanometres, below, above);
}

function ruleOf(
  data: ScalingLibraries,
  from: OperatingPoint,
  to: OperatingPoint,
  of: Quantity,
  blocks: readonly string[],
): Rule | null {
  const libraries = libraryNames.map((name) => scalingEntry(data.libraries, name, file));
  const own = ({ library }: OperatingPoint) =>
    library === undefined ? null : scalingEntry(data.libraries, library, file);
  const factors: number[] = [];
  for (const block of blocks) {
    const [a, b] = [from, to].map((point) => at(libraries, point, own(point), (library) => of(library, block)));
    if (a == null || b == null) return null;
    factors.push(b / a);
  }
  return {
    name: 'libraries',
    value: geometricMean(factors),
    low: Math.min(...factors),
    high: Math.max(...factors),
  };
}

const scaledRule = (rule: Rule | null, factor: number): Rule | null =>
  rule && { ...rule, value: rule.value * factor, low: rule.low * factor, high: rule.high * factor };

/** Measured blocks, moved to other supplies with the square of the voltage. Errors: `SCALING_ENTRY_MISSING`. */
export function libraryEnergy(data: ScalingLibraries, from: OperatingPoint, to: OperatingPoint): Rule | null {
  return scaledRule(ruleOf(data, from, to, energyPerSquareVolt, blockNames), (to.volts / from.volts) ** 2);
}

export function libraryArea(data: ScalingLibraries, from: OperatingPoint, to: OperatingPoint): Rule | null {
  return ruleOf(data, from, to, area, blockNames);
}

/** Periods of one element, each at its library's own supply: says something between libraries only. */
export function libraryDelay(data: ScalingLibraries, from: OperatingPoint, to: OperatingPoint): Rule | null {
  const atOwnSupply = ({ library, volts }: OperatingPoint): boolean =>
    library !== undefined && scalingEntry(data.libraries, library, file).volts === volts;
  return atOwnSupply(from) && atOwnSupply(to) ? ruleOf(data, from, to, periodOf, ['element']) : null;
}
