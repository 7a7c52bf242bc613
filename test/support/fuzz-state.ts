import { mux } from '../../hdl-gen/lang/combine.ts';
import { type Fsm, fsm, when } from '../../hdl-gen/lang/control.ts';
import { asEnum, enumeration } from '../../hdl-gen/lang/enum.ts';
import { type Ram, ram, rom } from '../../hdl-gen/lang/memory.ts';
import type { Bool, UInt } from '../../hdl-gen/lang/signal.ts';
import { delay, reg } from '../../hdl-gen/lang/state.ts';
import { bool, type ScalarType, sint, type Type, uint, vec } from '../../hdl-gen/lang/types.ts';
import {
  anyBool,
  anySInt,
  anyUInt,
  assignedTo,
  chance,
  type Pool,
  pick,
  put,
  putAll,
  randomInteger,
  randomScalar,
  randomType,
  uintOf,
} from './fuzz-pool.ts';

/** Something that a statement can do. */
export type Target = () => unknown;

/**
 * Verilog starts state without a reset as unknown, the embedded simulator as 0. So that both agree once the reset is
 * over, such state loads, while `boot` is 1 (during reset and one clock longer), values that were known before it.
 */
export interface Context {
  readonly pool: Pool;
  readonly boot: Bool;
  /** 0 while `boot` is 1 or unknown, and before the first clock. */
  readonly started: Bool;
  readonly targets: Target[];
  /** State machines: their cases stand after the other statements. */
  readonly machines: (() => void)[];
  /** Loads while `boot` is 1: the very last statements, so that nothing else wins over them. */
  readonly boots: (() => void)[];
}

export function addRegister(context: Context, name: string): void {
  const { pool, targets, boots, boot } = context;
  const { random } = pool;
  const type = randomType(random, pool.widest);
  if (chance(random, 4)) {
    const value = assignedTo(pool, type);
    const register = reg(name, type, { init: null });
    boots.push(() => when(boot, () => setNext(register, value)));
    putAll(pool, register);
    targets.push(() => setNext(register, assignedTo(pool, type)));
    return;
  }
  const plain = type.kind === 'uint' || type.kind === 'sint';
  const init = plain ? randomInteger(random, type.width, type.kind === 'sint') : BigInt(random.integer(0, 1));
  const register = reg(name, type, fitsAll(type, init) ? { init } : {});
  const assign = (): void => setNext(register, assignedTo(pool, type));
  putAll(pool, register);
  when(anyBool(pool), assign);
  targets.push(assign);
  if (type.kind === 'vec') {
    const at = random.integer(0, type.length - 1);
    const part: unknown = (register as unknown as readonly unknown[])[at];
    targets.push(() => setNext(part, assignedTo(pool, type.element)));
  }
  if (type.kind === 'record') {
    const part: unknown = (register as unknown as { readonly low: unknown }).low;
    targets.push(() => setNext(part, assignedTo(pool, type.fields.low!)));
  }
  if (plain && type.width > 1 && chance(random, 3)) {
    const counter = register as unknown as UInt;
    targets.push(() => setNext(register, counter.addWrap(1)));
  }
}

function fitsAll(type: Type, init: bigint): boolean {
  if (type.kind === 'vec') return fitsAll(type.element, init);
  if (type.kind === 'record') return Object.values(type.fields).every((field) => fitsAll(field, init));
  return type.kind !== 'sint' || init <= 0n || type.width > 1;
}

function setNext(register: unknown, value: unknown): void {
  (register as { next: unknown }).next = value;
}

export function addDelay({ pool, boot }: Context, name: string): void {
  const { random } = pool;
  const init = chance(random, 2) ? { init: null } : {};
  const enable = chance(random, 2) ? { enable: anyBool(pool).or(boot) } : {};
  const options = { ...init, ...enable };
  const kind = random.integer(0, 2);
  if (kind === 0) put(pool, delay(name, anyUInt(pool), options));
  else if (kind === 1) put(pool, delay(name, anySInt(pool), options));
  else put(pool, delay(name, anyBool(pool), options));
}

export function addMachine(context: Context, name: string): void {
  const { pool, targets } = context;
  const { random } = pool;
  const states = Array.from({ length: random.integer(2, 9) }, (_, index) => `s${index}`);
  const machine: Fsm<string> = fsm(name, states);
  for (const state of states) if (chance(random, 2)) put(pool, machine.is(state));
  const go = (): void => machine.go(pick(random, states));
  when(anyBool(pool), go);
  targets.push(go);
  context.machines.push(() => {
    machine.cases(
      Object.fromEntries(
        states.map((state) => [
          state,
          () => {
            if (chance(random, 3)) go();
            if (chance(random, 2)) when(anyBool(pool), go);
            if (targets.length > 0 && chance(random, 2)) pick(random, targets)();
          },
        ]),
      ),
    );
  });
}

/** A register that holds one of several names. */
export function addEnumeration(context: Context, name: string): void {
  const { pool, targets, machines } = context;
  const { random } = pool;
  const members = Array.from({ length: random.integer(2, 6) }, (_, index) => `e${index}`);
  const type = enumeration(name, members);
  const held = reg(`${name}_held`, type);
  const assign = (): void => {
    held.next = chance(random, 3) ? asEnum(type, uintOf(pool, type.width)) : pick(random, members);
  };
  when(anyBool(pool), assign);
  targets.push(assign);
  put(pool, pick(random, [held.eq(pick(random, members)), held.ne(mux(anyBool(pool), held, pick(random, members)))]));
  put(pool, held.asUInt());
  put(pool, held.match(Object.fromEntries(members.map((member) => [member, anySInt(pool)]))));
  machines.push(() =>
    held.cases(
      Object.fromEntries(members.map((member) => [member, chance(random, 2) ? pick(random, targets) : () => {}])),
    ),
  );
}

