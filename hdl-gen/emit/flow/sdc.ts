import { type Block, type BlockPort, clockPort, resetPort } from './block.ts';
import { outsideNanoseconds, outsideShare, periodNanoseconds } from './clock.ts';

const namesOf = (ports: readonly BlockPort[], direction: BlockPort['direction']): string =>
  ports
    .filter((port) => port.direction === direction && port.name !== clockPort)
    .map(({ name, width }) => (width === 1 ? name : `${name}[*]`))
    .join(' ');

/** Clock and port timing, in nanoseconds: what Synopsys constraints and Xilinx constraints say in the same words. */
export function timingCommands({ ports, clockHertz }: Block): string {
  const share = outsideNanoseconds(clockHertz);
  return `create_clock -name ${clockPort} -period ${periodNanoseconds(clockHertz)} [get_ports ${clockPort}]
set_input_delay ${share} -clock ${clockPort} [get_ports {${namesOf(ports, 'input')}}]
set_output_delay ${share} -clock ${clockPort} [get_ports {${namesOf(ports, 'output')}}]
`;
}

/** Why the constraints are what they are, as Tcl comments. */
export function timingComments({ top, ports }: Block): string {
  const reset = ports.some(({ name }) => name === resetPort)
    ? `# ${resetPort} is synchronous: it is timed like any other input and has no false path.\n`
    : '';
  return `# Timing constraints of ${top}. All times in nanoseconds.
# The outside has ${100 * outsideShare} % of the period before an input arrives, and as much after an output leaves.
${reset}`;
}

/** Synopsys design constraints: every Verilog-to-layout flow reads them. */
export function sdc(block: Block): string {
  return `${timingComments(block)}# A tool whose cell library counts in picoseconds (ASAP7) wants every number times 1000.
${timingCommands(block)}`;
}
