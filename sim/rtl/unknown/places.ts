import type { Design } from '../../../hdl-gen/ir/design.ts';
import type { Places } from './finding.ts';

/** Where the registers and memories of a design, and its outputs, were written. */
export function placesOf(design: Design): Places {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const places = new Map<string, string>();
  const visit = (name: string, path: string): void => {
    const { registers, memories, instances } = modules.get(name)!;
    for (const register of registers) places.set(path + register.name, register.place);
    for (const { name: memory, fields, place } of memories)
      for (const field of fields) places.set(path + (field.name === '' ? memory : `${memory}_${field.name}`), place);
    for (const instance of instances) visit(instance.module, `${path}${instance.name}.`);
  };
  visit(design.top, '');
  const top = modules.get(design.top)!;
  for (const output of top.outputs) if (!places.has(output.name)) places.set(output.name, top.place);
  return places;
}
