/**
 * NNgen 1.3.4 on the comparison networks. Clocks: its own generated RTL in Verilator 5.006 with its own model of an AXI memory, from
 * start to done, weights read from that memory; cells: `synth_xilinx -family xc7` of Yosys 0.23, nothing placed. Measured once, by hand,
 * with NNgen's own scripts (par = input channels x output channels in parallel); null where nobody ran the synthesis.
 */
import type { Cells } from './cells.ts';

export interface PeerFigure {
  readonly network: string;
  readonly setting: string;
  readonly clocks: number;
  readonly multipliers: number;
  readonly cells: Cells | null;
}

export const nngen: readonly PeerFigure[] = [
  {
    network: 'mlp784',
    setting: 'par 1x1',
    clocks: 52881,
    multipliers: 1,
    cells: { lut: 5354, ff: 5919, dsp: 3, bram: 13, lutRam: 25 },
  },
  {
    network: 'mlp784',
    setting: 'par 4x4',
    clocks: 18105,
    multipliers: 16,
    cells: { lut: 7772, ff: 12876, dsp: 24, bram: 6, lutRam: 71 },
  },
  {
    network: 'cnn8',
    setting: 'par 1x1',
    clocks: 8097,
    multipliers: 9,
    cells: { lut: 15629, ff: 15805, dsp: 11, bram: 77, lutRam: 29 },
  },
  { network: 'cnn28', setting: 'par 1x1', clocks: 57681, multipliers: 9, cells: null },
  { network: 'cnn28', setting: 'par 4x4', clocks: 16041, multipliers: 144, cells: null },
];
