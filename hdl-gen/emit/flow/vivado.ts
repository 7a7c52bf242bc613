import type { Block } from './block.ts';
import { timingCommands, timingComments } from './sdc.ts';

export const vivadoFiles = { script: 'vivado.tcl', constraints: 'block.xdc', reports: 'vivado' } as const;

/** Xilinx design constraints; the same timing as the Synopsys ones. */
export function vivadoConstraints(block: Block): string {
  return `${timingComments(block)}${timingCommands(block)}`;
}

/** Vivado without a project, out of context: the block's ports become no pins, so that it fits any package. */
export function vivadoScript({ top, verilog }: Block): string {
  return `# vivado -mode batch -source ${vivadoFiles.script} [-tclargs PART]
set part [expr {$argc > 0 ? [lindex $argv 0] : "xc7a100tcsg324-1"}]
# Memories read their contents from the folder in which this runs.
cd [file dirname [file normalize [info script]]]
file mkdir ${vivadoFiles.reports}

read_verilog [list \\
${verilog.map((file) => `  ${file} \\\n`).join('')}]
read_xdc -mode out_of_context ${vivadoFiles.constraints}

synth_design -top ${top} -part $part -mode out_of_context
report_utilization -hierarchical -file ${vivadoFiles.reports}/utilization_synth.rpt
opt_design
place_design
route_design
report_utilization -file ${vivadoFiles.reports}/utilization.rpt
report_timing_summary -file ${vivadoFiles.reports}/timing.rpt
report_power -file ${vivadoFiles.reports}/power.rpt
write_checkpoint -force ${vivadoFiles.reports}/${top}.dcp
`;
}
