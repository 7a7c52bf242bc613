import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { requantizerLanes } from './requantizer-lanes.ts';
import { systolicArray, systolicDepth } from './systolic.ts';

/** A design whose work ends in the output `checksum`, with what its inputs carry. */
export interface SpeedSubject {
  readonly name: string;
  readonly design: Design;
  readonly netlist: Netlist;
  /** One row per clock, one value per input in the order of `netlist.inputs`; another list for every seed. */
  readonly load: (seed: number) => Int32Array[];
  /** Inputs whose rows differ between seeds. */
  readonly varying: readonly string[];
  /** Inputs while the clocks are counted. */
  readonly run: Int32Array;
  /** Clocks of one measurement: about half a second of Verilator. */
  readonly clocks: number;
  /** Speed over Verilator's that is wanted at least, for one stimulus and for 16; with toggle counts half of it. */
  readonly bars: SpeedBars;
}

export interface SpeedBars {
  readonly one: number;
  readonly sixteen: number;
}

export const acceleratorBars: SpeedBars = { one: 1, sixteen: 3 };

function stir(state: number): number {
  let next = state ^ (state << 13);
  next ^= next >>> 17;
  return next ^ (next << 5);
}

export function arraySubject(size: number, clocks: number): SpeedSubject {
  const design = systolicArray(size);
  const netlist = elaborate(design, { names: false });
  const names = netlist.inputs.map(({ name }) => name);
  const varying = names.filter((name) => /^[ab]_/.test(name));
  const row = (value: (name: string) => number) => Int32Array.from(names, value);
  const load = (seed: number) => {
    let state = Math.imul(seed + 1, 0x9e3779b9) | 1;
    return Array.from({ length: systolicDepth }, (_, address) =>
      row((name) => {
        if (name === 'load') return 1;
        if (name === 'address') return address;
        if (name === 'run') return 0;
        state = stir(state);
        return state >> 24;
      }),
    );
  };
  const run = row((name) => (name === 'run' ? 1 : 0));
  return {
    name: `systolic_${size}x${size}`,
    design,
    netlist,
    load,
    varying,
    run,
    clocks,
    bars: { one: size < 16 ? 1.2 : 3, sixteen: 5 },
  };
}

function requantizer(lanes: number, clocks: number): SpeedSubject {
  const design = requantizerLanes(lanes);
  const netlist = elaborate(design, { names: false });
  const names = netlist.inputs.map(({ name }) => name);
  const row = (start: number, seed: number) =>
    Int32Array.from(names, (name) => ({ start, seed, multiplier: 1_518_500_250, shift: 4 })[name] ?? 0);
  return {
    name: `requantizer_${lanes}`,
    design,
    netlist,
    load: (seed) => [row(1, Math.imul(seed + 1, 0x85ebca6b))],
    varying: ['seed'],
    run: row(0, 0),
    clocks,
    bars: { one: 1.2, sixteen: 3.5 },
  };
}

export function speedSubjects(short: boolean): SpeedSubject[] {
  if (short) return [arraySubject(8, 500_000)];
  return [
    arraySubject(8, 3_000_000),
    arraySubject(16, 800_000),
    arraySubject(32, 200_000),
    requantizer(1, 8_000_000),
    requantizer(16, 500_000),
    requantizer(64, 100_000),
  ];
}
