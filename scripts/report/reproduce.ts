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
    const { architecture, parameters, clockHertz, technology, scaled } = result.design;
    const clock = formatHertz(hertz(clockHertz), 12).replace(/\.?0+(?= )/, '');
    const request = {
      name: result.design.name,
      model: result.model.name,
      architecture,
      parameters,
      clock,
      technology,
      ...scaled,
      ...included(result),
    };
    const unique = name === result.design.name ? name : `${result.design.name}-${key}`;
    return { name: `${unique}.json`, text: JSON.stringify(request, null, 2) };
  });
  const verify = results.map((result, index) => `joulesmith verify ${files[index]!.name}${climb([result])}`);
  const compare = `joulesmith compare ${files.map(({ name }) => name).join(' ')}${climb(results)} -o report`;
  return { files, commands: [...verify, compare] };
}

const included = ({ energy }: Result) => (energy.includes === undefined ? {} : { include: energy.includes });

/** The rungs that any of the designs climbed, and the most samples at one of them. */
function climb(results: readonly Result[]): string {
  const rungs = results.flatMap(({ verification }) => Object.entries(verification?.levels ?? {}));
  if (rungs.length === 0) return '';
  const samples = Math.max(1, ...rungs.map(([, level]) => level.samples));
  return ` --levels ${[...new Set(rungs.map(([name]) => name))].join(',')} --samples ${samples}`;
}
