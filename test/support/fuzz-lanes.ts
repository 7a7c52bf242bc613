import { mux } from '../../hdl-gen/lang/combine.ts';
import { when } from '../../hdl-gen/lang/control.ts';
import type { UInt } from '../../hdl-gen/lang/signal.ts';
import { type Reg, reg } from '../../hdl-gen/lang/state.ts';
import { sint, type UIntType, uint, vec } from '../../hdl-gen/lang/types.ts';
import { anyBool, chance, type Pool, pick, put, sintOf, uintOf } from './fuzz-pool.ts';
import type { Context } from './fuzz-state.ts';

/** What every lane does; the lane before it and a value that all share take part. */
type Body = (lane: UInt, before: UInt, shared: UInt) => UInt;

const bodies: readonly Body[] = [
  (lane, before, shared) => lane.addWrap(before.mul(shared).wrap(lane.width)),
  (lane, before, shared) => mux(before.lt(shared), before, lane),
  (lane, before, shared) => lane.xor(before).subWrap(shared),
  (lane, before, shared) => before.and(shared.not()).or(lane.shr(1).extend(lane.width)),
  (_, before) => before,
];

function laneValue(pool: Pool, width: number, signed: boolean): UInt {
  return signed ? (sintOf(pool, width) as unknown as UInt) : uintOf(pool, width);
}

/** Registers that all do the same, as in an array of processing elements: what the compiler may turn into vectors. */
export function addLanes({ pool }: Context, name: string): void {
  const { random } = pool;
  const width = random.integer(1, Math.max(1, Math.min(32, pool.widest >> 1)));
  const signed = chance(random, 2);
  const lanes = reg(
    name,
    vec(random.integer(4, 20), (signed ? sint : uint)(width)),
  ) as unknown as readonly Reg<UIntType>[];
  const shared = laneValue(pool, width, signed);
  const first = laneValue(pool, width, signed);
  const body = pick(random, bodies);
  const step = (): void => {
    for (const [index, lane] of lanes.entries())
      lane.next = body(lane, index === 0 ? first : lanes[index - 1]!, shared);
  };
  const clear = (): void => {
    for (const lane of lanes) lane.next = 0;
  };
  if (chance(random, 3)) step();
  else if (chance(random, 2)) when(anyBool(pool), step);
  else when(anyBool(pool), clear).elsewhen(anyBool(pool), step);
  put(pool, pick(random, lanes));
  put(
    pool,
    lanes.reduce<UInt>((all, lane) => all.xor(lane), lanes[0]!),
  );
}
