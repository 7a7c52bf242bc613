import type { Extent, Graph, TensorData } from '../../models/graph.ts';
import type { Pruned } from '../../models/prune/prune.ts';
import type { ElementBits } from '../../models/tensor-type.ts';
import type { Design } from '../ir/design.ts';
import type { LaneStyle } from '../library/arithmetic/gated-lane.ts';
import type { MacLaneParameters } from '../library/mac-lane.ts';

/** Interface of every accelerator, the same for all: names of the top module's ports. */
export const acceleratorPorts = {
  inValid: 'in_valid',
  inReady: 'in_ready',
  inData: 'in_data',
  outValid: 'out_valid',
  outReady: 'out_ready',
  outData: 'out_data',
  busy: 'busy',
  /** 32-bit hardware counters since reset: clocks while busy, clocks the input waited, clocks the output waited. */
  cycles: 'cycles',
  inputStalls: 'input_stalls',
  outputStalls: 'output_stalls',
} as const;

export interface MapShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** In `Stage.sources`: the bytes come from outside the accelerator. */
export const outside = -1;

interface StageBase {
  readonly name: string;
  /** What the stage computes, in the words of reports: `conv`, `add`, `queue`. */
  readonly kind: string;
  /** Names of the model layers this stage computes (a reshape folds into its neighbour). */
  readonly layers: readonly string[];
  /** Where each input port's bytes come from: the number of an earlier stage, or `outside`. A stage with several readers gives each byte to all of them in the same clock. */
  readonly sources: readonly number[];
  /** What enters the first port. */
  readonly input: MapShape;
  readonly output: MapShape;
  /** Bytes of a beat, which is what moves in one clock: on all input ports, and on the output. Both divide the channels. */
  readonly inputWidth: number;
  readonly outputWidth: number;
  /** Bits of an element on either side; they differ only where a stage rescales from one type to the other. */
  readonly inputBits: ElementBits;
  readonly outputBits: ElementBits;
  /** Output channels computed in parallel, and input channels per output and clock. */
  readonly pe: number;
  readonly simd: number;
  /** pe x simd x taps; 0 for stages that only add, compare or rescale. */
  readonly multipliers: number;
  /** Multiply-accumulates per inference of what is left of its layers. */
  readonly macs: number;
  /** Clocks to the first result entering the output FIFO: from the last operand read of a pass (window), from the start of a row (row), or from taking a byte (others). */
  readonly latency: number;
  /** Beats of the output FIFO. Room is reserved before work starts. */
  readonly fifoDepth: number;
}

/**
 * Buffers input pixels, and for every output pixel runs `passes` passes of `steps` operand reads; pass p yields `results[p]`
 * output bytes, `outputWidth` of them per clock.
 */
export interface WindowStage extends StageBase {
  readonly timing: 'window';
  readonly kind: 'conv' | 'depthwise' | 'pool';
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: { readonly top: number; readonly left: number };
  /** Kernel taps read at once, in whole rows where there is more than one row of them; each reads a copy of the input buffer. */
  readonly taps: Extent;
  /** Bytes of one input buffer word and words of one pixel. */
  readonly lanes: number;
  readonly wordsPerPixel: number;
  /** Output channels yielded by each pass over one window, in order. */
  readonly results: readonly number[];
  /** Clocks of a pass that read operands. */
  readonly steps: number;
  /** A pass starts with the first word of its pixel and waits for each next one, where the window is one pixel of several words. */
  readonly early: boolean;
  /** Clocks from the start of a pass to the earliest start of the next: enough to read all operands and to drain all results. */
  readonly passInterval: number;
  /** Pixels that the input buffer holds. */
  readonly bufferPixels: number;
}

/** No buffer: every beat is added to its channels' sums as it arrives, the channels leave with the last pixel. */
export interface GlobalPoolStage extends StageBase {
  readonly timing: 'globalPool';
  readonly kind: 'globalPool';
}

/** One beat of every port in the same clock makes one of results: element-wise operators, tables, and queues that only hold bytes back. */
export interface BytewiseStage extends StageBase {
  readonly timing: 'bytewise';
  readonly kind: 'add' | 'sub' | 'mul' | 'lookup' | 'interpolate' | 'rescale' | 'queue';
}

/** Takes `turns[p]` bytes of port p, then of the next port, around and around: concatenation. */
export interface TurnsStage extends StageBase {
  readonly timing: 'turns';
  readonly kind: 'concatenation';
  readonly turns: readonly number[];
}

/** Takes a row of `length` bytes, works on it and gives as many: softmax. */
export interface RowStage extends StageBase {
  readonly timing: 'row';
  readonly kind: 'softmax';
  readonly length: number;
  /** Clocks from the one in which a row is complete and its results have room to the one in which the next may begin to enter. */
  readonly busy: number;
}

