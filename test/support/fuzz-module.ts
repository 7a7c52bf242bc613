import type { Design } from '../../hdl-gen/ir/design.ts';
import type { Signal } from '../../hdl-gen/lang/any-signal.ts';
import { when } from '../../hdl-gen/lang/control.ts';
import { design, type ModuleConstructor, module, unused } from '../../hdl-gen/lang/module.ts';
import type { SInt, UInt } from '../../hdl-gen/lang/signal.ts';
import { reg } from '../../hdl-gen/lang/state.ts';
import { bool, type Fields, sint, type Type, uint, type Value } from '../../hdl-gen/lang/types.ts';
import { type Wire, wire } from '../../hdl-gen/lang/wire.ts';
import { addLanes } from './fuzz-lanes.ts';
import { grow } from './fuzz-operators.ts';
import {
  anyBool,
  anySInt,
  anyUInt,
  assignedTo,
  chance,
  type Pool,
  pick,
  putAll,
  randomScalar,
  randomType,
  randomWidth,
} from './fuzz-pool.ts';
import {
  addDelay,
  addEnumeration,
  addFilledRam,
  addMachine,
  addRam,
  addRegister,
  addRom,
  addStatements,
  type Context,
} from './fuzz-state.ts';
import { addStream } from './fuzz-stream.ts';
import { type Random, seededRandom } from './random.ts';

/** Everything a random design depends on: printed when it fails, enough to make it again. */
export interface Recipe {
  readonly seed: number;
  /** Steps of growth per module, from 1. */
  readonly size: number;
  /** No value is wider than this; 4 to 200. */
  readonly widest: number;
}

type AnyModule = ModuleConstructor<Fields, Fields>;
interface Child {
  readonly make: AnyModule;
  readonly ports: { readonly in: Fields; readonly out: Fields };
}

/** The recipe of a seed: every fifth design has values wider than 64 bits, every 25th wider than 128. */
export function recipeOf(seed: number): Recipe {
  const random = seededRandom(seed * 7919);
  const wide = (): number => (seed % 25 === 0 ? random.integer(129, 200) : random.integer(65, 128));
  const widest = seed % 5 === 0 ? wide() : random.integer(0, 2) > 0 ? 64 : random.integer(4, 63);
  return { seed, size: random.integer(1, 8), widest };
}

/** Adds something to the module that is being described: before its step `step`, behind the last one at `size`. */
export type Insertion = (place: { readonly module: string; readonly step: number }, pool: Pool, held: Signal) => void;

const nothing: Insertion = () => {};

/** One to three levels of random modules; a module may stand in several places. */
export function fuzzDesign({ seed, size, widest }: Recipe, insert: Insertion = nothing): Design {
  const random = seededRandom(seed);
  const name = `f${seed}`;
  const levels = size < 3 ? 1 : pick(random, [1, 1, 1, 2, 2, 3]);
  const children: Child[] = [];
  for (let level = levels; level > 1; level--) {
    children.push(randomModule(random, `${name}_level${level}`, Math.max(1, size >> 1), widest, children, insert));
  }
  return design(randomModule(random, name, size, widest, children, insert).make);
}

function randomPorts(random: Random, widest: number): Child['ports'] {
  const inputs: Record<string, Type> = {
    u: uint(randomWidth(random, widest)),
    s: sint(randomWidth(random, widest)),
    b: bool,
  };
  const outputs: Record<string, Type> = { held: randomScalar(random, Math.min(widest, 24)) };
  for (let extra = random.integer(0, 3); extra > 0; extra--) inputs[`in${extra}`] = randomType(random, widest);
  for (let more = random.integer(1, 4); more > 0; more--) outputs[`out${more}`] = randomType(random, widest);
  outputs.digest = uint(16);
  return { in: inputs, out: outputs };
}

