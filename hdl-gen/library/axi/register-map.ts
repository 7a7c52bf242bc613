import { Fault } from '../../../specs/fault.ts';

/** Some bits of a register. */
export interface RegisterField {
  readonly name: string;
  /** Lowest bit. */
  readonly low: number;
  readonly width: number;
  /**
   * `setting`: the host writes and reads it, the hardware gets it. `command`: each bit written as 1 is 1 for the hardware for
   * one clock, and reads as 0. `status`: the hardware gives it. `sticky`: 1 from a clock in which the hardware reports the
   * event until the command `clearedBy`.
   */
  readonly access: 'setting' | 'command' | 'status' | 'sticky';
  /** Of a setting, after reset; default 0. */
  readonly reset?: number;
  /** Name of the command that clears a sticky field. */
  readonly clearedBy?: string;
  readonly meaning: string;
}

interface EntryBase {
  readonly name: string;
  /** In bytes, a multiple of 4. */
  readonly address: number;
  readonly meaning: string;
}
export interface FieldsEntry extends EntryBase {
  readonly kind: 'fields';
  readonly fields: readonly RegisterField[];
}
/** Words that never change, at consecutive addresses. */
export interface ConstantEntry extends EntryBase {
  readonly kind: 'constant';
  readonly words: readonly number[];
}
/** 64-bit count of the clocks in which an event of the hardware is 1: the low word, then the high word, which is that of the clock in which the low one was read. */
export interface CounterEntry extends EntryBase {
  readonly kind: 'counter';
  /** Name of the command that sets it to 0. */
  readonly clearedBy: string;
}
export type RegisterEntry = FieldsEntry | ConstantEntry | CounterEntry;

/** What a host finds behind a register interface: the one description from which hardware, tables and header files are made. */
export interface RegisterMap {
  /** Address bits of the interface. */
  readonly addressBits: number;
  readonly entries: readonly RegisterEntry[];
}

/** One 32-bit word as a host sees it. */
export interface RegisterWord {
  readonly name: string;
  readonly address: number;
  readonly entry: RegisterEntry;
  /** Which word of the entry. */
  readonly index: number;
}

export function registerWords({ entries }: RegisterMap): RegisterWord[] {
  return entries.flatMap((entry): RegisterWord[] => {
    const { name, address } = entry;
    if (entry.kind === 'fields') return [{ name, address, entry, index: 0 }];
    const names =
      entry.kind === 'counter'
        ? [`${name}_low`, `${name}_high`]
        : entry.words.map((_, index) => (entry.words.length === 1 ? name : `${name}_${index}`));
    return names.map((word, index) => ({ name: word, address: address + 4 * index, entry, index }));
  });
}

export function fieldsOf({ entries }: RegisterMap): RegisterField[] {
  return entries.flatMap((entry) => (entry.kind === 'fields' ? entry.fields : []));
}

export function countersOf({ entries }: RegisterMap): CounterEntry[] {
  return entries.filter((entry) => entry.kind === 'counter');
}

/** Fault REGISTER_MAP for words or fields that overlap, lie outside, or are cleared by what is no command. */
export function checkRegisterMap(map: RegisterMap): void {
  const refuse = (place: string, cause: string, wayOut: string): never => {
    throw new Fault({ code: 'REGISTER_MAP', place, cause, wayOut });
  };
  const taken = new Map<number, string>();
  for (const { name, address } of registerWords(map)) {
    if (address % 4 !== 0 || address < 0 || address >= 2 ** map.addressBits)
      refuse(name, `address ${address} is no word of ${map.addressBits} address bits`, 'give a multiple of 4 inside');
    const other = taken.get(address);
    if (other !== undefined) refuse(name, `address ${address} is that of ${other}`, 'give every word its own');
    taken.set(address, name);
  }
  const fields = fieldsOf(map);
  const commands = new Set(fields.filter(({ access }) => access === 'command').map(({ name }) => name));
  for (const { name, clearedBy } of [...fields, ...countersOf(map)]) {
    if (clearedBy !== undefined && !commands.has(clearedBy))
      refuse(name, `it is cleared by '${clearedBy}', which is no command`, `use one of ${[...commands].join(', ')}`);
  }
  for (const entry of map.entries) {
    if (entry.kind !== 'fields') continue;
    let next = 0;
    for (const { name, low, width } of entry.fields) {
      if (low < next || width < 1 || low + width > 32)
        refuse(
          `${entry.name}.${name}`,
          `bits ${low + width - 1} to ${low} overlap others or leave the word`,
          'list the fields from bit 0 up, each in bits of its own',
        );
      next = low + width;
    }
  }
}
