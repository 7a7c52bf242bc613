import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import type { Group, Run, Task } from '../compile/task.ts';
import type { LanePlan } from '../lanes/varying.ts';
import { elementBits } from '../lanes/vector-code.ts';
import type { ElementBits } from '../wasm/simd.ts';

/** What is overwritten as whole vectors: a group, a run of copies, or one register (its index) in every lane. */
export type VectorOwner = Group | Run | number;

interface CountedVectors {
  readonly owner: VectorOwner;
  readonly bits: ElementBits;
  readonly width: number;
  /** Register of every element. */
  readonly registers: readonly number[];
}

/** What has to be counted: registers that are stored one by one, and elements of vectors. */
export interface ToggleRequest {
  readonly registers: number;
  readonly scalars: readonly number[];
  readonly vectors: readonly CountedVectors[];
}

/** Vectors with elements of one size: byte counters behind each other, then their 64-bit totals, one per element. */
export interface ToggleArea {
  readonly bits: ElementBits;
  readonly pending: number;
  readonly totals: number;
  readonly vectors: number;
}

/**
 * Addresses of the toggle counters. A register that is stored alone has a 64-bit counter. Vectors count in as many bytes
 * as they have; these pending bytes are added to the totals before the first can overflow.
 */
export interface ToggleLayout {
  readonly scalars: ReadonlyMap<number, number>;
  /** Pending bytes of an owner's first vector; the others follow. */
  readonly pending: ReadonlyMap<VectorOwner, number>;
  readonly areas: readonly ToggleArea[];
  /** Clocks since pending bytes were last added to the totals, an i32. */
  readonly clock: number;
  /** So many clocks at most lie between two additions. */
  readonly period: number;
  /** The 64-bit counters of every register: one per lane where lanes differ; otherwise their sum is its count. */
  readonly counters: readonly (readonly number[])[];
}

/** `tasks` store registers one by one, as groups and as runs; registers that vary in a `plan` are vectors of lanes. */
export function requestToggles(netlist: Netlist, tasks: readonly Task[], plan: LanePlan | null): ToggleRequest {
  const lanes = plan?.lanes ?? 16;
  const scalars = new Set<number>();
  const vectors = new Map<VectorOwner, CountedVectors>();
  const add = (owner: VectorOwner, registers: readonly number[]): void => {
    const format = netlist.registers[registers[0]!]!;
    vectors.set(owner, { owner, bits: elementBits(format, lanes), width: format.width, registers });
  };
  for (const task of tasks) {
    if (task.kind === 'register') {
      const { register } = task;
      if (plan?.varies[netlist.registers[register]!.node] === 1) add(register, new Array<number>(lanes).fill(register));
      else scalars.add(register);
    } else if (task.kind === 'group') {
      const { group } = task;
      if (group.template !== null) add(group, group.registers);
      for (const run of group.runs)
        add(
          run,
          run.targets.map((id) => registerOf(netlist, id)),
        );
    }
  }
  return { registers: netlist.registers.length, scalars: [...scalars], vectors: [...vectors.values()] };
}

function registerOf(netlist: Netlist, id: number): number {
  const node = netlist.nodes[id]!;
  if (node.op !== 'register') throw new RangeError(`node ${id} is no register`);
  return node.register;
}

/** `place` reserves `count` aligned slots of `size` bytes. */
export function placeToggles(request: ToggleRequest, place: (size: number, count?: number) => number): ToggleLayout {
  const counters: number[][] = Array.from({ length: request.registers }, () => []);
  const scalars = new Map<number, number>();
  for (const register of request.scalars) {
    const address = place(8);
    scalars.set(register, address);
    counters[register]!.push(address);
  }
  const pending = new Map<VectorOwner, number>();
  const areas: ToggleArea[] = [];
  for (const bits of [8, 16, 32, 64] as const) {
    const perVector = 128 / bits;
    const own = request.vectors.filter((vectors) => vectors.bits === bits);
    if (own.length === 0) continue;
    const count = own.reduce((sum, { registers }) => sum + Math.ceil(registers.length / perVector), 0);
    const area = { bits, pending: place(16, count), totals: place(8, count * perVector), vectors: count };
    areas.push(area);
    let at = 0;
    for (const { owner, registers } of own) {
      pending.set(owner, area.pending + 16 * at);
      registers.forEach((register, element) => {
        counters[register]!.push(area.totals + 8 * (at * perVector + element));
      });
      at += Math.ceil(registers.length / perVector);
    }
  }
  // In one clock a byte counter grows by the bits of its own byte.
  const most = request.vectors.reduce((most, { width }) => Math.max(most, Math.min(width, 8)), 1);
  return { scalars, pending, areas, clock: place(4), period: Math.floor(255 / most), counters };
}
