import { cat, lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { generator, type ModuleConstructor, module } from '../../lang/module.ts';
import type { Bool, UInt } from '../../lang/signal.ts';
import { type Reg, reg } from '../../lang/state.ts';
import { type BoolType, bool, type Fields, type UIntType, uint } from '../../lang/types.ts';
import { type AxiLiteWord, type AxiLiteWrite, axiLitePorts, axiLiteRead, axiLiteWrite } from './axi-lite.ts';
import {
  checkRegisterMap,
  countersOf,
  fieldsOf,
  type RegisterField,
  type RegisterMap,
  registerWords,
} from './register-map.ts';

const typeOf = ({ width }: RegisterField): UIntType | BoolType => (width === 1 ? bool : uint(width));
const asUInt = (value: UInt | Bool): UInt => (value.kind === 'bool' ? value.toUInt() : value);

/** The word that holds the fields; bits without a field are 0. */
function wordOf(fields: readonly RegisterField[], values: ReadonlyMap<string, UInt | Bool>): UInt {
  const parts: UInt[] = [];
  let next = 0;
  const fill = (to: number): void => {
    if (to > next) parts.push(lit(uint(to - next), 0));
    next = to;
  };
  for (const { name, low, width, access } of fields) {
    fill(low);
    parts.push(access === 'command' ? lit(uint(width), 0) : asUInt(values.get(name)!));
    next = low + width;
  }
  fill(32);
  return parts.length === 1 ? parts[0]! : cat(...parts.toReversed());
}

/** The bits of a field as they are after the write: those of bytes that are not written stay. */
function written({ low, width }: RegisterField, held: UInt | Bool, { data, strobe }: AxiLiteWrite): UInt | Bool {
  const before = asUInt(held);
  const parts: UInt[] = [];
  for (let at = low; at < low + width; ) {
    const byte = at >> 3;
    const end = Math.min(low + width, 8 * byte + 8);
    const [fresh, old] = [data.bits(end - 1, at), before.bits(end - 1 - low, at - low)];
    parts.push(mux(strobe.bit(byte), fresh, old));
    at = end;
  }
  if (width === 1) return parts[0]!.bit(0);
  return parts.length === 1 ? parts[0]! : cat(...parts.toReversed());
}

interface Parameters {
  readonly name: string;
  readonly map: RegisterMap;
}

/** Ports of the block behind the bus, by the names of fields and counters: what the hardware gives, and what it gets. */
function hardwarePorts(map: RegisterMap): { readonly in: Fields; readonly out: Fields } {
  const fields = fieldsOf(map);
  const given = fields.filter(({ access }) => access === 'status' || access === 'sticky');
  const got = fields.filter(({ access }) => access === 'setting' || access === 'command');
  return {
    in: Object.fromEntries([
      ...given.map((field) => [field.name, typeOf(field)] as const),
      ...countersOf(map).map(({ name }) => [name, bool] as const),
    ]),
    out: Object.fromEntries(got.map((field) => [field.name, typeOf(field)])),
  };
}

const registers = generator(({ name, map }: Parameters) => {
  checkRegisterMap(map);
  const bus = axiLitePorts(map.addressBits);
  const hardware = hardwarePorts(map);
  return module(name, { in: { ...bus.in, ...hardware.in }, out: { ...bus.out, ...hardware.out } }, (inputs) => {
    const given = inputs as unknown as { readonly [name: string]: UInt | Bool };
    const access = axiLiteWrite(inputs);
    const words = registerWords(map);
    const isAt = (address: number): Bool => access.word.eq(address / 4);
    const values = new Map<string, UInt | Bool>();
    const outputs: Record<string, UInt | Bool> = {};
    const addressOf = (field: RegisterField): number =>
      map.entries.find((entry) => entry.kind === 'fields' && entry.fields.includes(field))!.address;

    const [settings, commands, statuses, stickies] = (['setting', 'command', 'status', 'sticky'] as const).map((kind) =>
      fieldsOf(map).filter((field) => field.access === kind),
    ) as [RegisterField[], RegisterField[], RegisterField[], RegisterField[]];
    for (const field of settings) {
      const kept = reg(field.name, typeOf(field), { init: field.reset ?? 0 });
      when(access.write.and(isAt(addressOf(field))), () => {
        kept.next = written(field, kept, access);
      });
      values.set(field.name, kept);
      outputs[field.name] = kept;
    }
    for (const field of commands) {
      const pulse = reg(field.name, typeOf(field));
      pulse.next = lit(typeOf(field), 0);
      when(access.write.and(isAt(addressOf(field))), () => {
        pulse.next = written(field, lit(uint(field.width), 0), access);
      });
      outputs[field.name] = pulse;
    }
    const clear = (by: string): Bool => {
      const command = outputs[by]!;
      return command.kind === 'bool' ? command : command.reduceOr();
    };
    for (const { name } of statuses) values.set(name, given[name]!);
    for (const field of stickies) {
      const seen = reg(`${field.name}_seen`, uint(field.width));
      seen.next = seen.or(asUInt(given[field.name]!));
      if (field.clearedBy !== undefined)
        when(clear(field.clearedBy), () => {
          seen.next = 0;
        });
      values.set(field.name, seen);
    }
    const counters = new Map(
      countersOf(map).map(({ name, clearedBy }) => {
        const count = reg(`${name}_count`, uint(64));
        when(clear(clearedBy), () => {
          count.next = 0;
        }).elsewhen(given[name] as Bool, () => {
          count.next = count.addWrap(1);
        });
        return [name, { count, high: reg(`${name}_high`, uint(32)) }] as const;
      }),
    );

    const readable = words.map(({ address, entry, index }): AxiLiteWord => {
      const word = address / 4;
      if (entry.kind === 'constant') return { word, value: lit(uint(32), entry.words[index]!) };
      if (entry.kind === 'fields') return { word, value: wordOf(entry.fields, values) };
      const { count, high }: { readonly count: UInt; readonly high: Reg<UIntType> } = counters.get(entry.name)!;
      if (index === 1) return { word, value: high };
      const keepHigh = (): void => {
        high.next = count.bits(63, 32);
      };
      return { word, value: count.bits(31, 0), also: keepHigh };
    });
    return { ...axiLiteRead(inputs, readable), ...access.answer(readable), ...outputs } as never;
  });
});

/** What the bus and the hardware see; the hardware's ports have the names of the map's fields and counters. */
export type RegisterBlock<M extends { readonly in: Fields; readonly out: Fields }> = ModuleConstructor<
  ReturnType<typeof axiLitePorts>['in'] & M['in'],
  ReturnType<typeof axiLitePorts>['out'] & M['out']
>;

/**
 * The registers of a map behind an AXI4-Lite slave. The hardware gives every status, every event of a sticky field and the event
 * of every counter under its name, and gets the settings and commands; `M` says their types. A command is 1 in the clock
 * after the write is carried out. Words that are not in the map answer SLVERR; writing a word that is read only changes nothing.
 */
export function AxiRegisters<M extends { readonly in: Fields; readonly out: Fields }>(
  name: string,
  map: RegisterMap,
): RegisterBlock<M> {
  return registers({ name, map }) as unknown as RegisterBlock<M>;
}
