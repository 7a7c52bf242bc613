import type { JobLimits, JobRunner } from '../tools/job.ts';
import { mappedDocument, mappingJob } from './mapping-job.ts';

/** Maps one module, flat, and returns Yosys's parsed JSON netlist. `cells`: see `libertyForMapping`. Errors: those of the runner. */
export async function mapModule(
  yosys: JobRunner,
  verilog: string,
  top: string,
  cells: string,
  limits: JobLimits,
): Promise<unknown> {
  const { files } = await yosys.run(mappingJob(verilog, top, cells), limits);
  return mappedDocument(files);
}
