import { type Block, speaksStream } from './block.ts';
import { cocotbFiles } from './cocotb.ts';
import { vivadoFiles } from './vivado.ts';

/** One thing that a person can do with the folder. */
export interface Flow {
  readonly files: readonly string[];
  readonly tool: string;
  readonly command: string;
  readonly does: string;
}

/** Everything the folder can be given to. The benches in other languages need the plain byte streams on the outside. */
export function flowsOf({ top, ports }: Block): Flow[] {
  const core = `joulesmith:accelerator:${top}:1.0.0`;
  const benches: Flow[] = [
    { files: ['Makefile', `${top}_tb.v`], tool: 'Icarus Verilog', command: 'make icarus', does: 'Verilog bench' },
    { files: ['Makefile', `${top}_tb.v`], tool: 'Verilator 5', command: 'make verilator', does: 'the same bench' },
  ];
  const streamBenches: Flow[] = [
    {
      files: ['Makefile', 'verilator_bench.cpp'],
      tool: 'Verilator 5',
      command: 'make verilator-cpp',
      does: 'C++ bench, without pauses and with',
    },
    {
      files: [cocotbFiles.bench, cocotbFiles.makefile],
      tool: 'cocotb 1 or 2',
      command: `make -f ${cocotbFiles.makefile}`,
      does: 'Python bench, without pauses and with',
    },
  ];
  return [
    ...benches,
    ...(speaksStream(ports) ? streamBenches : []),
    { files: ['Makefile', 'block.f'], tool: 'Verilator 5', command: 'make lint', does: 'lint without a warning' },
    {
      files: ['block.ys'],
      tool: 'Yosys',
      command: 'yosys -s block.ys',
      does: 'generic synthesis, cell count, netlist',
    },
    {
      files: ['ice40.mk'],
      tool: 'Yosys, nextpnr-ice40, icepack',
      command: 'make -f ice40.mk',
      does: 'bit stream for Lattice iCE40',
    },
    {
      files: ['ecp5.mk'],
      tool: 'Yosys, nextpnr-ecp5, ecppack',
      command: 'make -f ecp5.mk',
      does: 'bit stream for Lattice ECP5',
    },
    {
      files: [vivadoFiles.script, vivadoFiles.constraints],
      tool: 'Vivado',
      command: `vivado -mode batch -source ${vivadoFiles.script}`,
      does: 'placed and routed out of context, reports',
    },
    {
      files: ['librelane.json', 'block.sdc'],
      tool: 'LibreLane',
      command: 'librelane --pdk sky130A librelane.json',
      does: 'layout',
    },
    {
      files: ['block.core'],
      tool: 'FuseSoC',
      command: `fusesoc --cores-root . run --target lint ${core}`,
      does: 'the block as a core of a larger design',
    },
    {
      files: ['block.sdc'],
      tool: 'any static timing analyser',
      command: 'read_sdc block.sdc',
      does: 'clock and port timing',
    },
  ];
}
