import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { type Block, portsOf, speaksStream } from '../hdl-gen/emit/flow/block.ts';
import { cocotbBench, cocotbFiles, cocotbMakefile } from '../hdl-gen/emit/flow/cocotb.ts';
import { ecp5Makefile } from '../hdl-gen/emit/flow/ecp5.ts';
import { fileList } from '../hdl-gen/emit/flow/file-list.ts';
import { fusesocCore } from '../hdl-gen/emit/flow/fusesoc.ts';
import { ice40Makefile } from '../hdl-gen/emit/flow/ice40.ts';
import { librelaneConfig } from '../hdl-gen/emit/flow/librelane.ts';
import { makefile } from '../hdl-gen/emit/flow/makefile.ts';
import { readme } from '../hdl-gen/emit/flow/readme.ts';
import { sdc } from '../hdl-gen/emit/flow/sdc.ts';
import { timingDiagram } from '../hdl-gen/emit/flow/timing-diagram.ts';
import { unitOf, type Vectors } from '../hdl-gen/emit/flow/vectors.ts';
import { verilatorBench } from '../hdl-gen/emit/flow/verilator-bench.ts';
import { vivadoConstraints, vivadoFiles, vivadoScript } from '../hdl-gen/emit/flow/vivado.ts';
import type { Wave } from '../hdl-gen/emit/flow/wave.ts';
import { waveJson } from '../hdl-gen/emit/flow/wavejson.ts';
import { yosysScript } from '../hdl-gen/emit/flow/yosys-script.ts';
import type { Pauses } from '../hdl-gen/emit/pause.ts';
import type { TensorData } from '../models/graph.ts';
import { handshakeOf } from '../sim/cycle/handshake.ts';
import { steadyState } from '../sim/cycle/steady.ts';
import { clockLimit } from '../sim/verify/embedded.ts';
import { parseHertz } from '../specs/units.ts';
import { vectorFiles } from './bench-files.ts';
import type { LoadedDesign } from './design.ts';
import type { BenchFiles, TextFile } from './tools/bench.ts';

/** What the benches stream, and where it comes from in words. */
export interface BenchVectors {
  readonly input: TensorData;
  readonly expected: TensorData;
  readonly origin: string;
}

const handshakeFiles = { figure: 'handshake.svg', source: 'handshake.json' } as const;

function plusArguments({ input, output }: { readonly input: Pauses; readonly output: Pauses }): string {
  return [
    `+input_seed=${input.seed} +input_probability=${input.probability}`,
    `+output_seed=${output.seed} +output_probability=${output.probability}`,
  ].join(' ');
}

/** The handshake figure in both forms. Shape of the vectors: at least one frame. */
function handshakeFigure(accelerator: Accelerator, { input, expected }: BenchVectors) {
  const { schedule, inputBytes, outputBytes, design } = accelerator;
  const unit = unitOf(accelerator);
  const run = { schedule, input: input.subarray(0, inputBytes), output: expected.subarray(0, outputBytes) };
  const { pauses, spans } = handshakeOf(run);
  const wave: Wave = {
    title: `${design.top}: both handshakes, with pauses on both sides`,
    notes: [
      `${unit === 'byte' ? 'A byte' : 'An element'} moves at the rising edge that ends a shaded clock. Hatched: does not matter. ${unit === 'byte' ? 'Bytes' : 'Elements'} are hexadecimal.`,
      `Clock 0 is the first after reset. Shown are the first input ${unit}s and the first of ${outputBytes} output ${unit}s a frame.`,
    ],
    spans,
  };
  const files: TextFile[] = [
    { file: handshakeFiles.figure, text: timingDiagram(wave) },
    { file: handshakeFiles.source, text: waveJson(wave) },
  ];
  return { files, plusArguments: plusArguments(pauses) };
}

/** Benches and figures that drive plain byte streams. */
function streamFiles(block: Block, vectors: Vectors): TextFile[] {
  return [
    { file: 'verilator_bench.cpp', text: verilatorBench(block, vectors) },
    { file: cocotbFiles.bench, text: cocotbBench(block, vectors) },
    { file: cocotbFiles.makefile, text: cocotbMakefile(block) },
  ];
}

/** Every file of a generated block: Verilog, images, benches, and what other tools need to use it. */
export function blockFiles(
  design: LoadedDesign,
  accelerator: Accelerator,
  files: BenchFiles,
  vectors: BenchVectors,
): TextFile[] {
  const { latency, interval } = steadyState(accelerator.schedule);
  const { request, model } = design;
  const { inputBytes, outputBytes, inputBits, outputBits } = accelerator;
  const streams = [vectorFiles.input, vectorFiles.expected] as const;
  const block: Block = {
    name: request.name,
    top: accelerator.design.top,
    ports: portsOf(accelerator.design),
    verilog: files.verilog.map(({ file }) => file),
    images: files.data.map(({ file }) => file).filter((file) => !streams.some((name) => name === file)),
    clockHertz: parseHertz(request.clock),
  };
  const isStream = speaksStream(block.ports);
  const frames = vectors.input.length / inputBytes;
  const benchVectors: Vectors = {
    inputBytes,
    outputBytes,
    inputBits,
    outputBits,
    frames,
    files: vectorFiles,
    maxClocks: 4 * clockLimit(accelerator, frames),
  };
  const figure = isStream ? handshakeFigure(accelerator, vectors) : null;
  const bench = { top: files.bench.top, file: files.bench.file, data: streams };
  return [
    ...files.verilog,
    ...files.data,
    { file: files.bench.file, text: files.bench.text },
    ...(isStream ? streamFiles(block, benchVectors) : []),
    { file: 'block.f', text: fileList(block) },
    { file: 'block.core', text: fusesocCore(block, bench) },
    { file: 'block.sdc', text: sdc(block) },
    { file: 'block.ys', text: yosysScript(block) },
    { file: 'ice40.mk', text: ice40Makefile(block) },
    { file: 'ecp5.mk', text: ecp5Makefile(block) },
    { file: vivadoFiles.script, text: vivadoScript(block) },
    { file: vivadoFiles.constraints, text: vivadoConstraints(block) },
    { file: 'librelane.json', text: librelaneConfig(block) },
    { file: 'Makefile', text: makefile(block, files.bench.top) },
    ...(figure?.files ?? []),
    {
      file: 'README.md',
      text: readme({
        block,
        request,
        accelerator,
        sha256: model.sha256,
        latency,
        interval,
        vectors: vectors.origin,
        handshake:
          figure === null
            ? null
            : { file: handshakeFiles.figure, source: handshakeFiles.source, plusArguments: figure.plusArguments },
      }),
    },
    { file: 'design.json', text: `${JSON.stringify(request, null, 2)}\n` },
  ];
}
