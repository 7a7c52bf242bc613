import { Fault } from '../../../specs/fault.ts';
import type { Design } from '../../ir/design.ts';
import type { Logic } from '../../ir/logic.ts';
import { when } from '../../lang/control.ts';
import { design, module, moduleInside } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { type BoolType, bool, sint, uint } from '../../lang/types.ts';
import { type Wire, wire } from '../../lang/wire.ts';
import type { LaneStyle } from '../../library/arithmetic/gated-lane.ts';
import { allOf, bitsFor, counter } from '../../library/counter.ts';
import { mapBytes, outputBeats, outside, type Stage } from '../architecture.ts';
import { engineOf } from './engines.ts';
import type { Network } from './network.ts';
import { tally } from './tally.ts';
import type { Work } from './work.ts';

/** 32-bit counter of the clocks in which `event` is 1; wraps around. */
function eventCounter(name: string, event: Bool): UInt {
  const count = reg(name, uint(32));
  when(event, () => {
    count.next = count.addWrap(1);
  });
  return count;
}

/** Elements of one frame on either side of the accelerator, and the bits of each. */
export type FrameShape = Pick<Network, 'inputBytes' | 'outputBytes' | 'inputBits' | 'outputBits'>;

/** No more frames than this are inside at once: each has a byte in some line buffer or output FIFO, or is the one that enters. */
function mostFrames(stages: readonly Stage[]): number {
  // A run of items in a row touches one frame more than it could fill.
  const touched = (items: number, perFrame: number) => Math.ceil(items / perFrame) + 1;
  return stages.reduce((sum, stage) => {
    let buffered = 0;
    if (stage.timing === 'window') buffered = touched(stage.bufferPixels, stage.input.height * stage.input.width);
    // A frame whose last results are inserted may have no byte left in the ring.
    if (stage.timing === 'rearrange') buffered = touched(stage.bufferBytes, mapBytes(stage.input)) + 1;
    return sum + buffered + touched(stage.fifoDepth, outputBeats(stage));
  }, 1);
}

/** Registers of the top module: the 32-bit counters, and the places in the frames that enter and leave. */
export function topRegisterBits(stages: readonly Stage[], { inputBytes, outputBytes }: FrameShape): number {
  const place = (bytes: number) => (bytes > 1 ? bitsFor(bytes - 1) : 0);
  return 3 * 32 + place(inputBytes) + place(outputBytes) + bitsFor(mostFrames(stages));
}

/** What the top module is made of. */
export function topLogic(stages: readonly Stage[], { inputBytes, outputBytes }: FrameShape): Logic {
  const t = tally();
  t.count(3 * 32 + 2 * bitsFor(mostFrames(stages)));
  t.counter(inputBytes);
  t.counter(outputBytes);
  // The handshake of every port.
  t.gate(stages.reduce((sum, { sources }) => sum + sources.length, 0));
  return t.logic();
}

/** A stream and everyone that reads it. */
interface Stream {
  readonly valid: Bool;
  readonly data: SInt;
  /** Ready of each reading port, by stage and port. */
  readonly readers: { readonly stage: number; readonly port: number; readonly ready: Wire<BoolType> }[];
}

const all = (signals: readonly Bool[]): Bool => signals.reduce((every, signal) => every.and(signal));

/** A stream moves when all its readers are ready; each of them sees a byte only then. */
function offerTo({ valid, readers }: Stream, stage: number, port: number): Bool {
  const others = readers.filter((reader) => reader.stage !== stage || reader.port !== port);
  return all([valid, ...others.map(({ ready }) => ready)]);
}

/** All engines in a row, and the accelerator's counters. Throws DESIGN_NAME when a module inside has the top's name. */
export function streamTop(
  name: string,
  works: readonly Work[],
  stages: readonly Stage[],
  frame: FrameShape,
  styleOf: (layer: string) => LaneStyle,
): Design {
  const engines = stages.map((stage) =>
    engineOf(
      stage,
      works.find(({ name }) => name === stage.name),
      styleOf,
    ),
  );
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
      in: { in_valid: bool, in_data: sint(frame.inputBits), out_ready: bool },
      out: {
        in_ready: bool,
        out_valid: bool,
        out_data: sint(frame.outputBits),
        busy: bool,
        cycles: uint(32),
        input_stalls: uint(32),
        output_stalls: uint(32),
      },
    },
    ({ in_valid, in_data, out_ready }) => {
      const readersOf = (source: number) =>
        stages.flatMap(({ name, sources }, stage) =>
          sources.flatMap((from, port) => {
            const label = sources.length === 1 ? `${name}_ready` : `${name}_${port}_ready`;
            return from === source ? [{ stage, port, ready: wire(label, bool) }] : [];
          }),
        );
      const streams = new Map<number, Stream>([
        [outside, { valid: in_valid, data: in_data, readers: readersOf(outside) }],
      ]);
      stages.forEach((stage, index) => {
        const inputs = stage.sources.map((source) => streams.get(source)!);
        const readers = readersOf(index);
        const outputs = engines[index]!.place(stage.name, {
          in_valid: inputs.map((input, port) => offerTo(input, index, port)),
          in_data: inputs.map(({ data }) => data),
          out_ready: readers.length === 0 ? out_ready : all(readers.map(({ ready }) => ready)),
        });
        inputs.forEach((input, port) => {
          const reader = input.readers.find((each) => each.stage === index && each.port === port)!;
          reader.ready.drive(outputs.in_ready[port]!);
        });
        streams.set(index, { valid: outputs.out_valid, data: outputs.out_data, readers });
      });
      const in_ready = all(streams.get(outside)!.readers.map(({ ready }) => ready));
      const { valid, data } = streams.get(stages.length - 1)!;
      const taken = in_valid.and(in_ready).as('taken');
      const given = valid.and(out_ready).as('given');

      // Frames that have begun to enter and have not left completely.
      const inputByte = counter('input_byte', frame.inputBytes, taken);
      const outputByte = counter('output_byte', frame.outputBytes, given);
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
