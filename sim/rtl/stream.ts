import { acceleratorPorts } from '../../hdl-gen/arch/architecture.ts';
import { isPaused, noPauses, type Pauses, stepPause } from '../../hdl-gen/emit/pause.ts';
import type { TensorData } from '../../models/graph.ts';
import { type ElementBits, elementsOf } from '../../models/tensor-type.ts';
import { Fault } from '../../specs/fault.ts';
import type { Simulator } from './simulator.ts';

/** A valid/ready stream inside the accelerator, by the names of three outputs of the netlist (probes of `elaborate`). */
export interface StreamProbe {
  readonly valid: string;
  readonly ready: string;
  /** The elements of a beat side by side, the first in the lowest bits. */
  readonly data: string;
  /** Bits of an element. */
  readonly bits: ElementBits;
}

/** What moved on a stream: its elements, and the clock of each. */
export interface Watched {
  readonly values: TensorData;
  readonly clocks: Int32Array;
}

export interface StreamRequest {
  /** `frames * inputElements` elements, fed back to back. */
  readonly input: TensorData;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly frames: number;
  /** Default: no pauses on either side. */
  readonly pauses?: { readonly input: Pauses; readonly output: Pauses };
  /** Default true; false continues from the present state (clock 0 is then the next clock). */
  readonly resetFirst?: boolean;
  /** Streams inside that are written down as well. */
  readonly watch?: readonly StreamProbe[];
  /** Called in every clock before its edge, when the inputs stand. */
  readonly look?: (clock: number) => void;
  /** The run must end within this many clocks. */
  readonly maxClocks: number;
  /** Ends the run after so many clocks, whatever has come out by then; default when all has. Outputs that are missing are 0. */
  readonly until?: number;
}

/** Hardware counters after the last clock, as the accelerator's ports give them. */
export interface StreamCounters {
  readonly cycles: number;
  readonly inputStalls: number;
  readonly outputStalls: number;
}

export interface StreamRun {
  /** `frames * outputElements` elements in the order they left, of the type that `out_data` carries. */
  readonly outputs: TensorData;
  /** Clock in which the first element of each frame was accepted (clock 0 = first clock after reset). */
  readonly firstIn: readonly number[];
  /** Clock in which the last element of each frame's output was accepted. */
  readonly lastOut: readonly number[];
  /** Clock of each output element. */
  readonly outputCycles: Int32Array;
  /** Clocks run: the last output element's clock plus one. */
  readonly clocks: number;
  readonly counters: StreamCounters;
  /** For each of the streams that were watched. */
  readonly watched: readonly Watched[];
}

