import type { Design } from '../../../hdl-gen/ir/design.ts';
import type { Synthesis } from '../../../specs/synthesis.ts';
import { synthesise } from '../../synthesis/synthesise.ts';
import type { JobRunner } from '../../tools/job.ts';

/** Cells of a design on Xilinx 7 series after synthesis, nothing placed. `bram` counts halves of a RAMB36. */
export type Cells = Pick<Synthesis, 'lut' | 'ff' | 'dsp' | 'bram' | 'lutRam'>;

const toolSeconds = 3600;

/** The whole design flattened by `synth_xilinx -family xc7`. Errors: SYNTH_*. */
export async function cellsOf(design: Design, yosys: JobRunner): Promise<Cells> {
  const { result } = await synthesise(
    {
      name: design.top,
      design,
      target: 'xc7',
      libraries: [],
      device: null,
      clockHertz: 100e6,
      flatten: true,
      place: 'never',
      netlist: false,
    },
    { yosys, placer: null },
    { seconds: toolSeconds },
  );
  return result;
}
