import { Fault } from './fault.ts';
import { nearest } from './nearest.ts';
import asap7 from './tech/asap7.json' with { type: 'json' };
import gt2n from './tech/gt2n.json' with { type: 'json' };
import ihpSg13g2 from './tech/ihp-sg13g2.json' with { type: 'json' };
import sky130hd from './tech/sky130hd.json' with { type: 'json' };
import { checkTechnology, type Technology } from './technology.ts';

const files: Readonly<Record<string, unknown>> = { asap7, sky130hd, 'ihp-sg13g2': ihpSg13g2, gt2n };

export const technologyNames: readonly string[] = Object.keys(files);

const checked = new Map<string, Technology>();

/** The technology of that name, checked on first use. Errors: `TECH_UNKNOWN`, `SPEC_INVALID`. */
export function technologyOf(name: string, place = 'technology'): Technology {
  const known = checked.get(name);
  if (known !== undefined) return known;
  if (!Object.hasOwn(files, name)) {
    const near = nearest(name, technologyNames);
    throw new Fault({
      code: 'TECH_UNKNOWN',
      place,
      cause: `found '${name}', which is not a technology here${near === null ? '' : ` (did you mean '${near}'?)`}`,
      wayOut: `use one of ${technologyNames.join(', ')}`,
    });
  }
  const technology = checkTechnology(files[name], `specs/tech/${name}.json`);
  checked.set(name, technology);
  return technology;
}
