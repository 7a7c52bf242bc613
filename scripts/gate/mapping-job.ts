import { type ClockGate, clockGateCommand } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { abcScript } from '../../sim/synthesis/abc-script.ts';
import type { Job } from '../tools/job.ts';

/** State machines keep their code and registers their names: a replay begins in a recorded state. */
const script = (top: string, gate: ClockGate | null): string =>
  [
    'read_verilog -sv design.v',
    `synth -top ${top} -flatten -nofsm -noshare`,
    ...(gate === null ? [] : [clockGateCommand(gate)]),
    'rename -wire t:$_*DFF*',
    'dfflibmap -liberty cells.lib',
    `abc -liberty cells.lib -D 2000 -constr empty.constr -script +${abcScript(true)}`,
    'setundef -zero',
    'splitnets',
    'clean -purge',
    // What is left to remember instances that were flattened.
    'delete t:$scopeinfo',
    'write_json mapped.json',
  ].join('; ');

/**
 * Maps Verilog to cells, flat, 2 ns target, no limits on inputs and outputs; `cells` is a library made for mapping, `gate` what stops the
 * clock of registers with an enable: where it is null they get multiplexers.
 */
export function mappingJob(verilog: string, top: string, cells: string, gate: ClockGate | null = null): Job {
  const files = { 'design.v': verilog, 'cells.lib': cells, 'empty.constr': '' };
  return { args: ['-q', '-p', script(top, gate)], files, outputs: [mappedFile] };
}

const mappedFile = 'mapped.json';

/** The parsed netlist of a job that is done. */
export function mappedDocument(files: Readonly<Record<string, Uint8Array>>): unknown {
  return JSON.parse(new TextDecoder().decode(files[mappedFile]!));
}
