import { Fault } from '../../../specs/fault.ts';
import type { Band } from '../../../specs/result.ts';
import type { Scaling } from '../../../specs/scalings.ts';
import { dimensionOf, type Entry, entry, type Technology } from '../../../specs/technology.ts';
import { interpolated, type OperatingPoint, type Scaled } from './operating-point.ts';
import { scaleArea, scaleEnergy } from './scale.ts';
import { type BitLeakage, sramLeakageAt } from './sram-leakage.ts';
import { supplyRange } from './supply.ts';
import { pointOf, scaledEntry } from './supply-technology.ts';

interface NodeMove {
  readonly scaling: Scaling;
  /** Whose leakage bounds that of a node without a library. */
  readonly libraries: readonly Technology[];
  readonly from: OperatingPoint;
  readonly to: OperatingPoint;
}

/** The libraries of the nearest nodes on both sides. */
function neighbours({ scaling, to }: NodeMove) {
  const all = Object.values(scaling.libraries.libraries);
  const nodes = all.map(({ nanometres }) => nanometres);
  const above = Math.min(...nodes.filter((node) => node >= to.nanometres));
  const below = Math.max(...nodes.filter((node) => node <= to.nanometres));
  return all.filter(({ nanometres }) => nanometres === above || nanometres === below);
}

/** Supplies that fit a node: those of the libraries around it, as far as numbers of theirs may be moved. */
function checkSupply(move: NodeMove): void {
  const { nanometres, volts } = move.to;
  const near = neighbours(move);
  const ranges = near.map((library) => supplyRange(move.scaling, library.volts));
  const [low, high] = [Math.min(...ranges.map((range) => range.low)), Math.max(...ranges.map((range) => range.high))];
  if (volts >= low && volts <= high) return;
  throw new Fault({
    code: 'SCALING_RANGE',
    place: `${nanometres} nm at ${volts} V`,
    cause: `numbers of libraries around ${nanometres} nm cannot be moved to ${volts} V`,
    wayOut: `use a supply from ${low} V to ${high} V`,
  });
}

/** Ends of a quotient whose parts err apart from each other. */
const over = (a: Band, b: Band): Band => ({ value: a.value / b.value, low: a.low / b.high, high: a.high / b.low });

/** The factor that turns an entry's band into another one, end by end. */
const towards = (band: Band, { value, low, high }: Band): Band => ({
  value: band.value / value,
  low: band.low / low,
  high: band.high / high,
});

/** Leakage per area of the libraries around the node, in W/µm². */
function leakageAround({ scaling, libraries, to }: NodeMove): Band | null {
  const known = libraries.map((technology) => ({
    ...entry(technology, 'leakage.logic', 'W/um2'),
    nanometres: pointOf(scaling, technology).nanometres,
  }));
  const nodes = known.map(({ nanometres }) => nanometres).sort((a, b) => a - b);
  const below = nodes.findLast((node) => node <= to.nanometres);
  const above = nodes.find((node) => node >= to.nanometres);
  if (below === undefined || above === undefined) return null;
  const at = (node: number) => known.filter(({ nanometres }) => nanometres === node);
  const middle = (node: number) => ({
    at: node,
    value: Math.exp(at(node).reduce((sum, { value }) => sum + Math.log(value), 0) / at(node).length),
  });
  const near = [...at(below), ...at(above)];
  return {
    value: interpolated(to.nanometres, middle(below), middle(above)),
    low: Math.min(...near.map(({ low }) => low)),
    high: Math.max(...near.map(({ high }) => high)),
  };
}

/**
 * Leakage of a node: bits by what is known of SRAM around it, ROM bits like them, logic by two ways: as its density in the
 * libraries around the node, and as the bits do; its band holds both.
 */
function leakageFactors(
  move: NodeMove,
  technology: Technology,
  area: Scaled,
): { readonly bits: Band; readonly logic: Band } {
  const { scaling, libraries, to } = move;
  const bits: BitLeakage[] = libraries.map((library) => {
    const { value, low, high } = entry(library, 'sram.leakage', 'W/bit');
    return { nanometres: pointOf(scaling, library).nanometres, value, low, high };
  });
  const [own, there] = [
    entry(technology, 'sram.leakage', 'W/bit'),
    sramLeakageAt(scaling.leakage, to.nanometres, bits),
  ];
  const logic = entry(technology, 'leakage.logic', 'W/um2');
  const exact = (value: number): Band => ({ value, low: value, high: value });
  const likeBits = over(over(there, exact(own.value)), area);
  const around = leakageAround(move);
  const density = around === null ? likeBits : over(around, exact(logic.value));
  return {
    bits: towards(there, own),
    logic: towards(
      {
        value: logic.value * Math.sqrt(likeBits.value * density.value),
        low: logic.value * Math.min(likeBits.low, density.low),
        high: logic.value * Math.max(likeBits.high, density.high),
      },
      logic,
    ),
  };
}

/**
 * A technology moved to another node and supply: energies and areas by the scaling equations and by ratios of measured libraries,
 * leakage by what is known around that node, which does not follow the supply; ratios as they are. Every moved entry is `scaled`.
 * Errors: `SCALING_RANGE`, `SCALING_ENTRY_MISSING`, `TECH_ENTRY_MISSING`.
 */
export function atNode(
  technology: Technology,
  scaling: Scaling,
  libraries: readonly Technology[],
  nanometres: number,
  volts: number,
): Technology {
  const from = pointOf(scaling, technology);
  const move: NodeMove = { scaling, libraries, from, to: { nanometres, volts } };
  checkSupply(move);
  const energy = scaleEnergy(scaling, from, move.to);
  const area = scaleArea(scaling, from, move.to);
  const leakage = leakageFactors(move, technology, area);
  const what = `moved from ${from.nanometres} nm, ${from.volts} V to ${nanometres} nm, ${volts} V`;
  const by = ({ rules }: Scaled) =>
    `${what} by ${rules.map(({ name }) => (name === 'equations' ? 'the equations of Stillmaker and Baas' : 'ratios of measured libraries')).join(' and ')}`;
  const moved = (one: Entry): Entry => {
    const dimension = dimensionOf(one.unit);
    if (dimension.startsWith('J/')) return scaledEntry(one, energy, by(energy));
    if (dimension.startsWith('um2/')) return scaledEntry(one, area, by(area));
    if (!dimension.startsWith('W/')) return one;
    return scaledEntry(
      one,
      dimension === 'W/bit' ? leakage.bits : leakage.logic,
      `${what} by memory bits and libraries around that node`,
    );
  };
  return {
    ...technology,
    name: `${technology.name} scaled to ${nanometres} nm, ${volts} V`,
    node: `${nanometres} nm, scaled from ${technology.node} at ${technology.volts} V`,
    volts,
    entries: Object.fromEntries(Object.entries(technology.entries).map(([name, one]) => [name, moved(one)])),
  };
}
