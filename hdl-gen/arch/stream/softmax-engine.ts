import { expOnNegativeValues, srdhm } from '../../../models/arithmetic.ts';
import { lit, mux } from '../../lang/combine.ts';
import { fsm, when } from '../../lang/control.ts';
import { ram, rom } from '../../lang/memory.ts';
import { module } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { delay, reg } from '../../lang/state.ts';
import { sint, uint } from '../../lang/types.ts';
import { allOf, bitsFor, counter, nextCount } from '../../library/counter.ts';
import { clampToBits, roundingShiftRight } from '../../library/requantizer.ts';
import { StreamFifo } from '../../library/stream-fifo.ts';
import type { RowStage } from '../architecture.ts';
import { type Engine, singlePort, streamPorts } from './ports.ts';
import { parts, turns } from './softmax-clocks.ts';
import type { RowWork } from './work.ts';

/** e^(scaled difference) in Q0.31 as the reference has it, 0 where it leaves the value out; entry n for a difference of -n. */
export function exponentials({ multiplier, leftShift, diffMin }: RowWork['softmax']): Int32Array {
  return Int32Array.from({ length: 256 }, (_, below) =>
    -below < diffMin ? 0 : expOnNegativeValues(srdhm(-below << leftShift, multiplier)),
  );
}

const constant = (value: number): SInt => lit(sint(32), value);

/** The sum moved up until its highest bit is bit 30, and how many places a result then has to go down: its exponent less 4. */
function normalised(sum: UInt): { half: UInt; places: UInt } {
  let half = sum.shl(11).wrap(31);
  let places = lit(uint(6), 23);
  // The greatest byte alone adds 2^19.
  for (let top = 20; top < sum.width; top++) {
    const here = sum.bit(top);
    half = mux(here, sum.shl(30 - top).wrap(31), half);
    places = mux(here, lit(uint(6), top + 4), places);
  }
  return { half, places };
}

/**
 * Softmax over rows in the reference's fixed-point arithmetic, with one 32-bit multiplier. A row enters and its greatest byte is
 * found; the exponentials (a table over the 256 differences) are added; three Newton steps give the reciprocal of the sum; each
 * exponential times the reciprocal is a result. Source: TensorFlow Lite's reference softmax on gemmlowp's fixed-point functions.
 */
export function softmaxEngine(stage: RowStage, { softmax }: RowWork): Engine {
  const { length, fifoDepth } = stage;
  const build = module(stage.name, streamPorts(stage), ({ in_valid, in_data, out_ready }) => {
    const row = ram('row', sint(8), length);
    const exponential = rom('exponentials', uint(31), 256, exponentials(softmax));
    const phase = fsm('phase', ['filling', 'waiting', 'adding', 'dividing', 'giving']);
    const filling = phase.is('filling').as('filling');
    const reserved = reg('reserved', uint(bitsFor(fifoDepth)));
    const room = reserved.le(fifoDepth - length).as('room');
    const start = phase.is('waiting').and(room).as('start');

    // The row, and its greatest byte.
    const take = in_valid.and(filling).as('take');
    const adding = phase.is('adding').as('adding');
    const giving = phase.is('giving').as('giving');
    const reading = adding.or(giving).as('reading');
    const index = reg('index', uint(bitsFor(length - 1)));
    const atLast = index.eq(length - 1).as('at_last');
    when(take.or(reading), () => {
      index.next = nextCount(index, length);
    });
    row.write(index, in_data, { enable: take });
    const greatest = reg('greatest', sint(8), { init: null });
    when(take, () => {
      greatest.next = mux(index.eq(0).or(in_data.gt(greatest)), in_data, greatest);
    });

    // Three clocks from a byte's address to its exponential in the sum.
    const below = greatest
      .sub(row.read(index, { enable: reading }))
      .wrap(8)
      .asUInt();
    const value = exponential.read(below, { enable: delay('looking', reading) });
    const summing = delay('summing', delay('adding_looked', adding));
    const first = delay('first_value', delay('first_looked', adding.and(index.eq(0))));
    const sum = reg('sum', uint(bitsFor(length * 2 ** 19)), { init: null });
    const share = value
      .add(2 ** 11)
      .shr(12)
      .wrap(20);
    when(summing, () => {
      sum.next = mux(first, share.extend(sum.width), sum.addWrap(share));
    });

    // The divider: its turns share the multiplier with the results.
    const dividing = phase.is('dividing').as('dividing');
    const part = counter('part', parts, dividing);
    const turn = counter('turn', turns, allOf(dividing, part.atLast));
    const load = allOf(dividing, part.value!.eq(0)).as('load_factors');
    const use = allOf(dividing, part.atLast).as('apply');
    const { half, places } = normalised(sum);
    const divisor = reg('divisor', uint(31), { init: null });
    const placesDown = reg('places_down', uint(6), { init: null });
    const guess = reg('guess', sint(32), { init: null });
    const error = reg('error', sint(32), { init: null });
    const factor = reg('factor', sint(32), { init: null });
    const other = reg('other_factor', sint(32), { init: null });
    const product = reg('product', sint(64), { init: null });
    product.next = factor.mul(other);
    const high = product
      .add(2 ** 30)
      .shr(31)
      .wrap(32)
      .as('high');

    // Even turns find how far the guess is off, the odd ones after them correct it.
    const isTurn = (number: number): Bool => turn.value!.eq(number);
    const corrects = turn.value!.bit(0).and(isTurn(1).not()).as('corrects');
    const reciprocal = guess.shl(1).sat(32).as('reciprocal');
    const result = delay('result_value', delay('result_looked', giving));
    when(load, () => {
      factor.next = mux(corrects, error, divisor.toSInt());
      other.next = mux(isTurn(1), constant(-1010580540), guess);
    }).elsewhen(result, () => {
      factor.next = reciprocal;
      other.next = value.toSInt();
    });
    when(use, () => {
      when(isTurn(0), () => {
        divisor.next = half;
        placesDown.next = places;
      })
        .elsewhen(isTurn(1), () => {
          guess.next = high.addWrap(1515870810);
        })
        .elsewhen(corrects, () => {
          guess.next = guess.addWrap(high.shl(2).sat(32));
        })
        .otherwise(() => {
          error.next = constant(2 ** 29).subWrap(high);
        });
    });

    phase.cases({
      filling: () => when(take.and(atLast), () => phase.go('waiting')),
      waiting: () => when(room, () => phase.go('adding')),
      adding: () => when(atLast, () => phase.go('dividing')),
      dividing: () => when(allOf(use, turn.atLast), () => phase.go('giving')),
      giving: () => when(atLast, () => phase.go('filling')),
    });

    const multiplied = delay('multiplied', delay('factors_ready', result));
    const scaled = delay('scaled', high, { enable: multiplied, init: null });
    const rounded = roundingShiftRight(scaled, placesDown);
    const fifo = StreamFifo({ width: 8, depth: fifoDepth })('output_fifo', {
      write: delay('write', multiplied),
      write_data: clampToBits(rounded.sub(128), { min: -128, max: 127 }, 8),
      out_ready,
    });
    const pop = fifo.out_valid.and(out_ready);
    const taken = mux(start, lit(uint(reserved.width), length), lit(uint(reserved.width), 0));
    reserved.next = reserved.addWrap(taken).subWrap(pop.toUInt());
    return { in_ready: filling, out_valid: fifo.out_valid, out_data: fifo.out_data };
  });
  return singlePort(build);
}
