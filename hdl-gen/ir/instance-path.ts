import { Fault } from '../../specs/fault.ts';
import type { Design, Module } from './design.ts';

/** A fault inside a module below the top also says where its first instance is. */
export function withPath(design: Design, module: Module, check: () => void): void {
  try {
    check();
  } catch (error) {
    const path = error instanceof Fault ? instancePath(design, module.name) : null;
    if (!(error instanceof Fault) || path === null) throw error;
    const { code, place, reason, wayOut } = error;
    throw new Fault({ code, place, cause: `${reason} (instance ${path})`, wayOut });
  }
}

/** Instance names from the top to the first instance of the module, by breadth; null for the top and for no instance. */
function instancePath(design: Design, name: string): string | null {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const queue = [{ name: design.top, path: '' }];
  const seen = new Set<string>();
  for (const at of queue) {
    if (at.name === name) return at.path === '' ? null : at.path;
    if (seen.has(at.name)) continue;
    seen.add(at.name);
    for (const instance of modules.get(at.name)?.instances ?? [])
      queue.push({ name: instance.module, path: at.path === '' ? instance.name : `${at.path}.${instance.name}` });
  }
  return null;
}
