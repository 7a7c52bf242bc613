import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { portsOf } from '../hdl-gen/emit/flow/block.ts';
import { emitTestbench, hexLines } from '../hdl-gen/emit/testbench.ts';
import { emitVerilog } from '../hdl-gen/emit/verilog.ts';
import { clockEnablePort } from '../hdl-gen/ir/clock-enable.ts';
import type { TensorData } from '../models/graph.ts';
import { clockLimit } from '../sim/verify/embedded.ts';
import type { BenchFiles } from './tools/bench.ts';

export const vectorFiles = { input: 'input.hex', expected: 'expected.hex' } as const;

/**
 * The emitted text of an accelerator with a bench for these frames: inputs, and what must leave the hardware. The bench
 * also writes down what leaves the stage `watch`.
 */
export function benchFiles(
  accelerator: Accelerator,
  input: TensorData,
  expected: TensorData,
  watch?: string,
): BenchFiles {
  const { inputBytes, outputBytes, inputBits, outputBits, design } = accelerator;
  const frames = input.length / inputBytes;
  const { files, images, top } = emitVerilog(design);
  const ports = new Set(portsOf(design).map(({ name }) => name));
  const maxClocks = clockLimit(accelerator, frames);
  return {
    verilog: files.map(({ name, text }) => ({ file: name, text })),
    data: [
      ...images,
      { file: vectorFiles.input, text: hexLines(input) },
      { file: vectorFiles.expected, text: hexLines(expected) },
    ],
    bench: emitTestbench({
      ...{ top, inputBytes, outputBytes, inputBits, outputBits, frames, files: vectorFiles, watch, maxClocks },
      interface: ports.has('s_axis_tvalid') ? 'axi' : 'stream',
      clockEnable: ports.has(clockEnablePort),
    }),
  };
}
