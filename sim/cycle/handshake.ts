import { acceleratorPorts as port, type Schedule } from '../../hdl-gen/arch/architecture.ts';
import { clocksOf, type WaveSpan } from '../../hdl-gen/emit/flow/wave.ts';
import { isPaused, type Pauses, stepPause } from '../../hdl-gen/emit/pause.ts';
import type { TensorData } from '../../models/graph.ts';
import { type CycleResult, simulateCycles } from './cycles.ts';

export interface HandshakePauses {
  readonly input: Pauses;
  readonly output: Pauses;
}

export interface HandshakeRun {
  readonly schedule: Schedule;
  /** One frame of input elements, and those that come out. */
  readonly input: TensorData;
  readonly output: TensorData;
}

export interface Handshake {
  readonly pauses: HandshakePauses;
  readonly spans: readonly WaveSpan[];
}

/** Clocks shown of either side. */
const shownClocks = 10;

const signalsOf = ({ input, output }: Pick<HandshakeRun, 'input' | 'output'>) => [
  { name: port.inValid, bits: 1 },
  { name: port.inReady, bits: 1 },
  { name: port.inData, bits: 8 * input.BYTES_PER_ELEMENT },
  { name: port.outValid, bits: 1 },
  { name: port.outReady, bits: 1 },
  { name: port.outData, bits: 8 * output.BYTES_PER_ELEMENT },
];

interface Clock {
  /** In the order of `signalsOf`. */
  readonly values: readonly (number | null)[];
  readonly enters: boolean;
  readonly leaves: boolean;
}

/** Both handshakes in every clock before `end`, as the cycle model and the pauses tell them. */
function* clocksBefore(end: number, run: HandshakeRun, pauses: HandshakePauses, cycles: CycleResult): Generator<Clock> {
  const { input, output } = run;
  const { inputClocks, outputOffers, outputClocks } = cycles;
  let [sourceState, sinkState] = [pauses.input.seed >>> 0, pauses.output.seed >>> 0];
  let [entering, leaving] = [0, 0];
  let held = false;
  for (let clock = 0; clock < end; clock++) {
    const inValid: boolean = entering < input.length && (held || !isPaused(sourceState, pauses.input));
    const enters: boolean = inValid && inputClocks[entering] === clock;
    const outValid = leaving < output.length && outputOffers[leaving]! <= clock;
    const leaves = outValid && outputClocks[leaving] === clock;
    yield {
      values: [
        Number(inValid),
        // What ready is while nothing is offered is no part of the schedule.
        inValid ? Number(enters) : null,
        inValid ? input[entering]! : null,
        Number(outValid),
        Number(!isPaused(sinkState, pauses.output)),
        outValid ? output[leaving]! : null,
      ],
      enters,
      leaves,
    };
    held = inValid && !enters;
    if (enters) entering++;
    if (leaves) leaving++;
    sourceState = stepPause(sourceState);
    sinkState = stepPause(sinkState);
  }
}

function spanOf(run: HandshakeRun, firstClock: number, clocks: readonly Clock[]): WaveSpan {
  const after = (moves: (clock: Clock) => boolean) =>
    clocks.flatMap((_, at) => (at > 0 && moves(clocks[at - 1]!) ? [at] : []));
  const cuts: Readonly<Record<string, readonly number[]>> = {
    [port.inData]: after(({ enters }) => enters),
    [port.outData]: after(({ leaves }) => leaves),
  };
  return {
    firstClock,
    signals: signalsOf(run).map((signal, at) => ({
      ...signal,
      values: clocks.map(({ values }) => values[at]!),
      cuts: cuts[signal.name] ?? [],
    })),
    moves: clocks.flatMap(({ enters, leaves }, at) => (enters || leaves ? [at] : [])),
  };
}

/**
 * Both handshakes of one frame, clock for clock, with the outside pausing as `pauses` says: the first clocks after reset, and those
 * around the first output byte. Clock 0 is the first edge after reset.
 */
export function handshakeSpans(run: HandshakeRun, pauses: HandshakePauses): WaveSpan[] {
  const cycles = simulateCycles(run.schedule, { frames: 1, pauses });
  const from = Math.max(0, cycles.outputOffers[0]! - 1);
  // Spans that touch are one.
  const starts = from <= shownClocks ? [0] : [0, from];
  const ends = from <= shownClocks ? [from + shownClocks] : [shownClocks, from + shownClocks];
  const shown: Clock[][] = starts.map(() => []);
  let clock = 0;
  for (const each of clocksBefore(ends.at(-1)!, run, pauses, cycles)) {
    const span = starts.findIndex((start, at) => start <= clock && clock < ends[at]!);
    if (span >= 0) shown[span]!.push(each);
    clock++;
  }
  return starts.map((start, at) => spanOf(run, start, shown[at]!));
}

/** Whether the figure shows both sides waiting for each other: a source that pauses, and a byte that waits for the sink. */
function teaches(spans: readonly WaveSpan[]): boolean {
  const value = (span: WaveSpan, name: string, at: number) =>
    span.signals.find((signal) => signal.name === name)!.values[at];
  const [first, last] = [spans[0]!, spans.at(-1)!];
  const clocks = (span: WaveSpan) => Array.from({ length: clocksOf(span) }, (_, at) => at);
  return (
    clocks(first).some((at) => at > 0 && value(first, port.inValid, at) === 0) &&
    clocks(last).some((at) => value(last, port.outValid, at) === 1 && value(last, port.outReady, at) === 0)
  );
}

/** Different start values are tried until the figure shows both sides pausing; the last try is taken as it is. */
const tries = 8;

/** A figure's worth of a run with pauses on both sides. */
export function handshakeOf(run: HandshakeRun): Handshake {
  for (let attempt = 1; ; attempt++) {
    const pauses = {
      input: { seed: (0x9e37_79b9 * attempt) >>> 0, probability: 64 },
      output: { seed: (0x85eb_ca6b * attempt) >>> 0, probability: 128 },
    };
    const spans = handshakeSpans(run, pauses);
    if (teaches(spans) || attempt === tries) return { pauses, spans };
  }
}
