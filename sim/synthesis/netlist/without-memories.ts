/** Of Yosys's parsed JSON: what is read here. */
interface Cell {
  readonly type: string;
  readonly port_directions?: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}
interface Module {
  readonly ports: Readonly<Record<string, unknown>>;
  readonly cells: Readonly<Record<string, Cell>>;
}
interface Document {
  readonly modules: Readonly<Record<string, Module>>;
}

const isMemory = ({ type }: Cell): boolean => /^\$mem(_v2)?$/.test(type);

/**
 * The netlist with its whole memories taken out: what they give comes in at ports of the module, which bear their names.
 *
 * @returns the document, and how many memories it had.
 */
export function withoutMemories({ modules }: Document): { readonly document: Document; readonly memories: number } {
  let memories = 0;
  const cut = Object.entries(modules).map(([name, module]): [string, Module] => {
    const all = Object.entries(module.cells);
    const taken = all.filter(([, cell]) => isMemory(cell));
    memories += taken.length;
    const given = taken.map(([cell, { connections }]) => [
      `${cell}.RD_DATA`,
      { direction: 'input', bits: connections.RD_DATA ?? [] },
    ]);
    const cells = Object.fromEntries(all.filter(([, cell]) => !isMemory(cell)));
    return [name, { ...module, cells, ports: { ...module.ports, ...Object.fromEntries(given) } }];
  });
  return { document: { modules: Object.fromEntries(cut) }, memories };
}
