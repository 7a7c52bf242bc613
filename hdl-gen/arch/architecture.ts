import type { Graph } from '../../models/graph.ts';
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

/** What a layer's engine does and when: read by the Verilog generator and by the cycle model alike. */
export interface Stage {
  readonly name: string;
  readonly kind: 'conv' | 'depthwise' | 'pool';
  /** Names of the model layers this stage computes (a reshape folds into its neighbour). */
  readonly layers: readonly string[];
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  readonly output: { readonly height: number; readonly width: number; readonly channels: number };
  readonly kernel: { readonly height: number; readonly width: number };
  readonly stride: { readonly height: number; readonly width: number };
  readonly dilation: { readonly height: number; readonly width: number };
  readonly padding: { readonly top: number; readonly left: number };
  /** Output channels computed in parallel, and inputs per output and clock. */
  readonly pe: number;
  readonly simd: number;
  readonly multipliers: number;
  readonly macs: number;
  /** Passes over the window for one output pixel; pass p yields `results[p]` output channels. */
  readonly results: readonly number[];
  /** Operand reads (clocks that issue work) per pass. */
  readonly steps: number;
  /** Clocks from the start of a pass to the earliest start of the next: max(steps, pe). */
  readonly passInterval: number;
  /** Clocks from the last issued step of a pass to the clock in which its first result enters the output FIFO. */
  readonly latency: number;
  readonly fifoDepth: number;
  /** Pixels that the input buffer holds. */
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
