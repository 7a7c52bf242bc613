import type { MiningBaseline } from '../../../specs/baseline.ts';
import { Fault } from '../../../specs/fault.ts';
import type { Band } from '../../../specs/result.ts';
import type { Scaling } from '../../../specs/scalings.ts';
import { parseJoules, parseSquareMicrons, parseVolts } from '../../../specs/units.ts';
import { scaledBy } from '../band.ts';
import type { OperatingPoint, Scaled } from '../scale/operating-point.ts';
import { scaleArea, scaleEnergy } from '../scale/scale.ts';
import type { HashPrediction } from './predict.ts';

/** A prediction in a technology with its place among the nodes. */
export interface Native {
  readonly prediction: HashPrediction;
  readonly point: OperatingPoint;
}

/** Predicted over published. */
export interface Against {
  readonly published: number;
  readonly predicted: Band;
  readonly ratio: number;
}

export interface ChipComparison {
  readonly chip: MiningBaseline;
  readonly volts: number;
  /** Joules per hash. */
  readonly energy: Against;
  /** Square micrometres per hash per clock; null where it is not published. */
  readonly area: Against | null;
  readonly class: 'scaled';
  /** The technologies it was scaled from, with the weight of each and the factor of its energy. */
  readonly from: readonly { readonly technology: string; readonly weight: number; readonly factor: Scaled }[];
}

/** How well the step between two nodes is predicted; the absolute offset drops out. */
export interface StepComparison {
  readonly from: string;
  readonly to: string;
  /** No chip of the comparison has a node between the two. */
  readonly neighbours: boolean;
  /** Energy at `from` over energy at `to`. */
  readonly published: number;
  readonly predicted: number;
  /** The larger of the two over the smaller one. */
  readonly distance: number;
}

/** Every chip that takes part, largest node first: a chip that is missing must not make the comparison look better. */
export const comparedChips = [
  'avalon-110',
  'bm1380-s1',
  'bm1380-s2',
  'bm1384-080',
  'bm1384-060',
  'bm1385',
  'bm1387-s9',
  'bitfury-clarke',
  'bonanza-mine',
  'bm1398-s19pro',
  'bm1368-s21',
] as const;

function chipOf(chips: readonly MiningBaseline[], id: string): MiningBaseline {
  const chip = chips.find((one) => one.id === id);
  if (chip !== undefined) return chip;
  throw new Fault({
    code: 'BASELINE_MISSING',
    place: 'specs/baselines/mining-chips.json',
    cause: `has no entry '${id}', which the comparison with silicon rests on`,
    wayOut: `add '${id}' with its source, or take it out of comparedChips`,
  });
}

/** The technologies around a node, each with its weight: the nearer in the logarithm of the node, the heavier. */
function around(natives: readonly Native[], nanometres: number): { native: Native; weight: number }[] {
  const nodes = [...new Set(natives.map(({ point }) => point.nanometres))].sort((a, b) => a - b);
  const above = nodes.find((node) => node >= nanometres) ?? nodes.at(-1)!;
  const below = nodes.findLast((node) => node <= nanometres) ?? nodes[0]!;
  const share = above === below ? 1 : Math.log(nanometres / below) / Math.log(above / below);
  const weights = new Map([
    [below, 1 - share],
    [above, share],
  ]);
  return natives.flatMap((native) => {
    const weight = weights.get(native.point.nanometres) ?? 0;
    const equals = natives.filter(({ point }) => point.nanometres === native.point.nanometres).length;
    return weight > 0 ? [{ native, weight: weight / equals }] : [];
  });
}

/** Weighted geometric mean, end by end. */
function mean(bands: readonly { readonly band: Band; readonly weight: number }[]): Band {
  const of = (end: keyof Band) =>
    Math.exp(bands.reduce((sum, { band, weight }) => sum + weight * Math.log(band[end]), 0));
  return { value: of('value'), low: of('low'), high: of('high') };
}

const against = (published: number, predicted: Band): Against => ({
  published,
  predicted,
  ratio: predicted.value / published,
});

/** Every chip beside what the core would need at its node and supply. Errors: `BASELINE_MISSING`, those of `scaleEnergy`. */
export function compareWithChips(
  natives: readonly Native[],
  chips: readonly MiningBaseline[],
  scaling: Scaling,
): ChipComparison[] {
  return comparedChips.map((id) => {
    const chip = chipOf(chips, id);
    const to = { nanometres: chip.nanometres, volts: parseVolts(chip.supply.voltage) };
    const sources = around(natives, chip.nanometres).map(({ native, weight }) => ({
      native,
      weight,
      factor: scaleEnergy(scaling, native.point, to),
    }));
    const energy = mean(
      sources.map(({ native, weight, factor }) => ({
        weight,
        band: scaledBy(native.prediction.joulesPerHash, factor),
      })),
    );
    const area =
      chip.area === null
        ? null
        : against(
            parseSquareMicrons(chip.area.perHashPerClock),
            mean(
              sources.map(({ native, weight }) => ({
                weight,
                band: scaledBy(native.prediction.squareMicronsPerHashPerClock, scaleArea(scaling, native.point, to)),
              })),
            ),
          );
    return {
      chip,
      volts: to.volts,
      energy: against(parseJoules(chip.joulesPerHash), energy),
      area,
      class: 'scaled',
      from: sources.map(({ native, weight, factor }) => ({
        technology: native.prediction.technology,
        weight,
        factor,
      })),
    };
  });
}

/** All pairs of chips of different nodes. */
export function compareSteps(rows: readonly ChipComparison[]): StepComparison[] {
  const nodes = [...new Set(rows.map(({ chip }) => chip.nanometres))].sort((a, b) => b - a);
  const rank = ({ chip }: ChipComparison): number => nodes.indexOf(chip.nanometres);
  return rows.flatMap((from, at) =>
    rows.slice(at + 1).flatMap((to) => {
      if (from.chip.nanometres === to.chip.nanometres) return [];
      const published = from.energy.published / to.energy.published;
      const predicted = from.energy.predicted.value / to.energy.predicted.value;
      const quotient = predicted / published;
      const distance = Math.max(quotient, 1 / quotient);
      const neighbours = Math.abs(rank(from) - rank(to)) === 1;
      return [{ from: from.chip.id, to: to.chip.id, neighbours, published, predicted, distance }];
    }),
  );
}
