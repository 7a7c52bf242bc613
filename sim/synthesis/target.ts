import { Fault } from '../../specs/fault.ts';
import { nearest } from '../../specs/nearest.ts';
import type { SynthesisTarget } from '../../specs/synthesis.ts';

/** What a kind of cell is counted as. */
export type CellKind = 'lut' | 'ff' | 'latch' | 'carry' | 'wideMux' | 'lutRam' | 'dsp' | 'memoryMacro';

export interface Family {
  /** The synthesiser's own script for the family. */
  readonly command: string;
  /** What keeps the hierarchy, and what dissolves it. */
  readonly keep: string;
  readonly flatten: string;
  /** The first pattern that matches the whole name of a cell decides. */
  readonly kinds: readonly (readonly [RegExp, CellKind])[];
  /** Block memories: the pattern, and how many units one cell is. */
  readonly memories: readonly (readonly [RegExp, number])[];
  readonly bramUnit: string;
}

export type FamilyName = Exclude<SynthesisTarget, 'generic' | 'liberty'>;

/** Cell names as Yosys's techlibs spell them. */
export const families: Readonly<Record<FamilyName, Family>> = {
  ice40: {
    command: 'synth_ice40',
    keep: '-noflatten',
    flatten: '',
    kinds: [
      [/SB_LUT4/, 'lut'],
      [/SB_DFF\w*/, 'ff'],
      [/SB_CARRY/, 'carry'],
      [/SB_MAC16/, 'dsp'],
    ],
    memories: [[/SB_RAM40_4K\w*/, 1]],
    bramUnit: '4 kbit',
  },
  ecp5: {
    command: 'synth_ecp5',
    keep: '-noflatten',
    flatten: '',
    kinds: [
      [/LUT4/, 'lut'],
      [/TRELLIS_FF/, 'ff'],
      [/CCU2C/, 'carry'],
      [/PFUMX|L6MUX21/, 'wideMux'],
      [/TRELLIS_DPR16X4/, 'lutRam'],
      [/MULT\d+X\d+D|ALU\d+B/, 'dsp'],
    ],
    memories: [[/DP16KD|PDPW16KD/, 1]],
    bramUnit: '18 kbit',
  },
  xc7: {
    command: 'synth_xilinx -family xc7',
    keep: '',
    flatten: '-flatten',
    kinds: [
      [/LUT[1-6]/, 'lut'],
      [/FD[RSCP]E(_1)?/, 'ff'],
      [/LD[CP]E/, 'latch'],
      [/CARRY4/, 'carry'],
      [/MUXF[789]/, 'wideMux'],
      [/RAM\d+(M|X\d+)\w*|SRL\w+/, 'lutRam'],
      [/DSP48\w*/, 'dsp'],
    ],
    memories: [
      [/RAMB18\w*/, 1],
      [/RAMB36\w*/, 2],
    ],
    bramUnit: '18 kbit',
  },
  gowin: {
    command: 'synth_gowin',
    keep: '-noflatten',
    flatten: '',
    kinds: [
      [/LUT[1-4]/, 'lut'],
      [/DFF\w*/, 'ff'],
      [/DL\w*/, 'latch'],
      [/ALU/, 'carry'],
      [/MUX2_LUT[5-8]/, 'wideMux'],
      [/RAM16S\w+/, 'lutRam'],
      [/MULT\w+|PADD\w+/, 'dsp'],
    ],
    memories: [[/SP|SPX9|SDP\w*|DP|DPB|DPX9B?|pROM(X9)?/, 1]],
    bramUnit: '18 kbit',
  },
  intel: {
    command: 'synth_intel_alm -family cyclonev',
    keep: '-noflatten',
    flatten: '',
    kinds: [
      [/MISTRAL_(ALUT[2-6]|NOT|BUF)/, 'lut'],
      [/MISTRAL_ALUT_ARITH/, 'carry'],
      [/MISTRAL_FF/, 'ff'],
      [/MISTRAL_MLAB/, 'lutRam'],
      [/MISTRAL_MUL\w+/, 'dsp'],
    ],
    memories: [[/MISTRAL_M10K/, 1]],
    bramUnit: '10 kbit',
  },
};

/** Yosys's own gates and the memories that it leaves whole. */
export const gateKinds: Family['kinds'] = [
  [/\$_(S?DFF|ALDFF|DFFSR)C?E?_\w+/, 'ff'],
  [/\$_SDFFCE_\w+/, 'ff'],
  [/\$_DLATCH\w+|\$_SR_\w+/, 'latch'],
  [/\$mem(_v2)?/, 'memoryMacro'],
];

export const targetNames = ['generic', ...Object.keys(families)] as const;

/** The target of that name; a path of a Liberty file is no name. Errors: SYNTH_TARGET. */
export function targetOf(name: string): Exclude<SynthesisTarget, 'liberty'> {
  if (name === 'generic') return name;
  const family = (Object.keys(families) as FamilyName[]).find((known) => known === name);
  if (family !== undefined) return family;
  const near = nearest(name, targetNames);
  throw new Fault({
    code: 'SYNTH_TARGET',
    place: '--target',
    cause: `'${name}' is neither a target nor a Liberty file (.lib or .lib.gz)`,
    wayOut: `${near === null ? '' : `did you mean '${near}'? `}use one of ${targetNames.join(', ')}, or the path of a library`,
  });
}
