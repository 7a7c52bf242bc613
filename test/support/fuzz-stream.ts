import { mux } from '../../hdl-gen/lang/combine.ts';
import type { Bool, SInt, UInt } from '../../hdl-gen/lang/signal.ts';
import { bool, type ScalarType, type Value } from '../../hdl-gen/lang/types.ts';
import { wire } from '../../hdl-gen/lang/wire.ts';
import { Arbiter } from '../../hdl-gen/library/stream/arbiter.ts';
import { Fork } from '../../hdl-gen/library/stream/fork.ts';
import { Join } from '../../hdl-gen/library/stream/join.ts';
import { Queue } from '../../hdl-gen/library/stream/queue.ts';
import { RegisterSlice } from '../../hdl-gen/library/stream/register-slice.ts';
import { SkidBuffer } from '../../hdl-gen/library/stream/skid-buffer.ts';
import { type Link, link, pass } from '../../hdl-gen/library/stream/stream.ts';
import { Narrower, Widener } from '../../hdl-gen/library/stream/width.ts';
import { anyBool, assignedTo, type Pool, pick, put, randomScalar } from './fuzz-pool.ts';
import type { Context } from './fuzz-state.ts';

type Items = Link<Value<ScalarType>>;
type Stage = (pool: Pool, name: string, type: ScalarType, from: Items) => Items;

/** Items that come and go as they like: a sender need not behave for all simulators to agree. */
function source(pool: Pool, name: string, type: ScalarType): Items {
  return link(name, { valid: anyBool(pool), data: assignedTo(pool, type) as never });
}

const stages: readonly Stage[] = [
  (_, name, type, from) => pass(name, RegisterSlice(type), from),
  (_, name, type, from) => pass(name, SkidBuffer(type), from),
  ({ random }, name, type, from) => pass(name, Queue(type, random.integer(1, 5)), from),
  ({ random }, name, type, from) => {
    const ratio = random.integer(2, 3);
    return pass(`${name}_out`, Narrower(type, ratio), pass(name, Widener(type, ratio), from));
  },
  (_, name, type, from) => {
    // The two ways of a fork, one of them a clock late, meet again in a join.
    const ready = [wire(`${name}_first_ready`, bool), wire(`${name}_second_ready`, bool)] as const;
    const { valid, data } = from;
    const forked = Fork(type, 2)(name, {
      up: { valid, data: data as never },
      down: [{ ready: ready[0] }, { ready: ready[1] }],
    });
    from.ready.drive(forked.up.ready);
    const [first, direct] = forked.down;
    const late = pass(`${name}_late`, RegisterSlice(type), { ...first!, ready: ready[0] });
    const met = wire(`${name}_met_ready`, bool);
    const joined = Join({ late: type, direct: type })(`${name}_join`, {
      up: { late: { valid: late.valid, data: late.data as never }, direct: direct as never },
      down: { ready: met },
    });
    late.ready.drive(joined.up.late.ready);
    ready[1].drive(joined.up.direct.ready);
    return { valid: joined.down.valid, data: joined.down.data.late, ready: met };
  },
  (pool, name, type, from) => {
    const other = source(pool, `${name}_other`, type);
    const ready = wire(`${name}_ready`, bool);
    const merged = Arbiter(type, 2)(name, {
      up: [from, other].map(({ valid, data }) => ({ valid, data: data as never })),
      down: { ready },
    });
    for (const [way, sender] of [from, other].entries()) sender.ready.drive(merged.up[way]!.ready);
    return { valid: merged.down.valid, data: merged.down.data, ready };
  },
];

/** A chain of blocks from the stream library; what comes out is seen only while it is valid. */
export function addStream({ pool }: Context, name: string): void {
  const { random } = pool;
  const type = randomScalar(random, Math.min(pool.widest, 40));
  const taken = anyBool(pool);
  let items = source(pool, `${name}_source`, type);
  // Shown only when the chain is complete: a value from inside it could close a loop.
  const seen = [items.ready as unknown as Bool];
  for (let count = random.integer(1, 3); count > 0; count--) {
    items = pick(random, stages)(pool, `${name}_stage${count}`, type, items);
    seen.push(items.valid);
  }
  items.ready.drive(taken);
  for (const value of seen) put(pool, value);
  if (type.kind === 'bool') put(pool, items.valid.and(items.data as Bool));
  else if (type.kind === 'uint') put(pool, mux(items.valid, items.data as UInt, 0));
  else put(pool, mux(items.valid, items.data as SInt, 0));
}