export interface StreamProgress {
  readonly clocks: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Clocks between two progress calls. */
const progressInterval = 1 << 16;

/**
 * Feeds frames into an accelerator and collects its output, one clock at a time. An element moves in the clock where valid
 * and ready are both 1. The source's valid, once high, stays until the element is taken; the sink's ready is "not paused".
 * In clock c each side's LFSR has made c steps from its seed.
 *
 * Faults: `SIM_STREAM` when the input is not `frames * inputBytes` long, `SIM_TIMEOUT` beyond `maxClocks`.
 */
export function runStream(
  sim: Simulator,
  request: StreamRequest,
  onProgress?: (progress: StreamProgress) => void,
): StreamRun {
  const { input, inputBytes, outputBytes, frames, maxClocks, look, until = Number.POSITIVE_INFINITY } = request;
  checkRequest(sim, request);
  const sourcePauses = request.pauses?.input ?? noPauses;
  const sinkPauses = request.pauses?.output ?? noPauses;
  const inValid = sim.port(acceleratorPorts.inValid);
  const inData = sim.port(acceleratorPorts.inData);
  const inReady = sim.port(acceleratorPorts.inReady);
  const outValid = sim.port(acceleratorPorts.outValid);
  const outData = sim.port(acceleratorPorts.outData);
  const outReady = sim.port(acceleratorPorts.outReady);

  const watches = (request.watch ?? []).map((probe) => watchOf(sim, probe));

  const totalIn = frames * inputBytes;
  const totalOut = frames * outputBytes;
  const outputs = elementsOf(outData.width === 16 ? 16 : 8, totalOut);
  const outputCycles = new Int32Array(totalOut);
  const firstIn: number[] = [];
  const lastOut: number[] = [];
  let sourceState = sourcePauses.seed >>> 0;
  let sinkState = sinkPauses.seed >>> 0;
  const sourcePausing = sourcePauses.probability > 0;
  const sinkPausing = sinkPauses.probability > 0;
  let offered = false;
  let bytesIn = 0;
  let bytesOut = 0;
  let clock = 0;

  if (request.resetFirst ?? true) sim.reset();
  inValid.write(0);
  while (bytesOut < totalOut && clock < until) {
    if (clock >= maxClocks) throw timeout(sim, maxClocks, { bytesIn, totalIn, bytesOut, totalOut }, inReady.read());
    if (!offered && bytesIn < totalIn && !(sourcePausing && isPaused(sourceState, sourcePauses))) {
      offered = true;
      inData.write(input[bytesIn]!);
      inValid.write(1);
    }
    const sinkReady = !(sinkPausing && isPaused(sinkState, sinkPauses));
    outReady.write(sinkReady ? 1 : 0);
    look?.(clock);
    sim.cycle();
    for (const watch of watches) watch.look(clock);
    if (offered && inReady.read() !== 0) {
      if (bytesIn % inputBytes === 0) firstIn.push(clock);
      bytesIn += 1;
      offered = false;
      inValid.write(0);
    }
    if (sinkReady && outValid.read() !== 0) {
      outputs[bytesOut] = outData.read();
      outputCycles[bytesOut] = clock;
      bytesOut += 1;
      if (bytesOut % outputBytes === 0) lastOut.push(clock);
    }
    if (sourcePausing) sourceState = stepPause(sourceState);
    if (sinkPausing) sinkState = stepPause(sinkState);
    clock += 1;
    if (onProgress !== undefined && clock % progressInterval === 0) onProgress({ clocks: clock, bytesIn, bytesOut });
  }
  inValid.write(0);
  outReady.write(0);
  const watched = watches.map((watch) => watch.seen());
  return { outputs, firstIn, lastOut, outputCycles, clocks: clock, counters: readCounters(sim), watched };
}

function watchOf(sim: Simulator, probe: StreamProbe) {
  const [valid, ready, data] = [sim.port(probe.valid), sim.port(probe.ready), sim.port(probe.data)];
  const { bits } = probe;
  const width = data.width / bits;
  const values: number[] = [];
  const clocks: number[] = [];
  return {
    look(clock: number): void {
      if (valid.read() === 0 || ready.read() === 0) return;
      if (width === 1) values.push(data.read());
      else
        for (let at = 0, beat = data.readBig(); at < width; at++, beat >>= BigInt(bits)) {
          values.push(Number(BigInt.asIntN(bits, beat)));
        }
      for (let at = 0; at < width; at++) clocks.push(clock);
    },
    seen(): Watched {
      const seen = elementsOf(bits, values.length);
      seen.set(values);
      return { values: seen, clocks: Int32Array.from(clocks) };
    },
  };
}

function readCounters(sim: Simulator): StreamCounters {
  sim.settle();
  return {
    cycles: sim.port(acceleratorPorts.cycles).read(),
    inputStalls: sim.port(acceleratorPorts.inputStalls).read(),
    outputStalls: sim.port(acceleratorPorts.outputStalls).read(),
  };
}

function checkRequest(sim: Simulator, request: StreamRequest): void {
  const { input, inputBytes, outputBytes, frames } = request;
  const counts = { inputBytes, outputBytes, frames };
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count > 0) continue;
    throw new Fault({
      code: 'SIM_STREAM',
      place: sim.netlist.name,
      cause: `${name} is ${count}`,
      wayOut: `give a whole number of at least 1`,
    });
  }
  if (input.length === frames * inputBytes) return;
  throw new Fault({
    code: 'SIM_STREAM',
    place: sim.netlist.name,
    cause: `the input has ${input.length} bytes, but ${frames} frames of ${inputBytes} bytes are ${frames * inputBytes}`,
    wayOut: 'give exactly one input of inputBytes per frame',
  });
}

interface Moved {
  readonly bytesIn: number;
  readonly totalIn: number;
  readonly bytesOut: number;
  readonly totalOut: number;
}

function timeout(sim: Simulator, maxClocks: number, moved: Moved, inReady: number): Fault {
  const waiting =
    moved.bytesIn < moved.totalIn
      ? `in_ready was ${inReady} in the last clock while input bytes were left`
      : 'the whole input was taken and the output is missing';
  return new Fault({
    code: 'SIM_TIMEOUT',
    place: sim.netlist.name,
    cause: `after ${maxClocks} clocks ${moved.bytesIn} of ${moved.totalIn} input bytes and ${moved.bytesOut} of ${moved.totalOut} output bytes had moved; ${waiting}`,
    wayOut: 'allow more clocks, or look for the stalled handshake if the count should have been enough',
    kind: 'internal',
  });
}
