import type { Expr, ExprId, IfStatement, Memory, Module, Port, Register, SetStatement, Statement } from './design.ts';

const named = (...parts: readonly (string | number)[]): string => parts.join('_');

/** Everything that a memory takes, in order: what it is called in the memory, and the value in the module around it. */
export function takenBy(memory: Memory): { readonly name: string; readonly value: ExprId }[] {
  const ports: { readonly name: string; readonly value: ExprId }[] = [];
  const add = (value: ExprId | null, ...name: (string | number)[]): void => {
    if (value !== null) ports.push({ name: named(...name), value });
  };
  for (const [at, { address, enable }] of memory.reads.entries()) {
    add(address, 'read', at, 'address');
    add(enable, 'read', at, 'enable');
  }
  for (const [at, { address, enable, data, masks }] of memory.writes.entries()) {
    add(address, 'write', at, 'address');
    add(enable, 'write', at, 'enable');
    for (const [field, value] of data.entries()) add(value, 'write', at, 'data', field);
    for (const [field, mask] of (masks ?? []).entries()) add(mask, 'write', at, 'mask', field);
  }
  return ports;
}

const bit = { width: 1, signed: false } as const;

/**
 * A memory as a module: a register for every field of every word, and for every field that a port reads; `inputs` are what it takes
 * (`takenBy`), its outputs port after port the fields read. It does the same in every clock but where an address names no word.
 */
export function flipFlopMemory(memory: Memory, name: string, inputs: readonly Port[]): Module {
  const { depth, fields, place } = memory;
  const nodes: Expr[] = [];
  const add = (expr: Expr): ExprId => nodes.push(expr) - 1;
  const taken = new Map(
    inputs.map(({ name, width, signed }, input) => [name, add({ op: 'input', width, signed, input })]),
  );
  const port = (...parts: (string | number)[]): ExprId | undefined => taken.get(named(...parts));

  const registers: Register[] = [];
  const holds: ExprId[] = [];
  /** One register for each field; gives their numbers. */
  const wordOf = (...parts: (string | number)[]): number[] =>
    fields.map(({ width, signed }, field) => {
      const own = fields.length === 1 ? named(...parts) : named(...parts, field);
      const register = registers.push({ name: own, width, signed, init: null, place }) - 1;
      holds.push(add({ op: 'register', width, signed, register }));
      return register;
    });
  const words = Array.from({ length: depth }, (_, word) => wordOf('word', word));
  const shown = memory.reads.map((_, at) => wordOf('shown', at));

  const both = (a: ExprId, b: ExprId | undefined): ExprId =>
    b === undefined ? a : add({ op: 'and', ...bit, args: [a, b] });
  const writesTo = (at: number, address: ExprId): ExprId =>
    both(add({ op: 'eq', ...bit, args: [port('write', at, 'address')!, address] }), port('write', at, 'enable')!);
  const set = (register: number, value: ExprId): SetStatement => ({ kind: 'set', register, value, place });
  const only = (condition: ExprId | undefined, body: readonly Statement[]): readonly Statement[] => {
    const when = (condition: ExprId): IfStatement => ({
      ...{ kind: 'if', arms: [{ condition, body }], otherwise: [], place },
    });
    return condition === undefined ? body : [when(condition)];
  };

  const stores = words.flatMap((word, address) =>
    memory.writes.flatMap((_, at) => {
      const own = port('write', at, 'address')!;
      const { width } = nodes[own]!;
      const here = writesTo(at, add({ op: 'const', width, signed: false, value: String(address) }));
      const sets = word.flatMap((register, field) =>
        only(port('write', at, 'mask', field), [set(register, port('write', at, 'data', field)!)]),
      );
      return only(here, sets);
    }),
  );

  /** Multiplexers, one level for each bit of the address; an address that names no word reads another. */
  const chosen = (address: ExprId, field: number): ExprId => {
    const { width, signed } = fields[field]!;
    let left = words.map((word) => holds[word[field]!]!);
    for (let low = 0; left.length > 1; low++) {
      const odd = add({ op: 'slice', ...bit, args: [address], low });
      left = Array.from({ length: Math.ceil(left.length / 2) }, (_, pair) => {
        const [even, other] = [left[2 * pair]!, left[2 * pair + 1]];
        return other === undefined ? even : add({ op: 'mux', width, signed, args: [odd, other, even] });
      });
    }
    return left[0]!;
  };
  const loads = shown.flatMap((word, at) => {
    const address = port('read', at, 'address')!;
    const sets = word.map((register, field) => {
      let value = chosen(address, field);
      if (memory.collision === 'newData')
        memory.writes.forEach((_, write) => {
          const { width, signed } = fields[field]!;
          const fresh = both(writesTo(write, address), port('write', write, 'mask', field));
          value = add({ op: 'mux', width, signed, args: [fresh, port('write', write, 'data', field)!, value] });
        });
      return set(register, value);
    });
    return only(port('read', at, 'enable'), sets);
  });

  // The only word is read whatever the address says.
  const unused = depth > 1 ? [] : shown.map((_, at) => port('read', at, 'address')!);
  const outputs = shown.flatMap((word) =>
    word.map((register) => {
      const { name: of, width, signed } = registers[register]!;
      return { name: named('q', of), width, signed, value: holds[register]! };
    }),
  );
  return {
    ...{ name, place, inputs, outputs, nodes, registers },
    ...{ wires: [], memories: [], instances: [], constants: [] },
    ...{ body: [...stores, ...loads], unused, needsClock: true, needsReset: false, madeOf: 'memory' },
  };
}
