import { type Block, speaksStream } from './block.ts';

/** Benches under two simulators, and a lint without warnings. `bench`: top module of the Verilog bench. */
export function makefile(block: Block, bench: string): string {
  const { top } = block;
  const streams = speaksStream(block.ports);
  const cpp = `
verilator-cpp:
	verilator --cc --exe --build -O3 --top-module ${top} --Mdir obj_cpp -o bench verilator_bench.cpp $(FILES)
	./obj_cpp/bench
`;
  return `# The same bench under two simulators${streams ? ', one in C++' : ''}, and a lint without warnings.
FILES = -f block.f

icarus:
	iverilog -g2005 -Wall -s ${bench} -o bench.vvp ${bench}.v $(FILES)
	vvp bench.vvp

verilator:
	verilator --binary --timing -O3 --top-module ${bench} -o bench ${bench}.v $(FILES)
	./obj_dir/bench
${streams ? cpp : ''}
lint:
	verilator --lint-only -Wall $(FILES)

.PHONY: icarus verilator${streams ? ' verilator-cpp' : ''} lint
`;
}