function randomModule(
  random: Random,
  name: string,
  size: number,
  widest: number,
  children: readonly Child[],
  insert: Insertion,
): Child {
  const ports = randomPorts(random, widest);
  const make = module(name, ports, (inputs) => {
    const pool: Pool = { random, widest, uints: [], sints: [], bools: [] };
    putAll(pool, inputs);
    unused(...pool.uints, ...pool.sints, ...pool.bools);
    const boot = reg('boot', bool, { init: 1 });
    boot.next = false;
    const started = reg('started', bool);
    started.next = true;
    const context: Context = { pool, boot, started, targets: [], machines: [], boots: [] };
    const held = reg('held', ports.out.held!);
    putAll(pool, held);
    const hold = (): void => {
      (held as { next: unknown }).next = assignedTo(pool, ports.out.held!);
    };
    context.targets.push(hold);
    const feedback: { readonly type: Type; readonly wire: Wire<Type> }[] = [];
    const registered: Pool = { random, widest, uints: [], sints: [], bools: [] };
    putAll(registered, held);
    if (chance(random, 2)) {
      const type = randomScalar(random, widest);
      const made = wire('loop', type);
      feedback.push({ type, wire: made });
      putAll(pool, made);
    }
    const instances = children.flatMap((child) => Array.from({ length: random.integer(1, 2) }, () => child));
    for (let step = 0; step < size; step++) {
      insert({ module: name, step }, pool, held as unknown as Signal);
      for (let more = 0; more < 2; more++) putAll(pool, grow(pool, `v${step}_${more}`));
      pick(random, parts)(context, `part${step}`);
      const child = instances.length > 0 && chance(random, 3) ? instances.pop() : undefined;
      if (child !== undefined) putAll(pool, instance(pool, child, `child${step}`, registered));
    }
    for (const [index, child] of instances.entries()) putAll(pool, instance(pool, child, `last${index}`, registered));
    when(anyBool(pool), hold);
    insert({ module: name, step: size }, pool, held as unknown as Signal);
    addStatements(context, 2);
    for (const finish of [...context.machines, ...context.boots]) finish();
    for (const { type, wire: target } of feedback) target.drive(loopValue(registered, type) as never);
    return { ...outputsOf(pool, ports.out), held, digest: digest(pool) } as never;
  }) as AnyModule;
  return { make, ports };
}

type AddPart = (context: Context, name: string) => void;
const parts: readonly AddPart[] = [
  addRegister,
  addRegister,
  addRegister,
  addDelay,
  addMachine,
  addEnumeration,
  addRom,
  addFilledRam,
  addRam,
  addStream,
  addLanes,
  (context) => addStatements(context, 2),
  () => undefined,
];

/** What closes a loop is made of registers only: of this module, or shown by an instance. */
function loopValue(registered: Pool, type: Type): unknown {
  const seeded: Pool = {
    ...registered,
    uints: [...registered.uints, ...registered.bools.map((value) => value.toUInt())],
    sints: [...registered.sints],
    bools: [...registered.bools],
  };
  for (const value of [...seeded.sints]) seeded.uints.push(value.asUInt());
  for (const value of [...seeded.uints]) seeded.sints.push(value.asSInt());
  for (const value of seeded.uints) seeded.bools.push(value.reduceXor());
  return assignedTo(seeded, type);
}

function instance(pool: Pool, child: Child, name: string, registered: Pool): unknown {
  const inputs = Object.fromEntries(Object.entries(child.ports.in).map(([key, type]) => [key, assignedTo(pool, type)]));
  const outputs: { readonly [key: string]: Value<Type> } = child.make(name, inputs);
  putAll(registered, outputs.held);
  // Some outputs stay unread.
  return Object.values(outputs).filter(() => !chance(pool.random, 4));
}

function outputsOf(pool: Pool, types: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(types).map(([key, type]) => [key, key === 'digest' ? null : assignedTo(pool, type)]),
  );
}

/** Mixes many values into 16 bits, so that few of them are without effect. */
function digest(pool: Pool): UInt {
  const { random } = pool;
  const all = [...pool.uints, ...pool.sints, ...pool.bools.map((value) => value.toUInt())];
  const mixed = Array.from({ length: Math.min(all.length, random.integer(1, 8)) }, () => pick(random, all));
  return mixed.reduce(
    (mixed: UInt, value, index) => mixed.shl(1).wrap(16).xor(mixed.bit(15).toUInt()).xor(folded(value, index)).wrap(16),
    pick(pool.random, [anyUInt(pool), anySInt(pool).asUInt()]).wrap(16),
  );
}

/** 16 bits in which every bit of a value counts. */
function folded(value: UInt | SInt, index: number): UInt {
  const pattern: UInt = value.asUInt();
  if (index % 3 === 0 || pattern.width <= 16) return pattern.wrap(16);
  if (index % 3 === 1) return pattern.bits(pattern.width - 1, pattern.width - 16);
  return pattern.reduceXor().toUInt().extend(16);
}
