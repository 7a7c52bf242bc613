import { check } from './check.ts';
import { Fault } from './fault.ts';
import libraries from './scaling/libraries.json' with { type: 'json' };
import leakage from './scaling/sram-leakage.json' with { type: 'json' };
import equations from './scaling/stillmaker-baas.json' with { type: 'json' };
import supply from './scaling/supply.json' with { type: 'json' };
import { ScalingEquations, ScalingLibraries, SramLeakage, SupplyLaws } from './scaling.ts';

/** What moves a number from one node and supply to another. */
export interface Scaling {
  readonly equations: ScalingEquations;
  readonly libraries: ScalingLibraries;
  readonly supply: SupplyLaws;
  readonly leakage: SramLeakage;
}

let checked: Scaling | null = null;

/** Checked on first use. Errors: `SPEC_INVALID`. */
export function scalingOf(): Scaling {
  checked ??= {
    equations: check(ScalingEquations, equations, 'specs/scaling/stillmaker-baas.json'),
    libraries: check(ScalingLibraries, libraries, 'specs/scaling/libraries.json'),
    supply: check(SupplyLaws, supply, 'specs/scaling/supply.json'),
    leakage: check(SramLeakage, leakage, 'specs/scaling/sram-leakage.json'),
  };
  return checked;
}

/** The entry of that name. Errors: `SCALING_ENTRY_MISSING`. */
export function scalingEntry<T>(entries: Readonly<Record<string, T>>, name: string, file: string): T {
  const found = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (found !== undefined) return found;
  throw new Fault({
    code: 'SCALING_ENTRY_MISSING',
    place: `specs/scaling/${file}`,
    cause: `has no entry '${name}', which scaling rests on`,
    wayOut: `add '${name}' with its source; neighbouring nodes do not stand in for it`,
  });
}