/** An address that may lie beyond the depth, but not for certain: Icarus warns of that. */
function anyAddress(pool: Pool, depth: number): UInt {
  const address = uintOf(pool, Math.max(1, Math.ceil(Math.log2(depth))));
  return address.builder.nodes[address.id]!.op === 'const' ? addressIn(pool, depth) : address;
}

/** Any address below the depth. */
function addressIn(pool: Pool, depth: number): UInt {
  const bits = Math.max(1, Math.ceil(Math.log2(depth)));
  const address = uintOf(pool, bits);
  if (2 ** bits === depth) return address;
  return depth === 1 ? address.and(0) : mux(address.lt(depth), address, address.shr(1).extend(bits));
}

export function addRom({ pool, boot }: Context, name: string): void {
  const { random } = pool;
  const depth = random.integer(1, 20);
  const width = random.integer(1, Math.min(64, pool.widest));
  const signed = width === 64 || chance(random, 2);
  const lanes = random.integer(1, 3);
  const contents = BigInt64Array.from({ length: depth * lanes }, () => randomInteger(random, width, signed));
  const memory = rom(name, vec(lanes, (signed ? sint : uint)(width)), depth, contents);
  for (let port = 0; port < random.integer(1, 2); port++) {
    const enable = chance(random, 2) ? { enable: anyBool(pool).or(boot) } : {};
    putAll(pool, memory.read(addressIn(pool, depth), { name: `${name}_q${port}`, ...enable }));
  }
}

/** A RAM of which only words written since the reset are seen; a bit per word says which. */
export function addRam(context: Context, name: string): void {
  const { pool, boot, targets } = context;
  const { random } = pool;
  const depth = random.integer(1, 12);
  const type: ScalarType = randomScalar(random, pool.widest);
  const memory: Ram<ScalarType> = ram(name, type, depth);
  const written = reg(`${name}_written`, vec(depth, bool));
  const write = (): void => {
    const address = anyAddress(pool, depth);
    const enable = chance(random, 2) ? anyBool(pool) : null;
    memory.write(address, assignedTo(pool, type) as never, enable === null ? {} : { enable });
    for (const [word, flag] of written.entries()) {
      const hit = address.eq(word);
      when(enable === null ? hit : hit.and(enable), () => {
        flag.next = true;
      });
    }
  };
  for (let port = 0; port < random.integer(1, 2); port++) {
    const address = anyAddress(pool, depth);
    const enable = chance(random, 2) ? { enable: anyBool(pool).or(boot) } : {};
    const word = memory.read(address, { name: `${name}_q${port}`, ...enable });
    const present = written.map((flag, at) => flag.and(address.eq(at))).reduce((a, b) => a.or(b));
    const known = delay(`${name}_known${port}`, present, enable);
    if (type.kind === 'bool') put(pool, known.and(word as Bool));
    else if (type.kind === 'uint') put(pool, mux(known, word as UInt, 0));
    else put(pool, mux(known, word as never, 0));
  }
  write();
  if (chance(random, 2)) targets.push(write);
}

/**
 * A RAM with initial words, every one of them known: several ports, elements written alone, new data at a collision. It is
 * written only once started, when addresses and data are known.
 */
export function addFilledRam(context: Context, name: string): void {
  const { pool, boot, started, targets } = context;
  const { random } = pool;
  const depth = random.integer(1, 9);
  const width = random.integer(1, Math.min(40, pool.widest));
  const signed = chance(random, 2);
  const lanes = random.integer(1, 3);
  const type = vec(lanes, (signed ? sint : uint)(width));
  const contents = BigInt64Array.from({ length: depth * lanes }, () => randomInteger(random, width, signed));
  const collision = pick(random, ['oldData', 'newData'] as const);
  const memory = ram(name, type, depth, { contents, collision });
  const write = (): void => {
    const enable = anyBool(pool).and(started);
    const mask = Array.from({ length: lanes }, () => (chance(random, 4) ? chance(random, 2) : anyBool(pool)));
    const options = chance(random, 2) ? { enable, lanes: mask } : { enable };
    memory.write(anyAddress(pool, depth), assignedTo(pool, type) as never, options);
  };
  for (let port = 0; port < random.integer(1, 2); port++) {
    const enable = chance(random, 2) ? { enable: anyBool(pool).or(boot) } : {};
    putAll(pool, memory.read(addressIn(pool, depth), { name: `${name}_q${port}`, ...enable }));
  }
  write();
  if (chance(random, 2)) write();
  targets.push(write);
}

/** Assignments under nested random conditions. */
export function addStatements(context: Context, depth: number): void {
  const { pool, targets } = context;
  const { random } = pool;
  for (let count = random.integer(1, 3); count > 0; count--) {
    if (depth === 0 || chance(random, 3)) {
      pick(random, targets)();
      continue;
    }
    const body = (): void => {
      if (!chance(random, 6)) addStatements(context, depth - 1);
    };
    let chain = when(anyBool(pool), body);
    for (let arms = random.integer(0, 2); arms > 0; arms--) chain = chain.elsewhen(anyBool(pool), body);
    if (chance(random, 2)) chain.otherwise(body);
  }
}
