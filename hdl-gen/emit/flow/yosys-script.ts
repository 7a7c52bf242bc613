import type { Block } from './block.ts';

/** Generic synthesis: proves that the text is clean, counts cells, and writes the netlist for other tools. */
export function yosysScript({ top, verilog }: Block): string {
  return `# yosys -s block.ys
${verilog.map((file) => `read_verilog ${file}\n`).join('')}hierarchy -check -top ${top}
synth -top ${top}
check -assert
stat
write_json block_netlist.json
`;
}
