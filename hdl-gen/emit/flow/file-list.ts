import type { Block } from './block.ts';

/** One Verilog file a line, for `-f` of Icarus, Verilator and others. */
export function fileList({ verilog }: Block): string {
  return `${verilog.join('\n')}\n`;
}
