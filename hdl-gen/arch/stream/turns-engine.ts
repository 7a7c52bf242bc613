import { lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { module } from '../../lang/module.ts';
import type { UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { uint } from '../../lang/types.ts';
import { bitsFor, nextCount } from '../../library/counter.ts';
import { StreamFifo } from '../../library/stream-fifo.ts';
import { type TurnsStage, turnBeats } from '../architecture.ts';
import { type Engine, joining, joinPorts } from './ports.ts';

/** Concatenation: so many elements of the first port, then of the next, in turns. A beat goes straight into the output FIFO. */
export function turnsEngine(stage: TurnsStage): Engine {
  const { name, fifoDepth, outputWidth } = stage;
  const turns = turnBeats(stage);
  const build = module(name, joinPorts(turns.length, stage), ({ in_valid, in_data, out_ready }) => {
    const port = reg('port', uint(bitsFor(turns.length - 1)));
    const left = reg('left', uint(bitsFor(Math.max(...turns) - 1)), { init: turns[0]! - 1 });
    const reserved = reg('reserved', uint(bitsFor(fifoDepth)));
    const room = reserved.lt(fifoDepth).as('room');
    const turn = turns.map((_, index) => port.eq(index).as(`turn_${index}`));
    const valid = in_valid.map((each, index) => each.and(turn[index]!)).reduce((any, each) => any.or(each));
    const take = valid.and(room).as('take');
    const [first, ...others] = in_data;
    const data = others.reduce((chosen, each, index) => mux(turn[index + 1]!, each, chosen), first!);
    when(take.and(left.eq(0)), () => {
      port.next = nextCount(port, turns.length);
      left.next = turns
        .slice(0, -1)
        .reduce<UInt>(
          (next, _, index) => mux(turn[index]!, lit(uint(left.width), turns[index + 1]! - 1), next),
          lit(uint(left.width), turns[0]! - 1),
        );
    }).elsewhen(take, () => {
      left.next = left.subWrap(1);
    });
    const fifo = StreamFifo({ width: stage.outputBits * outputWidth, depth: fifoDepth })('output_fifo', {
      write: take,
      write_data: data,
      out_ready,
    });
    const pop = fifo.out_valid.and(out_ready);
    reserved.next = reserved.addWrap(take.toUInt()).subWrap(pop.toUInt());
    return { in_ready: turn.map((each) => each.and(room)), out_valid: fifo.out_valid, out_data: fifo.out_data };
  });
  return joining(build);
}
