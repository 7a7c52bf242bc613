import type { Extent, Graph } from '../../models/graph.ts';
import type { Design } from '../ir/design.ts';

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

/**
 * What a layer's engine does and when: read by the Verilog generator and by the cycle model alike.
 *
 * A windowed engine (`conv`, `depthwise`, `pool`) buffers input pixels, and for every output pixel runs `passes` passes
 * of `steps` operand reads; pass p yields `results[p]` output bytes. `globalPool` has no buffer: it adds every byte to
 * its channel's sum as it arrives and yields the channels with the last pixel.
 */
export interface Stage {
  readonly name: string;
  readonly kind: 'conv' | 'depthwise' | 'pool' | 'globalPool';
  /** Names of the model layers this stage computes (a reshape folds into its neighbour). */
  readonly layers: readonly string[];
  readonly input: MapShape;
  readonly output: MapShape;
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: { readonly top: number; readonly left: number };
  /** Output channels computed in parallel, and inputs per output and clock. */
  readonly pe: number;
  readonly simd: number;
  /** pe x simd; 0 for pools, which only add. */
  readonly multipliers: number;
  /** Model multiply-accumulates per inference. */
  readonly macs: number;
  /** Bytes of one input buffer word and words of one pixel. */
  readonly lanes: number;
  readonly wordsPerPixel: number;
  /** Output channels yielded by each pass over one window, in order. */
  readonly results: readonly number[];
  /** Clocks of a pass that read operands. */
  readonly steps: number;
  /** Clocks from the start of a pass to the earliest start of the next: enough to read all operands and to drain all results. */
  readonly passInterval: number;
  /** Clocks from the last operand read of a pass (globalPool: from accepting a byte) to its first result entering the output FIFO. */
  readonly latency: number;
  readonly fifoDepth: number;
  /** Pixels that the input buffer holds; 0 for globalPool. */
  readonly bufferPixels: number;
}

export interface Schedule {
  readonly stages: readonly Stage[];
}

/** One file beside the Verilog that a memory reads with $readmemh. */
export interface MemoryImage {
  readonly file: string;
  readonly text: string;
}

/** What `build` yields; everything after it (Verilog, simulator, cycles, cost, proof) reads this. */
export interface Accelerator {
  readonly design: Design;
  readonly schedule: Schedule;
  readonly graph: Graph;
  /** Tensor ids of the bytes that enter and leave the hardware (the output may be the logits before a host softmax). */
  readonly inputTensor: number;
  readonly outputTensor: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
}
