import { Fault } from './fault.ts';
import asap7 from './tech/t1/asap7.json' with { type: 'json' };
import gt2n from './tech/t1/gt2n.json' with { type: 'json' };
import ihpSg13g2 from './tech/t1/ihp-sg13g2.json' with { type: 'json' };
import sky130hd from './tech/t1/sky130hd.json' with { type: 'json' };
import { checkToggleEnergies, type ToggleEnergies } from './toggle-energy.ts';

const files: Readonly<Record<string, unknown>> = { asap7, gt2n, 'ihp-sg13g2': ihpSg13g2, sky130hd };

/** Technologies that tier T1 has been fitted for. */
export const fittedTechnologies: readonly string[] = Object.keys(files);

const checked = new Map<string, ToggleEnergies>();

/** The fitted energies of a technology, checked on first use. Errors: `T1_MISSING`, `SPEC_INVALID`. */
export function toggleEnergiesOf(technology: string): ToggleEnergies {
  const known = checked.get(technology);
  if (known !== undefined) return known;
  if (!Object.hasOwn(files, technology)) {
    throw new Fault({
      code: 'T1_MISSING',
      place: `technology ${technology}`,
      cause: `tier T1 has not been fitted for it, only for ${fittedTechnologies.join(', ')}`,
      wayOut: 'take tier T0, or tier T2 with the Liberty files of the technology',
    });
  }
  const energies = checkToggleEnergies(files[technology], `specs/tech/t1/${technology}.json`);
  checked.set(technology, energies);
  return energies;
}
