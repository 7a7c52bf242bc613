import { type Static, Type } from 'typebox';
import { check } from '../../specs/check.ts';
import { Fault } from '../../specs/fault.ts';
import type { ModuleCells } from '../../specs/synthesis.ts';

const Counts = Type.Record(Type.String(), Type.Number());

/** `stat -json` as far as it is read here. */
const Printed = Type.Object({
  modules: Type.Record(
    Type.String(),
    Type.Object({
      num_cells_by_type: Type.Optional(Counts),
      /** From Yosys 0.57 on modules inside are apart from the cells. */
      num_submodules_by_type: Type.Optional(Counts),
      area: Type.Optional(Type.Number()),
    }),
  ),
});
type Printed = Static<typeof Printed>;

export interface Statistics {
  readonly modules: Readonly<Record<string, ModuleCells>>;
  readonly cells: number;
  readonly cellsByType: Readonly<Record<string, number>>;
  readonly areaSquareMicrons: number | null;
}

const plain = (name: string): string => name.replace(/^\\/, '');

function unreadable(cause: string): Fault {
  return new Fault({
    code: 'SYNTH_STATISTICS',
    kind: 'tool',
    place: 'yosys stat -json',
    cause,
    wayOut: 'use another version of Yosys, or the one that comes with joulesmith (without --tool native)',
  });
}

function read(text: string): Printed {
  let parsed: unknown;
  try {
    // Yosys 0.23 prints the tree of modules in words into the document.
    parsed = JSON.parse(text.replace(/^ +[^\s"{}[\]]+ +\d+$/gm, ''));
  } catch {
    throw unreadable(`wrote ${text.length} characters that are no JSON`);
  }
  try {
    return check(Printed, parsed, 'yosys stat -json');
  } catch (error) {
    throw error instanceof Fault ? unreadable(error.reason) : error;
  }
}

interface Part {
  readonly cells: ReadonlyMap<string, number>;
  readonly inside: ReadonlyMap<string, number>;
}

/** Some versions count modules inside as cells, others apart. */
function contentsOf({ modules }: Printed): Map<string, Part> {
  const known = new Set(Object.keys(modules).map(plain));
  return new Map(
    Object.entries(modules).map(([name, module]) => {
      const cells = new Map<string, number>();
      const inside = new Map<string, number>();
      const counted = [...Object.entries(module.num_cells_by_type ?? {})];
      for (const [type, count] of [...counted, ...Object.entries(module.num_submodules_by_type ?? {})]) {
        const into = known.has(plain(type)) ? inside : cells;
        into.set(plain(type), count);
      }
      return [plain(name), { cells, inside }];
    }),
  );
}

/** How often every module stands below `top`. */
function instancesOf(parts: ReadonlyMap<string, Part>, top: string): Map<string, number> {
  const instances = new Map<string, number>();
  const add = (name: string, times: number): void => {
    const part = parts.get(name);
    if (part === undefined) throw unreadable(`has no module '${name}'`);
    instances.set(name, (instances.get(name) ?? 0) + times);
    for (const [child, count] of part.inside) add(child, count * times);
  };
  add(top, 1);
  return instances;
}

const total = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);
const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Reads what `stat -json` wrote and multiplies every module by its instances; `areas` are those of the libraries' cells, null
 * without a library: old versions of Yosys print none. Errors: SYNTH_STATISTICS.
 */
export function readStatistics(text: string, top: string, areas: ReadonlyMap<string, number> | null): Statistics {
  const printed = read(text);
  const parts = contentsOf(printed);
  const instances = instancesOf(parts, top);
  const printedAreas = new Map(Object.entries(printed.modules).map(([name, { area }]) => [plain(name), area]));
  const areaOf = (name: string, cells: ReadonlyMap<string, number>): number =>
    printedAreas.get(name) ?? total([...cells].map(([type, count]) => count * (areas?.get(type) ?? 0)));
  const all = new Map<string, number>();
  const modules: Record<string, ModuleCells> = {};
  let area = 0;
  for (const [name, times] of instances) {
    const { cells } = parts.get(name)!;
    for (const [type, count] of cells) all.set(type, (all.get(type) ?? 0) + times * count);
    const own = areaOf(name, cells);
    area += times * own;
    modules[name] = {
      instances: times,
      cells: total(cells.values()),
      cellsByType: sorted(cells),
      areaSquareMicrons: areas !== null ? own : null,
    };
  }
  return {
    modules,
    cells: total(all.values()),
    cellsByType: sorted(all),
    areaSquareMicrons: areas !== null ? area : null,
  };
}
