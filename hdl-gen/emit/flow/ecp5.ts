import type { Block } from './block.ts';
import { fpgaMakefile } from './fpga.ts';

/** Yosys and nextpnr for Lattice ECP5, without a pin file. */
export function ecp5Makefile(block: Block): string {
  return fpgaMakefile(
    {
      name: 'ecp5',
      synth: 'synth_ecp5',
      placer: 'nextpnr-ecp5',
      device: '85k',
      package: 'CABGA381',
      freePins: '--lpf-allow-unconstrained',
      routed: { flag: 'textcfg', suffix: 'config' },
      pack: 'ecppack',
      packed: 'bit',
      remark: 'DEVICE is 12k, 25k, 45k or 85k.',
    },
    block,
  );
}
