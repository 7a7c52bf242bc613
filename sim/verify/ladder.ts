import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { Graph, TensorData } from '../../models/graph.ts';
import { tensorElements } from '../../models/shape.ts';
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

/** What moved on a stream inside the hardware, samples concatenated. */
export interface Seen {
  readonly values: TensorData;
  readonly clocks: Int32Array | null;
}

/** What one rung of the ladder computed for the first `samples` inputs. */
export interface Rung {
  readonly level: string;
  readonly tool: string;
  readonly samples: number;
  /** The tensor that leaves the hardware, samples concatenated. */
  readonly hardware: TensorData;
  /** The network's output; the same bytes as `hardware` when the host computes nothing. */
  readonly output: TensorData;
  readonly clocks: Clocks | null;
  /** What entered a final softmax inside the hardware, with the clock of each byte where there is one. */
  readonly logits?: Seen | undefined;
  /** Bytes the hardware offered and then withdrew or changed. */
  readonly unstable?: number;
}

/** What every rung must equal: given with the inputs where that is so, the reference's elsewhere. */
export interface Truth {
  readonly hardware: TensorData;
  readonly output: TensorData;
  /** What enters a final softmax inside the hardware. */
  readonly logits?: TensorData | undefined;
}

export interface Climb {
  readonly graph: Graph;
  /** Tensor that leaves the hardware; a rung without hardware has it too. */
  readonly hardwareTensor: number;
  readonly outputTensor: number;
  /** Tensor that enters a final softmax inside the hardware; every rung then has its bytes. */
  readonly logitsTensor?: number | undefined;
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

/** A tensor as a rung has it: what it must be, what the reference makes of it, what was found and when. */
interface Observed {
  readonly tensor: number;
  readonly expected: TensorData;
  readonly right: TensorData;
  readonly found: TensorData;
  readonly cycles: Int32Array | null;
}

/** In the order of the network: of one sample's differences the first is named. */
function observationsOf({ truth, reference, ...climb }: Climb, rung: Rung): Observed[] {
  const { logits } = rung;
  const seen: Observed[] = [];
  if (climb.logitsTensor !== undefined && logits && truth.logits && reference.logits) {
    const { values: found, clocks: cycles } = logits;
    seen.push({ tensor: climb.logitsTensor, expected: truth.logits, right: reference.logits, found, cycles });
  }
  seen.push({
    tensor: climb.hardwareTensor,
    expected: truth.hardware,
    right: reference.hardware,
    found: rung.hardware,
    cycles: rung.clocks?.outputCycles ?? null,
  });
  if (climb.outputTensor === climb.hardwareTensor) return seen;
  const { output: expected } = truth;
  seen.push({ tensor: climb.outputTensor, expected, right: reference.output, found: rung.output, cycles: null });
  return seen;
}

const nameOf = (graph: Graph, tensor: number): string => producerOf(graph, tensor)?.name ?? graph.name;

function judge(climb: Climb, rung: Rung): Judged {
  const { graph } = climb;
  const seen = observationsOf(climb, rung);
  const comparisons = seen.map(({ tensor, expected, found, cycles }) =>
    compareBytes({
      level: rung.level,
      layer: nameOf(graph, tensor),
      shape: tensorOf(graph, tensor).shape,
      expected,
      found,
      cycles,
    }),
  );
  const matched = Array.from({ length: rung.samples }, (_, sample) => sample).filter((sample) =>
    comparisons.every(({ equal }) => equal[sample]),
  ).length;
  const notes: string[] = [];
  for (const { tensor, found } of seen) {
    const wanted = rung.samples * tensorElements(tensorOf(graph, tensor).shape);
    if (found.length === wanted) continue;
    notes.push(
      `${rung.level}: ${found.length} ${found instanceof Int16Array ? 'elements' : 'bytes'} of ${nameOf(graph, tensor)} were seen, not ${wanted}`,
    );
  }

  const equalsReference = seen.every(({ found, right }) => found.every((value, at) => value === right[at]));
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
    first: comparisons.reduce<Mismatch | null>((first, comparison) => earlier(first, comparison.first), null),
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
