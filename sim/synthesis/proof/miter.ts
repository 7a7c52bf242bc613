import type { YosysBit, YosysCell, YosysModule } from '../netlist/yosys-json.ts';
import type { Cut } from './cut.ts';

/** A register that mapping left out, and what it always equals: another register, or a constant. */
export interface Stand {
  readonly register: string;
  readonly as: { readonly register: string; readonly inverted: boolean } | '0' | '1';
}

/** What is compared; for a stand-in that it goes on to hold. */
export interface Claim {
  readonly name: string;
  readonly stand: Stand | null;
}

/** A circuit without state whose outputs `bad` are all 0 exactly when the two modules are equal. */
export interface Miter {
  readonly module: YosysModule;
  /** For every bit of `bad`. */
  readonly claims: readonly Claim[];
}

/** Gates that may stand at undefined bits (`x`). */
const hasUndefined = ({ cells, outputs, registers }: Cut): boolean =>
  Object.values(cells).some(({ connections }) => Object.values(connections).some((bits) => bits.includes('x'))) ||
  [...outputs.values()].some((bits) => bits.includes('x')) ||
  [...registers.values()].some(({ next }) => next === 'x');

/**
 * Puts the module as written (`gold`) and as mapped (`gate`) side by side, on the same inputs and the same state. What the text leaves
 * undefined may be anything: the text stands twice, with 0 and with 1 for it, and only where both agree the gates must, too.
 * Registers that mapping left out have their stand-ins, or may hold anything.
 */
export function miterOf(gold: Cut, gate: Cut, stands: readonly Stand[]): Miter {
  const cells: Record<string, YosysCell> = {};
  const ports: Record<string, { readonly direction: string; readonly bits: YosysBit[] }> = {};
  const claims: Claim[] = [];
  const bad: YosysBit[] = [];
  let free = 2;
  const add = (type: string, connections: Readonly<Record<string, YosysBit>>): YosysBit => {
    const Y = free++;
    const wired = Object.entries({ ...connections, Y }).map(([pin, bit]): [string, YosysBit[]] => [pin, [bit]]);
    cells[`$miter$${Y}`] = { type, connections: Object.fromEntries(wired) };
    return Y;
  };
  const input = (name: string, width: number): YosysBit[] => {
    const bits = Array.from({ length: width }, () => free++);
    ports[name] = { direction: 'input', bits };
    return bits;
  };

  const inputs = new Map([...gold.inputs].map(([name, bits]) => [name, input(name, bits.length)]));
  const standIns = new Map(stands.map((stand) => [stand.register, stand.as]));
  const states = new Map<string, YosysBit>();
  for (const name of gold.registers.keys()) {
    if (!standIns.has(name)) states.set(name, input(`${name}.now`, 1)[0]!);
  }
  for (const [name, as] of standIns) {
    if (typeof as === 'string') states.set(name, as);
    else states.set(name, as.inverted ? add('$_NOT_', { A: states.get(as.register)! }) : states.get(as.register)!);
  }

  /** Copies the gates of a module; gives the bits of its own wires. */
  const place = (cut: Cut, undefinedAs: '0' | '1', prefix: string): ((bit: YosysBit) => YosysBit) => {
    const known = new Map<YosysBit, YosysBit>();
    for (const [name, bits] of cut.inputs) {
      for (const [at, bit] of bits.entries()) if (typeof bit === 'number') known.set(bit, inputs.get(name)![at]!);
    }
    for (const [name, { now }] of cut.registers) known.set(now, states.get(name)!);
    const bitOf = (bit: YosysBit): YosysBit => {
      if (typeof bit === 'string') return bit === '0' || bit === '1' ? bit : undefinedAs;
      let found = known.get(bit);
      if (found === undefined) {
        found = free++;
        known.set(bit, found);
      }
      return found;
    };
    for (const [name, { type, connections }] of Object.entries(cut.cells)) {
      const wired = Object.entries(connections).map(([pin, bits]) => [pin, bits.map(bitOf)] as const);
      cells[`${prefix}${name}`] = { type, connections: Object.fromEntries(wired) };
    }
    return bitOf;
  };
  const zero = place(gold, '0', 'gold.');
  const one = hasUndefined(gold) ? place(gold, '1', 'other.') : null;
  const mapped = place(gate, '0', 'gate.');

  const claim = (name: string, written: YosysBit, made: YosysBit): void => {
    const differs = add('$_XOR_', { A: zero(written), B: made });
    if (one === null) bad.push(differs);
    else {
      const defined = add('$_XNOR_', { A: zero(written), B: one(written) });
      bad.push(add('$_AND_', { A: differs, B: defined }));
    }
    claims.push({ name, stand: null });
  };
  for (const [name, bits] of gate.outputs) {
    const written = gold.outputs.get(name)!;
    for (const [at, bit] of bits.entries()) {
      claim(bits.length === 1 ? name : `${name}[${at}]`, written[at]!, mapped(bit));
    }
  }
  for (const [name, { next }] of gate.registers) claim(name, gold.registers.get(name)!.next, mapped(next));
  for (const stand of stands) {
    const held = zero(gold.registers.get(stand.register)!.next);
    const other = typeof stand.as === 'string' ? stand.as : zero(gold.registers.get(stand.as.register)!.next);
    const isInverted = typeof stand.as !== 'string' && stand.as.inverted;
    bad.push(add(isInverted ? '$_XNOR_' : '$_XOR_', { A: held, B: other }));
    claims.push({ name: stand.register, stand });
  }
  ports.bad = { direction: 'output', bits: bad };
  return { module: { ports, cells, netnames: {} }, claims };
}

const first = (names: readonly string[]): string => {
  const shown = names.slice(0, 3).join(', ');
  return names.length <= 3 ? shown : `${shown} and ${names.length - 3} more`;
};

/** What a memory is, but for its own name. */
const shapeOf = (parameters: Readonly<Record<string, string | number>>): string =>
  JSON.stringify(
    Object.entries(parameters)
      .filter(([name]) => name !== 'MEMID')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Why two modules cannot be compared, in words: the gates have what the text has not. Null where they can. */
export function strangeIn(gold: Cut, gate: Cut): string | null {
  const registers = [...gate.registers.keys()].filter((name) => !gold.registers.has(name));
  if (registers.length > 0) return `the netlist has the registers ${first(registers)}, which the text has not`;
  const instance = [...gate.instances].find(([name, type]) => gold.instances.get(name) !== type);
  if (instance !== undefined) return `the netlist has the instance ${instance[0]} of another module than the text`;
  const memory = [...gate.memories].find(
    ([name, parameters]) => shapeOf(gold.memories.get(name) ?? {}) !== shapeOf(parameters),
  );
  if (memory !== undefined) return `the netlist has the memory ${memory[0]} in another form than the text`;
  const differs = (own: Cut['inputs'], other: Cut['inputs']) =>
    [...own].filter(([name, bits]) => bits.length !== other.get(name)?.length).map(([name]) => name);
  const wires = [...differs(gate.inputs, gold.inputs), ...differs(gate.outputs, gold.outputs)];
  return wires.length > 0 ? `the netlist has ${first(wires)} in another form than the text` : null;
}
