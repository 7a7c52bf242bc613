import type { Design } from '../../hdl-gen/ir/design.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { netlistFromYosys } from '../../sim/synthesis/netlist/from-yosys.ts';
import { outputFiles } from '../../sim/synthesis/script.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import { synthesise } from './synthesise.ts';

/** The design as gates of one bit after optimisation, flat; deep memories stay whole. Errors: SYNTH_* of docs/errors.md. */
export async function gateNetlist(design: Design, yosys: JobRunner, limits: JobLimits): Promise<Netlist> {
  const { files } = await synthesise(
    {
      name: design.top,
      design,
      target: 'generic',
      libraries: [],
      device: null,
      clockHertz: 1e6,
      flatten: true,
      place: 'never',
      netlist: true,
    },
    { yosys, placer: null },
    limits,
  );
  return netlistFromYosys(new TextDecoder().decode(files[outputFiles.netlist] as Uint8Array), design.top);
}
