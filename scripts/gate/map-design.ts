import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { instanceTables } from '../../sim/cost/gate/energy-tables.ts';
import { clockGateOf } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { libertyForMapping } from '../../sim/cost/gate/liberty/for-mapping.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { timing } from '../../sim/cost/gate/timing.ts';
import { layoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import { hasLogic, type ShellInstance, shellInstances } from '../../sim/cost/replay/instances.ts';
import type { MappedShell } from '../../sim/cost/replay/replay.ts';
import type { Technology } from '../../specs/technology.ts';
import type { Progress } from '../progress.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import type { LibertyFile } from './liberty-files.ts';
import { mapModule } from './map-module.ts';

/**
 * The gates of every module of the design, each mapped once; `wanted` leaves instances out.
 * `libraries` are of the technology (`checkLibraryTechnology`). Errors: those of Yosys and of the netlist reader.
 */
export async function mapDesign(
  accelerator: Accelerator,
  technology: Technology,
  libraries: readonly LibertyFile[],
  yosys: JobRunner,
  limits: JobLimits,
  progress: Progress,
  wanted: (instance: ShellInstance) => boolean = () => true,
): Promise<Map<string, MappedShell>> {
  const shells = new Map(
    shellInstances(accelerator.design)
      .filter((instance) => hasLogic(instance.shell) && wanted(instance))
      .map(({ shell }) => [shell.module.name, shell]),
  );
  const cells = libertyForMapping(libraries);
  const gate = accelerator.clockGating ? clockGateOf(libraries) : null;
  const { wires } = layoutEstimate(technology);
  const mapped = new Map<string, MappedShell>();
  for (const [name, shell] of shells) {
    progress.step(mapped.size, shells.size, `mapping ${name}`);
    const { files } = emitVerilog(shell.design, { sourceLines: false });
    const verilog = files.map(({ text }) => text).join('\n');
    const document = await mapModule(yosys, verilog, name, cells, limits, gate);
    const netlist = readMappedNetlist(
      document,
      libraries.map(({ library }) => library),
      name,
    );
    const times = timing(netlist, { wires });
    mapped.set(name, { netlist, timing: times, tables: instanceTables(netlist, times) });
  }
  progress.end();
  return mapped;
}
