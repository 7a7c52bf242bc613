import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { acceleratorPorts as port } from '../hdl-gen/arch/architecture.ts';
import { producerOf } from '../sim/verify/parts.ts';
import { parseHertz } from '../specs/units.ts';
import type { LoadedDesign } from './design.ts';
import type { BenchFiles, TextFile } from './tools/bench.ts';

/** Clock and port timing in the units of the Synopsys constraint format. */
function constraints(top: string, clockHertz: number): string {
  const period = 1e9 / clockHertz;
  const share = (period * 0.2).toPrecision(6);
  return `# Timing constraints of ${top}. All times in nanoseconds: scale them if the cell library counts in picoseconds.
create_clock -name clk -period ${period.toPrecision(6)} [get_ports clk]
set_input_delay ${share} -clock clk [get_ports {rst ${port.inValid} ${port.inData} ${port.outReady}}]
set_output_delay ${share} -clock clk [all_outputs]
`;
}

function makefile(bench: string): string {
  return `# The same bench under two simulators, and a lint without warnings.
FILES = -f block.f

icarus:
	iverilog -g2005 -Wall -s ${bench} -o bench.vvp ${bench}.v $(FILES)
	vvp bench.vvp

verilator:
	verilator --binary --timing -O3 --top-module ${bench} -o bench ${bench}.v $(FILES)
	./obj_dir/bench

lint:
	verilator --lint-only -Wall $(FILES)

.PHONY: icarus verilator lint
`;
}

function readme(design: LoadedDesign, accelerator: Accelerator, top: string, vectors: string): string {
  const { request, model } = design;
  const { graph, inputTensor, outputTensor, inputBytes, outputBytes, schedule } = accelerator;
  const input = graph.tensors.get(inputTensor)!;
  const output = graph.tensors.get(outputTensor)!;
  const host = graph.outputs.includes(outputTensor)
    ? 'This is the output of the network.'
    : `The rest of the network (after ${producerOf(graph, outputTensor)?.name ?? 'the input'}) runs on the host.`;
  const stages = schedule.stages.map(
    ({ name, kind, pe, simd, multipliers }) => `| ${name} | ${kind} | ${pe} | ${simd} | ${multipliers} |`,
  );
  return `# ${request.name}

A fixed-function inference accelerator for the network \`${graph.name}\` (SHA-256 of its file ${model.sha256}),
architecture \`${request.architecture}\`, written by joulesmith. Everything here is generated; \`design.json\` is what it came from.

## Ports of \`${top}\`

| port | direction | width | meaning |
|---|---|---|---|
| \`clk\`, \`rst\` | in | 1 | one clock (${request.clock} requested); synchronous reset, active high |
| \`${port.inValid}\`, \`${port.inReady}\`, \`${port.inData}\` | in, out, in | 1, 1, 8 | input bytes, int8 |
| \`${port.outValid}\`, \`${port.outReady}\`, \`${port.outData}\` | out, in, out | 1, 1, 8 | output bytes, int8 |
| \`${port.busy}\` | out | 1 | a byte is inside |
| \`${port.cycles}\`, \`${port.inputStalls}\`, \`${port.outputStalls}\` | out | 32 | counters since reset |

A byte moves in a clock where valid and ready are both 1. Either side may pause at any time.

- One inference takes ${inputBytes} input bytes: shape [${input.shape.join(', ')}], C order, scale ${input.scale}, zero point ${input.zeroPoint}.
- It gives ${outputBytes} output bytes: shape [${output.shape.join(', ')}], scale ${output.scale}, zero point ${output.zeroPoint}. ${host}

## Engines

| engine | kind | pe | simd | multipliers |
|---|---|---|---|---|
${stages.join('\n')}

## Run the bench

\`\`\`sh
make icarus      # or: make verilator, make lint
\`\`\`

The vectors are ${vectors}. The last line must be \`done frames N mismatches 0 clocks C\`.
Keep the \`.hex\` files in the folder where the simulator runs: the memories read them from there.
`;
}

/** Everything beside the Verilog, its images and its bench. `vectors` says in words where the bench's bytes come from. */
export function blockFiles(
  design: LoadedDesign,
  accelerator: Accelerator,
  files: BenchFiles,
  vectors: string,
): TextFile[] {
  const { top } = accelerator.design;
  return [
    ...files.verilog,
    ...files.data,
    { file: files.bench.file, text: files.bench.text },
    { file: 'block.f', text: `${files.verilog.map(({ file }) => file).join('\n')}\n` },
    { file: 'block.sdc', text: constraints(top, parseHertz(design.request.clock)) },
    { file: 'Makefile', text: makefile(files.bench.top) },
    { file: 'README.md', text: readme(design, accelerator, top, vectors) },
    { file: 'design.json', text: `${JSON.stringify(design.request, null, 2)}\n` },
  ];
}
