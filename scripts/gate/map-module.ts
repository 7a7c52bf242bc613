import type { ClockGate } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { Fault } from '../../specs/fault.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import { mappedDocument, mappingJob } from './mapping-job.ts';

/** What Yosys says when it is older than the command. Errors: SYNTH_CLOCK_GATE, or the fault itself. */
export function asClockGateFault(error: unknown, { tool }: JobRunner): unknown {
  const isOld = error instanceof Fault && /No such command: clockgate/.test(error.reason);
  if (!isOld) return error;
  return new Fault({
    code: 'SYNTH_CLOCK_GATE',
    kind: 'tool',
    place: tool,
    cause: 'has no command that makes clock gates, and the design says "clockGating": true',
    wayOut: 'use the Yosys that comes with joulesmith (without --tool native), or a newer one',
  });
}

/** Maps one module, flat, and returns Yosys's parsed JSON netlist. `cells`, `gate`: see `mappingJob`. Errors: those of the runner, SYNTH_CLOCK_GATE. */
export async function mapModule(
  yosys: JobRunner,
  verilog: string,
  top: string,
  cells: string,
  limits: JobLimits,
  gate: ClockGate | null = null,
): Promise<unknown> {
  try {
    const { files } = await yosys.run(mappingJob(verilog, top, cells, gate), limits);
    return mappedDocument(files);
  } catch (error) {
    throw asClockGateFault(error, yosys);
  }
}
