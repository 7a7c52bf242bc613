import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import type { ElementBits } from '../../models/tensor-type.ts';
import { Fault } from '../../specs/fault.ts';

/** Statistics of the operands a multiplier sees; the energy of one multiply-accumulate differs by 2x between them. */
export type DataProfile =
  /** Both operands change every clock, all bits random: an upper bound for real tensors. */
  | 'uniform'
  /** Activations after a ReLU (half of them zero), weights change every clock: the usual choice for `stream`. */
  | 'relu'
  /** The weight stays for many clocks, only the activation changes. */
  | 'weightStationary'
  /** Nine of ten activations are zero. */
  | 'sparse90';

/** One memory of a stage: a weight or table ROM, a line buffer, a FIFO. */
export interface MemoryActivity {
  readonly name: string;
  readonly role: 'weights' | 'activations';
  /** ROM has no write port and its words are known when the hardware is made. */
  readonly kind: 'rom' | 'ram';
  readonly words: number;
  readonly wordBits: number;
  /** Whole words per inference: clocks in which a port of the memory reads (or writes) one word of `wordBits`. */
  readonly reads: number;
  readonly writes: number;
  /** Of the reads, those of another word than the read before: all of them where absent. */
  readonly moves?: number;
}

/** What stands behind clock gates in a stage of a design that asks for clock gating: registers that share an enable. */
export interface GatedRegisters {
  readonly gates: number;
  /** Flip-flops behind them, of `registerBits`. */
  readonly bits: number;
  /** Flip-flops x clocks per inference in which they load, without those of `lanes`. */
  readonly bitClocks: number;
  /** Lanes that skip a step whose activations are all 0; null where there are none. */
  readonly lanes: {
    /** Products of a step. */
    readonly terms: number;
    /** Flip-flops x clocks if no step were skipped; and of these, what loads in any case because a sum begins. */
    readonly bitClocks: number;
    readonly beginning: number;
  } | null;
}

/**
 * What one stage of an accelerator does for one inference, and the hardware it owns.
 * All counts are per inference in steady state; everything can be read off the static plan and the netlist.
 */
export interface LayerActivity {
  /** Name shown in breakdowns; unique. */
  readonly layer: string;
  readonly dataProfile: DataProfile;
  /** Multipliers instantiated; lanes that add or take away instead, as weights of -1, 0 and 1 ask for, count as such. */
  readonly multipliers: number;
  /** Bits of their weights, 2 to 8, 8 when absent; 2 stands for -1, 0 and 1. */
  readonly weightBits?: number;
  /** Bits of the activations that they take, 8 when absent. */
  readonly activationBits?: ElementBits;
  /** Arithmetic of the lanes that they are part of; absent: operators (`plain`), nothing gated or isolated. */
  readonly style?: LaneStyle;
  /** Multiply-accumulates that carry model work. The idle rest (multipliers x interval - macs) costs clock and leakage only. */
  readonly macs: number;
  /** 32-bit adders outside the multiply-accumulate units (average pooling), and the additions they do. */
  readonly adders: number;
  readonly additions: number;
  /** Requantizers instantiated, and the values they rescale. */
  readonly requantizers: number;
  readonly requantizations: number;
  /** Every flip-flop of the stage as the netlist has it, those inside the multiply-accumulate units included. Memories are not flip-flops here. */
  readonly registerBits: number;
  /**
   * Of these, the operand, product and accumulator registers, whose data toggles are part of the energy of a
   * multiply-accumulate already. Give 0 when unknown: the result is then an overestimate.
   */
  readonly macRegisterBits: number;
  /** Clocks per inference in which the stage moves data; at most the interval. Clock energy is paid in all the others too. */
  readonly activeClocks: number;
  readonly memories: readonly MemoryActivity[];
  /** Of a design that asks for clock gating; absent: every flip-flop is clocked always. */
  readonly gated?: GatedRegisters;
}

const counts = [
  'multipliers',
  'macs',
  'adders',
  'additions',
  'requantizers',
  'requantizations',
  'registerBits',
  'macRegisterBits',
  'activeClocks',
] as const;

/**
 * Refuses counts that no hardware can produce, so that a slip in a plan never becomes a small energy.
 * Errors: `ACTIVITY_IMPOSSIBLE`.
 */
export function checkActivity(activity: LayerActivity, interval: number): void {
  const place = `layer ${activity.layer}`;
  const refuse = (cause: string): never => {
    throw new Fault({
      code: 'ACTIVITY_IMPOSSIBLE',
      place,
      cause,
      wayOut: 'this is a defect of the plan or of the counts taken from it; please report it',
      kind: 'internal',
    });
  };
  const count = (name: string, value: number): void => {
    if (!Number.isSafeInteger(value) || value < 0) refuse(`${name} is ${value}, not a whole number of at least 0`);
  };
  const atMost = (name: string, value: number, limit: number, of: string): void => {
    if (value > limit) refuse(`${name} is ${value}, more than ${of}, ${limit}`);
  };
  for (const name of counts) count(name, activity[name]);
  const { weightBits = 8 } = activity;
  if (!Number.isInteger(weightBits) || weightBits < 2 || weightBits > 8)
    refuse(`weightBits is ${weightBits}, not a whole number from 2 to 8`);
  atMost('macs', activity.macs, activity.multipliers * interval, 'multipliers x interval');
  atMost('additions', activity.additions, activity.adders * interval, 'adders x interval');
  atMost('requantizations', activity.requantizations, activity.requantizers * interval, 'requantizers x interval');
  atMost('macRegisterBits', activity.macRegisterBits, activity.registerBits, 'registerBits');
  atMost('activeClocks', activity.activeClocks, interval, 'the interval');
  if (activity.gated !== undefined) {
    const { gates, bits, bitClocks, lanes } = activity.gated;
    for (const [name, value] of Object.entries({ gates, bits, bitClocks, ...lanes })) count(`gated ${name}`, value);
    atMost('gates', gates, bits, 'flip-flops behind them');
    atMost('gated bits', bits, activity.registerBits, 'registerBits');
    const loads = bitClocks + (lanes?.bitClocks ?? 0);
    atMost('gated loads', loads, bits * interval, 'flip-flops behind gates x interval');
    if (lanes !== null) atMost('beginning sums', lanes.beginning, lanes.bitClocks, 'all loads of lanes');
  }
  for (const memory of activity.memories) {
    for (const name of ['words', 'wordBits', 'reads', 'writes'] as const) count(`${memory.name}.${name}`, memory[name]);
    if (memory.moves !== undefined) {
      count(`${memory.name}.moves`, memory.moves);
      atMost(`${memory.name}.moves`, memory.moves, memory.reads, 'its reads');
    }
    if (memory.kind === 'rom') atMost(`${memory.name}.writes`, memory.writes, 0, 'a ROM allows');
  }
}
