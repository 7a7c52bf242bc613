import { Fault } from '../../../specs/fault.ts';
import type { Design } from '../../ir/design.ts';
import { when } from '../../lang/control.ts';
import { design, module, moduleInside } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { bool, sint, uint } from '../../lang/types.ts';
import { wire } from '../../lang/wire.ts';
import { allOf, bitsFor, counter } from '../../library/counter.ts';
import type { Stage } from '../architecture.ts';
import { globalPoolEngine, windowEngine } from './engine.ts';
import type { Work } from './work.ts';

/** 32-bit counter of the clocks in which `event` is 1; wraps around. */
function eventCounter(name: string, event: Bool): UInt {
  const count = reg(name, uint(32));
  when(event, () => {
    count.next = count.addWrap(1);
  });
  return count;
}

/** Bytes of one frame on either side of the accelerator. */
export interface FrameBytes {
  readonly input: number;
  readonly output: number;
}

/** No more frames than this are inside at once: each has a byte in some line buffer or output FIFO, or is the one that enters. */
function mostFrames(stages: readonly Stage[]): number {
  // A run of items in a row touches one frame more than it could fill.
  const touched = (items: number, perFrame: number) => Math.ceil(items / perFrame) + 1;
  return stages.reduce(
    (sum, { input, output, bufferPixels, fifoDepth }) =>
      sum +
      touched(bufferPixels, input.height * input.width) +
      touched(fifoDepth, output.height * output.width * output.channels),
    1,
  );
}

/** All engines in a row, and the accelerator's counters. Throws DESIGN_NAME when a module inside has the top's name. */
export function streamTop(name: string, works: readonly Work[], stages: readonly Stage[], bytes: FrameBytes): Design {
  const engines = works.map((work, index) => {
    const stage = stages[index]!;
    return stage.kind === 'globalPool' ? globalPoolEngine(work, stage) : windowEngine(work, stage);
  });
  for (const { definition } of engines) {
    if (definition.module.name !== name && moduleInside(definition, name) === null) continue;
    throw new Fault({
      code: 'DESIGN_NAME',
      place: '/name',
      cause: `'${name}' is the name of a module inside the accelerator, and the top module is called so`,
      wayOut: 'choose another name',
    });
  }
  const top = module(
    name,
    {
      in: { in_valid: bool, in_data: sint(8), out_ready: bool },
      out: {
        in_ready: bool,
        out_valid: bool,
        out_data: sint(8),
        busy: bool,
        cycles: uint(32),
        input_stalls: uint(32),
        output_stalls: uint(32),
      },
    },
    ({ in_valid, in_data, out_ready }) => {
      const readies = stages.map((stage) => wire(`${stage.name}_ready`, bool));
      let valid = in_valid;
      let data: SInt = in_data;
      for (const [index, engine] of engines.entries()) {
        const outputs = engine(stages[index]!.name, {
          in_valid: valid,
          in_data: data,
          out_ready: readies[index + 1] ?? out_ready,
        });
        readies[index]!.drive(outputs.in_ready);
        valid = outputs.out_valid;
        data = outputs.out_data;
      }
      const in_ready = readies[0]!;
      const taken = in_valid.and(in_ready).as('taken');
      const given = valid.and(out_ready).as('given');

      // Frames that have begun to enter and have not left completely.
      const inputByte = counter('input_byte', bytes.input, taken);
      const outputByte = counter('output_byte', bytes.output, given);
      const begins = inputByte.value === null ? taken : taken.and(inputByte.value.eq(0));
      const ends = allOf(given, outputByte.atLast);
      const inFlight = reg('frames_in_flight', uint(bitsFor(mostFrames(stages))));
      inFlight.next = inFlight.addWrap(begins.toUInt()).subWrap(ends.toUInt());
      const busy = inFlight.ne(0).or(taken).as('busy_now');
      return {
        in_ready,
        out_valid: valid,
        out_data: data,
        busy,
        cycles: eventCounter('busy_cycles', busy),
        input_stalls: eventCounter('input_stall_cycles', in_valid.and(in_ready.not())),
        output_stalls: eventCounter('output_stall_cycles', valid.and(out_ready.not())),
      };
    },
  );
  return design(top);
}
