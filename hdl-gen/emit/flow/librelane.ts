import { type Block, clockPort } from './block.ts';
import { periodNanoseconds } from './clock.ts';

/** Configuration of LibreLane's Classic flow. It names no process: the tool's --pdk does. */
export function librelaneConfig({ top, verilog, clockHertz }: Block): string {
  const config = {
    meta: { version: 2, flow: 'Classic' },
    DESIGN_NAME: top,
    // Memory images are found beside the Verilog that reads them.
    VERILOG_FILES: verilog.map((file) => `dir::${file}`),
    CLOCK_PORT: clockPort,
    CLOCK_PERIOD: Number(periodNanoseconds(clockHertz)),
    PNR_SDC_FILE: 'dir::block.sdc',
    SIGNOFF_SDC_FILE: 'dir::block.sdc',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
