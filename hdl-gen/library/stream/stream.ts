import { type Data, mux } from '../../lang/combine.ts';
import type { ModuleConstructor } from '../../lang/module.ts';
import type { Bool } from '../../lang/signal.ts';
import {
  type Assigned,
  type BoolType,
  bool,
  type RecordType,
  record,
  type Type,
  type Value,
} from '../../lang/types.ts';
import { type Wire, wire } from '../../lang/wire.ts';

/** What goes with the data. */
export type Forward<T extends Type> = RecordType<{ readonly valid: BoolType; readonly data: T }>;
/** What comes back. */
export type Back = RecordType<{ readonly ready: BoolType }>;

/**
 * A stream of items with valid and ready: an item moves in the clock where both are 1. The sender holds valid and data
 * until then, and must not wait for ready before it says valid. A module that receives has `up: stream(T).forward`
 * among its inputs and `up: stream(T).back` among its outputs; one that sends has them the other way round.
 */
export interface StreamType<T extends Type> {
  readonly payload: T;
  readonly forward: Forward<T>;
  readonly back: Back;
}

const back: Back = record({ ready: bool });

export function stream<T extends Type>(payload: T): StreamType<T> {
  return { payload, forward: record({ valid: bool, data: payload }), back };
}

/** A block with one stream in, `up`, and one out, `down`. */
export type StreamBlock<A extends Type, B extends Type> = ModuleConstructor<
  { readonly up: Forward<A>; readonly down: Back },
  { readonly up: Back; readonly down: Forward<B> }
>;

export function streamPorts<A extends Type, B extends Type>(up: A, down: B) {
  return { in: { up: stream(up).forward, down: back }, out: { up: back, down: stream(down).forward } };
}

/** A stream inside a module's body. Whoever takes the items drives `ready`, once. */
export interface Link<V> {
  readonly valid: Bool;
  readonly data: V;
  readonly ready: Wire<BoolType>;
}

/** Turns what a sender says into a link; `<name>_ready` is what comes back to it. */
export function link<V>(name: string, forward: { readonly valid: Bool; readonly data: V }): Link<V> {
  return { valid: forward.valid, data: forward.data, ready: wire(`${name}_ready`, bool) };
}

/** Instance of a block between a link and the link that it returns. */
export function pass<A extends Type, B extends Type>(
  name: string,
  block: StreamBlock<A, B>,
  from: Link<Value<A>>,
): Link<Value<B>> {
  const ready = wire(`${name}_ready`, bool);
  const outputs = block(name, { up: { valid: from.valid, data: from.data as Assigned<A> }, down: { ready } });
  from.ready.drive(outputs.up.ready);
  return { valid: outputs.down.valid, data: outputs.down.data as Value<B>, ready };
}

/** `a` where the condition holds, else `b`; of one type, whatever it is. */
export function choose<T extends Type>(condition: Bool, a: Value<T>, b: Value<T>): Value<T> {
  const [chosen] = mux(condition, [a as Data], [b as Data]);
  return chosen as Value<T>;
}

/** A short name of a type for names of modules: `u8`, `s16`, `b`, `4xs8`, `r_last_b_data_u8`. */
export function typeName(type: Type): string {
  if (type.kind === 'uint') return `u${type.width}`;
  if (type.kind === 'sint') return `s${type.width}`;
  if (type.kind === 'bool') return 'b';
  if (type.kind === 'vec') return `${type.length}x${typeName(type.element)}`;
  if (type.kind === 'record')
    return `r_${Object.entries(type.fields)
      .map(([name, field]) => `${name}_${typeName(field)}`)
      .join('_')}`;
  return `e_${type.name}`;
}
