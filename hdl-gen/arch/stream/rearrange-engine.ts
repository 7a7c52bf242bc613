import type { ElementBits } from '../../../models/tensor-type.ts';
import { lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { rom } from '../../lang/memory.ts';
import { module } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { delay, reg } from '../../lang/state.ts';
import { bool, sint, uint } from '../../lang/types.ts';
import { wire } from '../../lang/wire.ts';
import { advanceModulo, allOf, bitsFor, type Counter, counter, notAtEnd } from '../../library/counter.ts';
import { LineBuffer, lineBufferShape } from '../../library/line-buffer.ts';
import { StreamFifo } from '../../library/stream-fifo.ts';
import { type Inserted, mapBytes, type RearrangeStage } from '../architecture.ts';
import { type Loop, nestedPosition } from './nested-position.ts';
import { type Engine, singlePort, streamPorts } from './ports.ts';
import { leastBeyond } from './walk.ts';

/** Nested counters, outermost first, of which the innermost advances with `step`; and the step that ends the frame. */
function nest(name: string, sizes: readonly number[], step: Bool): { counters: Counter[]; steps: Bool[]; done: Bool } {
  const counters: Counter[] = [];
  const steps: Bool[] = [];
  let done = step;
  for (let d = sizes.length - 1; d >= 0; d--) {
    const each = counter(`${name}_${d}`, sizes[d]!, done);
    counters.unshift(each);
    steps.unshift(notAtEnd(done, each.atLast));
    done = allOf(done, each.atLast);
  }
  return { counters, steps, done };
}

/** Moves a place along a dimension, by the distance from its present index to the next one. */
function moveAlong(
  dimension: Int32Array,
  index: UInt,
  advance: (from: UInt, distance: number) => UInt,
): (from: UInt) => UInt {
  const distances = [...dimension.slice(1)].map((offset, at) => offset - dimension[at]!);
  const [usual, ...others] = new Set(distances);
  return (from) =>
    others.reduce(
      (moved, distance) => {
        // One bit for every index whose step is this one.
        const bits = distances.reduce((set, each, at) => (each === distance ? set | (1n << BigInt(at)) : set), 0n);
        return mux(lit(uint(dimension.length), bits).bitAt(index), advance(from, distance), moved);
      },
      advance(from, usual!),
    );
}

/** The walk over the ring: where it reads, how far it has come, and what it has left behind. */
function walkRing({ walk, releasedBy, input, bufferBytes }: RearrangeStage, step: Bool) {
  const bytes = mapBytes(input);
  const { counters, steps, done } = nest(
    'index',
    walk.map(({ length }) => length),
    step,
  );
  const start = walk.reduce((sum, dimension) => sum + dimension[0]!, 0);
  const positions = (what: string, base: UInt, to: UInt, init: number, advance: (from: UInt, by: number) => UInt) => {
    const loops = walk.map(
      (dimension, d): Loop<UInt> => ({
        label: `step_${d}`,
        step: dimension.length === 1 ? null : steps[d]!,
        move: dimension.every((offset) => offset === dimension[0])
          ? null
          : moveAlong(dimension, counters[d]!.value!, advance),
      }),
    );
    const make = (name: string) => reg(name, uint(base.width), { init });
    return nestedPosition<UInt>([...loops].reverse(), base, { step: done, to }, what, make).reverse();
  };
  const begin = lit(uint(bitsFor(bytes - 1)), start);
  // A walk straight through the frame counts its bytes already.
  const straight = walk.length === 1 && walk[0]!.length > 1 && walk[0]!.every((offset, index) => offset === index);
  const places = straight
    ? [counters[0]!.value!]
    : positions('byte', begin, begin, start, (from, by) => {
        return by === 0 ? from : from.addWrap(by < 0 ? by + 2 ** from.width : by);
      });
  // What the dimensions inside the released ones add at their first index, against the least that they can.
  const inside = walk.slice(releasedBy).reduce((sum, dimension) => sum + dimension[0]!, 0);
  const back = inside - leastBeyond(walk, releasedBy);
  const kept = releasedBy === 0 ? begin : places[releasedBy - 1]!;
  const freed = back === 0 ? kept.toSInt() : kept.sub(back);
  const ends = { byte: places.at(-1)!, freed, done };
  if (straight && walk[0]!.length === bytes) {
    return { address: counter('address', bufferBytes, step).value ?? lit(uint(1), 0), ...ends };
  }
  const first = start % bufferBytes;
  const addressType = uint(bitsFor(bufferBytes - 1));
  let frame: UInt = lit(addressType, first);
  let nextFrame = frame;
  if (bytes % bufferBytes !== 0) {
    const register = reg('frame_address', addressType, { init: first });
    frame = register;
    nextFrame = advanceModulo(frame, bytes, bufferBytes);
    when(done, () => {
      register.next = nextFrame;
    });
  }
  const advance = (from: UInt, by: number) => advanceModulo(from, by, bufferBytes);
  const addresses = positions('address', frame, nextFrame, first, advance);
  return { address: addresses.at(-1)!, ...ends };
}

/** Which of the results are the input's bytes, which may be given before the next of these is in, and the inserted value one clock after `give`. */
function insertion({ sizes, before, after, values }: Inserted, bits: ElementBits, give: Bool) {
  const leads = before.some((count) => count > 0);
  // Where frames begin matters only when they begin with inserted bytes.
  const outer = !leads && after[0] === 0 ? 1 : 0;
  const { counters, done } = nest('result', sizes.slice(outer), give);
  const ranges = counters.flatMap(({ value }, inner) => {
    const d = outer + inner;
    const [low, end] = [before[d]!, sizes[d]! - after[d]!];
    return [...(low > 0 ? [value!.ge(low)] : []), ...(end < sizes[d]! ? [value!.lt(end)] : [])];
  });
  const inside = ranges.reduce((all, each) => all.and(each)).as('from_input');
  const put = give.and(inside.not());
  let free = inside.not();
  if (leads) {
    const fresh = reg('frame_begins', bool, { init: 1 });
    when(give, () => {
      fresh.next = done;
    });
    free = free.and(fresh.not());
  }
  const at = counter('inserted_at', values.length, put).value;
  const value: SInt =
    at === null
      ? lit(sint(bits), values[0]!)
      : rom('inserted', sint(bits), values.length, values).read(at, { enable: put });
  return { inside, free: free.as('needs_no_input'), value };
}

/** Keeps bytes in a ring and gives those of the walk, one per clock: see `RearrangeStage`. */
export function rearrangeEngine(stage: RearrangeStage): Engine {
  const { fifoDepth, bufferBytes, inputBits: bits } = stage;
  const pixels = { pixels: bufferBytes, imagePixels: mapBytes(stage.input) };
  const ringShape = { channels: 1, width: 1, lanes: 1, reads: 1, countsWords: false, bits, ...pixels };
  const { countBits } = lineBufferShape(ringShape);
  const build = module(stage.name, streamPorts(stage), ({ in_valid, in_data, out_ready }) => {
    const give = wire('give', bool);
    const inserted = stage.inserted === null ? null : insertion(stage.inserted, bits, give);
    const read = allOf(give, inserted?.inside ?? null);
    const { address, byte, freed, done } = walkRing(stage, read);
    const ring = LineBuffer(ringShape)('ring', {
      in_valid,
      in_data,
      limit: freed.add(bufferBytes).wrap(countBits),
      image_done: done,
      read_address: address,
      read,
    });
    const arrived = ring.written.gt(byte.toSInt()).as('arrived');
    // No frame begins to leave before it has begun to enter.
    const ready = inserted === null ? arrived : arrived.or(inserted.free);
    const reserved = reg('reserved', uint(bitsFor(fifoDepth)));
    give.drive(ready.and(reserved.lt(fifoDepth)));
    const fromRing = ring.word[0]!;
    const fifo = StreamFifo({ width: bits, depth: fifoDepth })('output_fifo', {
      write: delay('given', give),
      write_data: inserted === null ? fromRing : mux(delay('read', read), fromRing, inserted.value),
      out_ready,
    });
    const pop = fifo.out_valid.and(out_ready);
    reserved.next = reserved.addWrap(give.toUInt()).subWrap(pop.toUInt());
    return { in_ready: ring.in_ready, out_valid: fifo.out_valid, out_data: fifo.out_data };
  });
  return singlePort(build);
}
