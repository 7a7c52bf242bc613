import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { Graph } from '../../models/graph.ts';
import type { LevelResult, Mismatch, Verification } from '../../specs/result.ts';
import { simulateCycles } from '../cycle/cycles.ts';
import { compareBytes } from './compare.ts';
import { producerOf, tensorOf } from './parts.ts';

/** The clocks of one rung's run: all frames in one stream, no pauses. */
export interface Clocks {
  readonly firstIn: readonly number[];
  readonly lastOut: readonly number[];
  /** Clock of every output byte. */
  readonly outputCycles: Int32Array;
}

/** What one rung of the ladder computed for the first `samples` inputs. */
export interface Rung {
  readonly level: string;
  readonly tool: string;
  readonly samples: number;
  /** The tensor that leaves the hardware, samples concatenated. */
  readonly hardware: Int8Array;
  /** The network's output; the same bytes as `hardware` when the host computes nothing. */
  readonly output: Int8Array;
  readonly clocks: Clocks | null;
  /** Bytes the hardware offered and then withdrew or changed. */
  readonly unstable?: number;
}

/** What every rung must equal: given with the inputs where that is so, the reference's elsewhere. */
export interface Truth {
  readonly hardware: Int8Array;
  readonly output: Int8Array;
}

export interface Climb {
  readonly graph: Graph;
  /** Tensor that leaves the hardware; a rung without hardware has it too. */
  readonly hardwareTensor: number;
  readonly outputTensor: number;
  /** From the top of the ladder down. */
  readonly rungs: readonly Rung[];
  readonly truth: Truth;
  /** What the integer reference computed: tells a wrong expectation from wrong hardware. */
  readonly reference: Truth;
  readonly accelerator: Accelerator | null;
  readonly inputs: string;
  readonly notes: readonly string[];
}

interface Judged {
  readonly result: LevelResult;
  readonly first: Mismatch | null;
  readonly notes: readonly string[];
}

export function latencyAndInterval(clocks: Clocks): { latency: number; interval: number | null } {
  const last = clocks.lastOut.length - 1;
  return {
    latency: clocks.lastOut[0]! - clocks.firstIn[0]!,
    interval: last === 0 ? null : clocks.lastOut[last]! - clocks.lastOut[last - 1]!,
  };
}

/** Compares every clock of a run with the cycle model; null when all are equal, otherwise the first difference in words. */
export function clockDifference(accelerator: Accelerator, level: string, clocks: Clocks): string | null {
  const model = simulateCycles(accelerator.schedule, { frames: clocks.firstIn.length });
  const frame = clocks.firstIn.findIndex((clock, at) => clock !== model.firstIn[at]);
  if (frame >= 0) {
    return `${level}: frame ${frame} enters at clock ${clocks.firstIn[frame]}, the cycle model says ${model.firstIn[frame]}`;
  }
  const byte = clocks.outputCycles.findIndex((clock, at) => clock !== model.outputClocks[at]);
  if (byte < 0) return null;
  const place = `frame ${Math.floor(byte / accelerator.outputBytes)} byte ${byte % accelerator.outputBytes}`;
  return `${level}: ${place} leaves at clock ${clocks.outputCycles[byte]}, the cycle model says ${model.outputClocks[byte]}`;
}

function earlier(a: Mismatch | null, b: Mismatch | null): Mismatch | null {
  if (a === null || b === null) return a ?? b;
  return b.sample < a.sample ? b : a;
}

function judge(climb: Climb, rung: Rung): Judged {
  const { graph, truth, reference } = climb;
  const observe = (tensor: number, expected: Int8Array, found: Int8Array) =>
    compareBytes({
      level: rung.level,
      layer: producerOf(graph, tensor)?.name ?? graph.name,
      shape: tensorOf(graph, tensor).shape,
      expected,
      found,
      cycles: tensor === climb.hardwareTensor ? (rung.clocks?.outputCycles ?? null) : null,
    });
  const hardware = observe(climb.hardwareTensor, truth.hardware, rung.hardware);
  const output = observe(climb.outputTensor, truth.output, rung.output);
  const matched = hardware.equal.filter((equal, sample) => equal && output.equal[sample]).length;
  const notes: string[] = [];

  const equalsReference =
    rung.hardware.every((byte, at) => byte === reference.hardware[at]) &&
    rung.output.every((byte, at) => byte === reference.output[at]);
  if (matched < rung.samples && equalsReference && rung.clocks !== null) {
    notes.push(
      `${rung.level} equals the integer reference on all ${rung.samples} samples: the expected bytes differ from both`,
    );
  }
  if ((rung.unstable ?? 0) > 0) {
    notes.push(`${rung.level}: ${rung.unstable} output bytes were withdrawn or changed before they were taken`);
  }
  if (rung.clocks !== null && climb.accelerator !== null) {
    const difference = clockDifference(climb.accelerator, rung.level, rung.clocks);
    if (difference !== null) notes.push(difference);
  }
  return {
    result: {
      samples: rung.samples,
      matched,
      cycles: rung.clocks === null ? null : latencyAndInterval(rung.clocks),
      tool: rung.tool,
    },
    first: earlier(hardware.first, output.first),
    notes,
  };
}

/** Puts the rungs together: equal only when every byte and every clock of every rung is. */
export function climb(request: Climb): Verification {
  const judged = request.rungs.map((rung) => ({ level: rung.level, ...judge(request, rung) }));
  const faulty = judged.some(({ result, notes }) => result.matched < result.samples || notes.length > 0);
  return {
    verdict: faulty ? 'different' : 'equal',
    levels: Object.fromEntries(judged.map(({ level, result }) => [level, result])),
    firstMismatch: judged.find(({ first }) => first !== null)?.first ?? null,
    inputs: request.inputs,
    notes: [...judged.flatMap(({ notes }) => notes), ...request.notes],
  };
}
