import type { Origin, Result } from '../../specs/result.ts';
import { quantity, scaled, scaleFor } from './format.ts';

/** One technology entry and the technologies whose results used it. */
export interface UsedOrigin {
  readonly origin: Origin;
  readonly technologies: readonly string[];
  readonly text: string;
  readonly band: string;
}

/** Every technology entry that any number of the report was made from, each once. */
export function usedOrigins(results: readonly Result[]): UsedOrigin[] {
  const found = new Map<string, { origin: Origin; technologies: Set<string> }>();
  for (const { design, energy, area, fpga } of results) {
    for (const origin of [...energy.origins, ...area.origins, ...(fpga?.origins ?? [])]) {
      const key = JSON.stringify([
        origin.entry,
        origin.value,
        origin.low,
        origin.high,
        origin.unit,
        origin.class,
        origin.source,
        origin.conditions,
      ]);
      const known = found.get(key) ?? { origin, technologies: new Set<string>() };
      known.technologies.add(design.technology);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ origin, technologies }) => ({
    origin,
    technologies: [...technologies],
    ...originText(origin),
  }));
}

/** Units of technology files such as `J/bit` start with a base unit that takes a prefix. */
function originText({ value, low, high, unit }: Origin): { text: string; band: string } {
  const base = /^(J|W|s|Hz)(?=$|\/)/.exec(unit)?.[1] as 'J' | 'W' | 's' | 'Hz' | undefined;
  if (base === undefined || !(value > 0)) {
    return { text: `${plainNumber(value)} ${unit}`, band: `${plainNumber(low)} – ${plainNumber(high)}` };
  }
  const scale = scaleFor([value], base);
  return {
    text: quantity(value, base) + unit.slice(base.length),
    band: `${scaled(low, scale)} – ${scaled(high, scale)}`,
  };
}

function plainNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
