import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { Fault } from '../../specs/fault.ts';
import { nearest } from '../../specs/nearest.ts';

/** What the author may have meant: the same name inside an instance, or one that differs by a slip. */
function meant(name: string, known: readonly string[]): string {
  const inside = known.filter((one) => one.endsWith(`.${name}`)).slice(0, 3);
  const near = inside.length > 0 ? inside : [nearest(name, known)].filter((one) => one !== null);
  return near.length === 0 ? '' : ` (did you mean ${near.map((one) => `'${one}'`).join(' or ')}?)`;
}

export function unknownName(netlist: Netlist, name: string): Fault {
  const { inputs, outputs, registers, memories, names } = netlist;
  const memory = memories.some((one) => one.name === name);
  const known = [...inputs, ...outputs, ...registers, ...(names?.nets ?? [])].map((one) => one.name);
  return new Fault({
    code: 'SIM_NAME',
    place: netlist.name,
    cause: `there is no port, register or net named '${name}'${memory ? '' : meant(name, known)}`,
    wayOut: memory
      ? 'it is a memory: read one of its words with word(name, address)'
      : 'use a name of the ports, of `registers` or of `nets`; what nothing observable depends on has none',
  });
}

/** Index of a register by its hierarchical name; Fault `SIM_REGISTER` naming the closest one. */
export function registerLookup(netlist: Netlist): (name: string) => number {
  const indices = new Map(netlist.registers.map((register, index) => [register.name, index]));
  return (name) => {
    const index = indices.get(name);
    if (index !== undefined) return index;
    throw new Fault({
      code: 'SIM_REGISTER',
      place: netlist.name,
      cause: `there is no register named '${name}'${meant(name, [...indices.keys()])}`,
      wayOut: `use one of the ${indices.size} names that the simulator lists under 'registers'`,
    });
  };
}

/** Index of a memory by its hierarchical name. Fault `SIM_MEMORY` for an unknown name or an address that it does not have. */
export function memoryLookup({ name: place, memories }: Netlist): (name: string, address: number) => number {
  return (name, address) => {
    const index = memories.findIndex((memory) => memory.name === name);
    if (index < 0) {
      throw new Fault({
        code: 'SIM_MEMORY',
        place,
        cause: `there is no memory named '${name}'${meant(
          name,
          memories.map((memory) => memory.name),
        )}`,
        wayOut:
          memories.length === 0
            ? 'the netlist has no memories'
            : `use one of ${memories.map((memory) => memory.name).join(', ')}`,
      });
    }
    const { depth } = memories[index]!;
    if (Number.isInteger(address) && address >= 0 && address < depth) return index;
    throw new Fault({
      code: 'SIM_MEMORY',
      place,
      cause: `the memory '${name}' has no word ${address}`,
      wayOut: `use a whole number from 0 to ${depth - 1}`,
    });
  };
}

export function unknownPort(netlist: Netlist, name: string): Fault {
  const names = [...netlist.inputs, ...netlist.outputs].map((port) => port.name);
  return new Fault({
    code: 'SIM_PORT',
    place: netlist.name,
    cause: `there is no port named '${name}'`,
    wayOut: `use one of ${names.join(', ')}`,
  });
}

export function writtenOutput(netlist: Netlist, name: string): Fault {
  return new Fault({
    code: 'SIM_PORT',
    place: netlist.name,
    cause: `the port '${name}' is an output and cannot be written`,
    wayOut: `write only the inputs ${netlist.inputs.map((port) => port.name).join(', ')}`,
  });
}
