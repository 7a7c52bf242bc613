import { Fault } from '../../specs/fault.ts';
import { nameProblem } from '../ir/names.ts';

interface Named {
  readonly name: string;
}

function layerName(layer: string, cause: string): Fault {
  return new Fault({ code: 'LAYER_NAME', place: `layer ${layer}`, cause, wayOut: 'give the layer another name' });
}

/** The layer is in the way of a name that the circuit needs for something else. */
export const clash = (layer: string, taken: string): Fault =>
  layerName(layer, `its name clashes with '${taken}', which stands for something else in the circuit`);

const aboutNames: readonly string[] = ['HDL_NAME', 'HDL_NAME_CLASH', 'HDL_MODULE_NAME'];

/**
 * Makes a circuit whose modules and instances are called like layers. A name that cannot be is told by the layer that brings it, not
 * by the line of the generator that meets it. Errors: LAYER_NAME, DESIGN_NAME.
 */
export function namedAfter<T>(design: string, layers: readonly Named[], make: () => T): T {
  for (const { name } of layers) {
    const problem = nameProblem(name);
    if (problem !== null) throw layerName(name, `its name ${problem}`);
  }
  const problem = nameProblem(design);
  if (problem !== null) {
    throw new Fault({
      code: 'DESIGN_NAME',
      place: '/name',
      cause: `'${design}' ${problem}`,
      wayOut: 'choose another name',
    });
  }
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Fault) || !aboutNames.includes(error.code)) throw error;
    // The first name in these messages is the one in dispute: a layer's own, or one that its engine's ports or parts get from it.
    const taken = /'(\w+)'/.exec(error.reason)?.[1];
    const bringing = layers
      .map(({ name }) => name)
      .filter((name) => taken === name || taken?.startsWith(`${name}_`))
      .sort((a, b) => b.length - a.length)[0];
    if (taken === undefined || bringing === undefined) throw error;
    throw clash(bringing, taken);
  }
}
