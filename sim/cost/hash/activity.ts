import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { createEvaluator } from '../../rtl/evaluate.ts';
import { kindOf, type OperationKind, operationKinds, type PerKind } from './operations.ts';

/** Real work for a core, clock by clock. */
export interface HashWorkload {
  /** Clocks before counting starts, until the core is full. */
  readonly warmUp: number;
  /** Clocks that count, and the hashes that a core completes in as many. */
  readonly clocks: number;
  readonly hashes: number;
  /** Values of the inputs in a clock, counted from the first of the warm-up; inputs that are not named keep theirs. */
  readonly inputs: (clock: number) => Readonly<Record<string, number>>;
}

/** A core with what it did: hardware and toggles by kind of operation. */
export interface MeasuredCore {
  readonly name: string;
  readonly clocks: number;
  readonly hashes: number;
  /** Bits of hardware. */
  readonly bits: PerKind;
  /** Bits that differ from the clock before, over all counted clocks; settled values, so without glitches. */
  readonly toggles: PerKind;
}

const noCounts = (): Record<OperationKind, number> =>
  Object.fromEntries(operationKinds.map((kind) => [kind, 0])) as Record<OperationKind, number>;

function ones(value: bigint): number {
  let sum = 0;
  for (let rest = value; rest > 0n; rest >>= 32n) {
    let word = Number(rest & 0xffff_ffffn);
    for (; word !== 0; word &= word - 1) sum += 1;
  }
  return sum;
}

/**
 * Runs the core on real work and counts. An operation is as wide as its result, or as its operands where it compares or
 * reduces them. A register with an enable is a choice between its old and its next value, with no clock gate.
 * Errors: `HASH_OPERATION`.
 */
export function measureHash(netlist: Netlist, workload: HashWorkload): MeasuredCore {
  const { nodes } = netlist;
  const kinds = nodes.map((node) => kindOf(node, netlist.name));
  const bits = noCounts();
  nodes.forEach((node, at) => {
    const kind = kinds[at];
    if (kind == null) return;
    const widths = 'args' in node && node.width === 1 ? node.args.map((arg) => nodes[arg]!.width) : [node.width];
    bits[kind] += node.op === 'mux' ? node.width : Math.max(...widths);
  });

  const chosen = new Uint8Array(nodes.length);
  for (const { enable, node, width } of netlist.registers) {
    if (enable === null) continue;
    chosen[node] = 1;
    bits.mux += width;
  }

  const evaluator = createEvaluator(netlist);
  const places = new Map(netlist.inputs.map(({ name }, at) => [name, at]));
  const counted = nodes.flatMap((_, at) => (kinds[at] === null ? [] : [at]));
  const before = new Array<bigint>(nodes.length).fill(0n);
  const toggles = noCounts();
  evaluator.reset();
  for (let clock = 0; clock < workload.warmUp + workload.clocks; clock++) {
    for (const [name, value] of Object.entries(workload.inputs(clock)))
      evaluator.inputs[places.get(name)!] = BigInt(value);
    evaluator.settle();
    for (const at of counted) {
      const now = evaluator.values[at]!;
      const was = before[at]!;
      if (now === was) continue;
      if (clock >= workload.warmUp) {
        const changed = ones(BigInt.asUintN(nodes[at]!.width, now ^ was));
        toggles[kinds[at]!] += changed;
        if (chosen[at] === 1) toggles.mux += changed;
      }
      before[at] = now;
    }
    evaluator.tick();
  }
  return { name: netlist.name, clocks: workload.clocks, hashes: workload.hashes, bits, toggles };
}
