import type { Design, Expr, Module } from '../../hdl-gen/ir/design.ts';
import { lowerModule } from '../../hdl-gen/ir/lower.ts';
import { fewestGated } from './gate/liberty/clock-gates.ts';

/** Flip-flops of one module instance that load under one enable: what one clock gate stands in front of. */
export interface GatedGroup {
  /** Instances that lead to it, outermost first. */
  readonly path: readonly string[];
  readonly registers: readonly { readonly name: string; readonly bits: number }[];
  /** Registers behind read ports of memories. */
  readonly reads: readonly { readonly memory: string; readonly bits: number }[];
}

/** Of every expression the first one that says the same. */
function firstAlike(nodes: readonly Expr[]): Int32Array {
  const first = new Int32Array(nodes.length);
  const known = new Map<string, number>();
  for (const [id, node] of nodes.entries()) {
    const { name, place, ...meaning } = node;
    const args = 'args' in node ? node.args.map((arg) => first[arg]) : [];
    const key = JSON.stringify({ ...meaning, args, label: undefined });
    first[id] = known.get(key) ?? id;
    known.set(key, first[id]!);
  }
  return first;
}

type Group = { registers: { name: string; bits: number }[]; reads: { memory: string; bits: number }[] };

const bitsOf = ({ registers, reads }: Omit<GatedGroup, 'path'>): number =>
  [...registers, ...reads].reduce((sum, { bits }) => sum + bits, 0);

function groupsOf(module: Module): Group[] {
  const { nodes, loads } = lowerModule(module);
  const first = firstAlike(nodes);
  const groups = new Map<number, Group>();
  // A register with a reset loads in that as well, so its enable is another one.
  const under = (enable: number, hasReset: boolean): Group => {
    const key = 2 * first[enable]! + (hasReset ? 1 : 0);
    const found = groups.get(key) ?? { registers: [], reads: [] };
    groups.set(key, found);
    return found;
  };
  for (const [at, { name, width, init }] of module.registers.entries()) {
    const { enable } = loads[at]!;
    if (enable !== null) under(enable, init !== null).registers.push({ name, bits: width });
  }
  for (const { name, width, reads } of module.memories)
    for (const { enable } of reads) if (enable !== null) under(enable, false).reads.push({ memory: name, bits: width });
  return [...groups.values()].filter((group) => bitsOf(group) >= fewestGated);
}

/**
 * Where clock gates stand in a design that asks for them: in front of registers that share an enable in one module, as the mapping to a
 * library puts them, of at least as many flip-flops as it asks for.
 */
export function gatedGroups(design: Design): GatedGroup[] {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const known = new Map<string, Group[]>();
  const found: GatedGroup[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    const module = modules.get(name)!;
    const groups = known.get(name) ?? groupsOf(module);
    known.set(name, groups);
    for (const group of groups) found.push({ path, ...group });
    for (const instance of module.instances) visit(instance.module, [...path, instance.name]);
  };
  visit(design.top, []);
  return found;
}
