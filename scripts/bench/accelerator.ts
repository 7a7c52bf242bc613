import { type Accelerator, acceleratorPorts } from '../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { TensorData } from '../../models/graph.ts';
import { createBatchSimulator } from '../../sim/rtl/batch.ts';
import { createSimulator, type Simulator } from '../../sim/rtl/simulator.ts';
import { runStream } from '../../sim/rtl/stream.ts';
import { clockLimit } from '../../sim/verify/embedded.ts';
import { referenceTruth } from '../../sim/verify/truth.ts';
import { Fault } from '../../specs/fault.ts';
import { benchFiles } from '../bench-files.ts';
import type { LoadedDesign } from '../design.ts';
import { chooseSamples } from '../samples.ts';
import type { Tool } from '../tools/locate.ts';
import { type HarnessRequest, runVerilatorHarness } from '../tools/verilator-harness.ts';
import { measureSpeed, processorSeconds, type Run, type SpeedResult, stimuli } from './measure.ts';

const toolSeconds = 900;

/** An accelerator with frames for it and what must come out. */
export interface AcceleratorSubject {
  readonly name: string;
  readonly accelerator: Accelerator;
  readonly input: TensorData;
  readonly expected: TensorData;
  readonly frames: number;
}

export function acceleratorSubject(design: LoadedDesign, frames: number): AcceleratorSubject {
  const accelerator = buildAccelerator(design.model.graph, design.request);
  const { inputs } = chooseSamples(design.model, {}, frames);
  const input = inputs.subarray(0, frames * accelerator.inputBytes);
  const expected = referenceTruth(accelerator, input, frames).hardware;
  return { name: design.request.name, accelerator, input, expected, frames };
}

function wrongBytes(name: string): Fault {
  return new Fault({
    code: 'BENCH_FAILED',
    kind: 'internal',
    place: name,
    cause: 'the embedded simulator differs from the reference',
    wayOut: 'run joulesmith verify for this design',
  });
}

/** Streams all frames through a simulator and insists on the right bytes: a fast wrong answer is no measurement. */
export function runEqual(simulator: Simulator, subject: AcceleratorSubject): number {
  const { name, accelerator, input, expected, frames } = subject;
  const { inputBytes, outputBytes } = accelerator;
  const maxClocks = clockLimit(accelerator, frames);
  const run = runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks });
  if (run.outputs.every((byte, at) => byte === expected[at])) return run.clocks;
  throw wrongBytes(name);
}

export function harnessRequest(
  subject: AcceleratorSubject,
  optimise: HarnessRequest['optimise'],
  tries: number,
): HarnessRequest {
  const { accelerator, input, expected, frames } = subject;
  const { inputBytes, outputBytes, inputBits, outputBits, design } = accelerator;
  const files = benchFiles(accelerator, input, expected);
  return {
    top: design.top,
    inputBytes,
    outputBytes,
    inputBits,
    outputBits,
    frames,
    files,
    optimise,
    seconds: toolSeconds,
    tries,
  };
}

function single(subject: AcceleratorSubject, toggles: boolean): () => Run {
  const simulator = createSimulator(elaborate(subject.accelerator.design, { names: false }), { toggles });
  return () => {
    let result = 0;
    const seconds = processorSeconds(() => {
      result = runEqual(simulator, subject);
    });
    return { result, seconds };
  };
}

/**
 * The frames in 16 lanes, in every lane from another one on. Clocks do not depend on data, so all lanes move together;
 * the bytes that leave them are compared nevertheless.
 */
function batched(subject: AcceleratorSubject, toggles: boolean): () => Run {
  const { name, accelerator, input, expected, frames } = subject;
  const { inputBytes, outputBytes } = accelerator;
  const netlist = elaborate(accelerator.design, { names: false });
  const shared = netlist.inputs.map((port) => port.name).filter((port) => port !== acceleratorPorts.inData);
  const simulator = createBatchSimulator(netlist, { lanes: stimuli, shared, toggles });
  const inValid = simulator.port(acceleratorPorts.inValid);
  const inData = simulator.port(acceleratorPorts.inData);
  const inReady = simulator.port(acceleratorPorts.inReady);
  const outValid = simulator.port(acceleratorPorts.outValid);
  const outData = simulator.port(acceleratorPorts.outData);
  const outReady = simulator.port(acceleratorPorts.outReady);
  const limit = clockLimit(accelerator, frames);
  const at = (byte: number, lane: number, perFrame: number): number => (byte + lane * perFrame) % (frames * perFrame);
  const stream = (): number => {
    let [taken, given, clocks] = [0, 0, 0];
    let offered = false;
    outReady.writeAll(1);
    for (; given < expected.length; clocks++) {
      if (clocks === limit) throw wrongBytes(name);
      if (!offered && taken < input.length) {
        for (let lane = 0; lane < stimuli; lane++) inData.write(lane, input[at(taken, lane, inputBytes)]!);
        inValid.writeAll(1);
        offered = true;
      }
      simulator.cycle();
      if (offered && inReady.read(0) !== 0) {
        taken++;
        offered = false;
        inValid.writeAll(0);
      }
      if (outValid.read(0) === 0) continue;
      for (let lane = 0; lane < stimuli; lane++) {
        if (outData.read(lane) !== expected[at(given, lane, outputBytes)]) throw wrongBytes(name);
      }
      given++;
    }
    return clocks;
  };
  return () => {
    simulator.reset();
    inValid.writeAll(0);
    let result = 0;
    const seconds = processorSeconds(() => {
      result = stream();
    });
    return { result, seconds };
  };
}

/** Clocks per second while frames stream through, without any build; Verilator with a C++ main and its fastest build. */
export async function measureAccelerator(tool: Tool, subject: AcceleratorSubject, tries: number): Promise<SpeedResult> {
  const built = await runVerilatorHarness(tool, harnessRequest(subject, '-O3', tries));
  const own = {
    one: single(subject, false),
    oneToggles: single(subject, true),
    sixteen: batched(subject, false),
    sixteenToggles: batched(subject, true),
  };
  const clocks = built.lastOut.at(-1)! + 1;
  const loops = [...built.loopSeconds];
  const peer = {
    buildSeconds: built.buildSeconds,
    measure: () => Promise.resolve({ seconds: loops.pop()!, result: clocks }),
  };
  return measureSpeed(subject.name, clocks, peer, own, tries);
}