/** Bytes that are put between those of the input: a result is one of the input's when every index lies inside its range. */
export interface Inserted {
  /** The frame of results as nested dimensions, outermost first. */
  readonly sizes: readonly number[];
  /** Indices of each dimension before and after those of the input's bytes. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** The inserted bytes in order, from their start again when they are used up. */
  readonly values: TensorData;
}

/**
 * Moves bytes: keeps input bytes in a ring and gives, one result per clock, the bytes of a walk over the frame, with constant bytes
 * between them where there are such.
 */
export interface RearrangeStage extends StageBase {
  readonly timing: 'rearrange';
  readonly kind: RearrangeKind;
  /** Nested dimensions of the walk, outermost first; the byte read is the sum of every dimension's entry at its index. */
  readonly walk: readonly Int32Array[];
  readonly inserted: Inserted | null;
  /** So many outer dimensions of the walk never step back: bytes that the present step of the last of them has passed are given up. */
  readonly releasedBy: number;
  /** Bytes that the ring holds. */
  readonly bufferBytes: number;
}

/** `repeat`: an operand over the other's shape. `insert`: a constant into a concatenation. */
export type RearrangeKind = 'pad' | 'slice' | 'transpose' | 'resize' | 'repeat' | 'insert';

/**
 * What a layer's engine does and when: read by the Verilog generator and by the cycle model alike. `timing` names the law by which
 * its bytes come and go.
 */
export type Stage = WindowStage | GlobalPoolStage | BytewiseStage | TurnsStage | RowStage | RearrangeStage;

/** Bytes of one frame. */
export function mapBytes({ height, width, channels }: MapShape): number {
  return height * width * channels;
}

/** Beats of one frame that leave the stage. */
export function outputBeats(stage: Stage): number {
  return mapBytes(stage.output) / stage.outputWidth;
}

/** Beats of each port's turn. */
export function turnBeats({ turns, outputWidth }: TurnsStage): number[] {
  return turns.map((bytes) => bytes / outputWidth);
}

/** Beats of one frame that enter port `port`. */
export function portBeats(stage: Stage, port: number): number {
  if (stage.timing !== 'turns') return mapBytes(stage.input) / stage.inputWidth;
  const turns = turnBeats(stage);
  return (outputBeats(stage) / turns.reduce((sum, beats) => sum + beats, 0)) * turns[port]!;
}

/** Beats that the passes over one window yield, pass by pass. */
export function resultBeats({ results, outputWidth }: WindowStage): number[] {
  return results.map((bytes) => bytes / outputWidth);
}

export interface Schedule {
  /** Every stage after those it reads; the last one gives the accelerator's output. */
  readonly stages: readonly Stage[];
}

/** The nearest plan that is faster, found by the planner's own search. */
export interface FasterPlan {
  /** The fewest multipliers with which every stage takes fewer clocks than the slowest one does now. */
  readonly multipliers: number;
  /** Clocks per inference of its slowest stage. */
  readonly interval: number;
  /** The first stage that takes so many. */
  readonly layer: string;
  /** Layers that have more multipliers there. */
  readonly widened: readonly string[];
}

/** What the planner says about its plan. */
export interface Outlook {
  /** Multipliers of the goal or the budget that the plan leaves; null where the request names no number of multipliers. */
  readonly unspent: number | null;
  /** Null when no folding makes the slowest stage faster. */
  readonly next: FasterPlan | null;
}

/** The multiply-accumulate lanes of a layer whose weights need multipliers, instances `lane_0` to `lane_(count - 1)` of its stage. */
export interface LaneGroup {
  readonly stage: string;
  readonly count: number;
  readonly shape: MacLaneParameters;
  readonly style: LaneStyle;
}

/** What `build` yields; everything after it (Verilog, simulator, cycles, cost, proof) reads this. */
export interface Accelerator {
  readonly design: Design;
  readonly schedule: Schedule;
  readonly outlook: Outlook;
  readonly lanes: () => readonly LaneGroup[];
  /** Whether a mapping to a library puts clock gates in front of registers that share an enable, in all modules. */
  readonly clockGating: boolean;
  /** The network as it was given. */
  readonly graph: Graph;
  /** What is left of it where channels that make no difference are skipped: the network that the engines compute. */
  readonly pruned: Pruned;
  /** Tensor ids of the bytes that enter and leave the hardware (the output may be the logits before a host softmax). */
  readonly inputTensor: number;
  readonly outputTensor: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Bits of an element on either side. */
  readonly inputBits: ElementBits;
  readonly outputBits: ElementBits;
}
