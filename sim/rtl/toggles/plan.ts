import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import type { ElementBits } from '../wasm/simd.ts';

/** A register that lies among others in the vectors of the state: one element, or one per lane behind each other. */
export interface VectorSlot {
  readonly register: number;
  readonly address: number;
  readonly bits: ElementBits;
  readonly elements: number;
}

/** Vectors of the state with elements of one size, and the 64-bit totals of these elements. */
export interface ToggleArea {
  readonly bits: ElementBits;
  /** Bytes from the first vector of the state. */
  readonly offset: number;
  readonly vectors: number;
  readonly totals: number;
}

/** So many clocks are kept before their differences are counted together. */
export const keptClocks = 8;
/** Byte counters are added to the totals after so many times: each time, a byte grows by 8 at most. */
export const mostPending = 31;
/** Bytes that one step of the loops copies; the state is copied up to a multiple of it. */
export const copyStep = 64;

/**
 * Addresses of the toggle counters. A register with a slot of its own has a 64-bit counter. The vectors of the state are
 * copied at every clock; every `keptClocks` clocks the copies are compared, and the bits that changed are added up in
 * binary numbers that stand upright, as in a carry-save adder: bit k of a vector's three planes belongs to bit k of the
 * state and counts 1, 2 and 4; what is carried out of them counts 8 and goes to a counter per byte.
 */
export interface ToggleLayout {
  readonly scalars: ReadonlyMap<number, number>;
  /** Registers that lie in vectors. */
  readonly slots: readonly VectorSlot[];
  /** Null where no register lies in vectors. */
  readonly vectors: {
    readonly state: number;
    readonly bytes: number;
    /** The state after each of the last clocks: `keptClocks` rows, the first from when the differences were last counted. */
    readonly rows: number;
    readonly stride: number;
    readonly planes: readonly [number, number, number];
    readonly pending: number;
    /** Ones where a bit of the state belongs to the declared width of a register. */
    readonly masks: number;
    /** Clocks since the differences were last counted, an i32. */
    readonly clock: number;
    /** How often differences were counted since the byte counters were last added to the totals, an i32. */
    readonly rounds: number;
    readonly areas: readonly ToggleArea[];
  } | null;
  /** First 64-bit counter of every register; those of its other lanes follow. */
  readonly counters: readonly number[];
  /** Lanes that a register has counters for. */
  readonly lanes: readonly number[];
}

/** Reserves `count` aligned slots of `size` bytes. */
type Place = (size: number, count?: number) => number;

/** The counters that a reset clears. */
export interface ToggleTotals extends Omit<ToggleLayout, 'vectors'> {
  readonly areas: readonly ToggleArea[];
}

/** `slots` in ascending order of address and of element size; all other registers are scalars. */
export function placeTotals(netlist: Netlist, slots: readonly VectorSlot[], place: Place): ToggleTotals {
  const counters = new Array<number>(netlist.registers.length).fill(-1);
  const lanes = new Array<number>(netlist.registers.length).fill(1);
  const state = slots[0]?.address ?? 0;
  const areas: ToggleArea[] = [];
  for (const bits of [8, 16, 32, 64] as const) {
    const own = slots.filter((slot) => slot.bits === bits);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) continue;
    const vectors = Math.ceil((last.address + (last.elements * bits) / 8 - first.address) / 16);
    const totals = place(16, (vectors * 64) / bits);
    areas.push({ bits, offset: first.address - state, vectors, totals });
    for (const { register, address, elements } of own) {
      counters[register] = totals + ((address - first.address) / bits) * 64;
      lanes[register] = elements;
    }
  }
  const scalars = new Map<number, number>();
  counters.forEach((counter, register) => {
    if (counter >= 0) return;
    counters[register] = place(8);
    scalars.set(register, counters[register]!);
  });
  return { scalars, slots, counters, lanes, areas };
}

/** Adds room for what is counted but not in the totals yet. */
export function placeToggles({ areas, ...totals }: ToggleTotals, place: Place): ToggleLayout {
  const { slots } = totals;
  const [first, last] = [slots[0], slots.at(-1)];
  if (first === undefined || last === undefined) return { ...totals, vectors: null };
  const state = first.address;
  const used = last.address + (last.elements * last.bits) / 8 - state;
  const bytes = Math.ceil(used / copyStep) * copyStep;
  // Rows at equal distances of a page would share a few lines of the processor's cache.
  const stride = bytes + (bytes % 4096 < 512 || bytes % 4096 > 3584 ? 9 * copyStep : 0);
  const rows = place(16, (stride * keptClocks) / 16);
  const block = (): number => place(16, bytes / 16);
  const planes = [block(), block(), block()] as const;
  const [pending, masks, clock, rounds] = [block(), block(), place(4), place(4)];
  return { ...totals, vectors: { state, bytes, rows, stride, planes, pending, masks, clock, rounds, areas } };
}
