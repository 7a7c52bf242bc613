import type { Block } from './block.ts';
import { fpgaMakefile } from './fpga.ts';

/** Yosys and nextpnr for Lattice iCE40, without a pin file. */
export function ice40Makefile(block: Block): string {
  return fpgaMakefile(
    {
      name: 'ice40',
      synth: 'synth_ice40',
      placer: 'nextpnr-ice40',
      device: 'hx8k',
      package: 'ct256',
      freePins: '--pcf-allow-unconstrained',
      routed: { flag: 'asc', suffix: 'asc' },
      pack: 'icepack',
      packed: 'bin',
      remark: 'SYNTH_FLAGS=-dsp uses the multipliers of up5k.',
    },
    block,
  );
}
