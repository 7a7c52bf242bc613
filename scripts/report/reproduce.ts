import type { Result } from '../../specs/result.ts';
import { formatHertz, hertz } from '../../specs/units.ts';
import { labelled } from './designs.ts';

/** What to write and to type to get the same numbers again. */
export interface Recipe {
  /** Design files by name, as JSON text. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly commands: readonly string[];
}

export function recipe(results: readonly Result[]): Recipe {
  const files = labelled(results).map(({ result, key, name }) => {
    const { architecture, parameters, clockHertz, technology } = result.design;
    const clock = formatHertz(hertz(clockHertz), 12).replace(/\.?0+(?= )/, '');
    const request = { name: result.design.name, model: result.model.name, architecture, parameters, clock, technology };
    const unique = name === result.design.name ? name : `${result.design.name}-${key}`;
    return { name: `${unique}.json`, text: JSON.stringify(request, null, 2) };
  });
  const verify = results.map((result, index) => {
    const proof = result.verification;
    if (proof === null) return `joulesmith verify ${files[index]!.name}`;
    const samples = Math.max(1, ...Object.values(proof.levels).map((level) => level.samples));
    return `joulesmith verify ${files[index]!.name} --levels ${Object.keys(proof.levels).join(',')} --samples ${samples}`;
  });
  return { files, commands: [...verify, `joulesmith compare ${files.map(({ name }) => name).join(' ')} -o report`] };
}
