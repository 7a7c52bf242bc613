import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import type { ToggleLayout } from './plan.ts';

export interface ToggleReader {
  /** Brings the counters up to date; before the state is changed from outside. */
  flush(): void;
  /** Counts from the present state on; after the state was changed from outside. */
  follow(): void;
  /** One count per register, of all `lanes` together. */
  sums(lanes: number): Float64Array;
  /** One count per register. */
  ofLane(lane: number): Float64Array;
}

/** Ones where a bit of the state belongs to a register. */
function writeMasks({ slots, vectors }: ToggleLayout, { registers }: Netlist, buffer: ArrayBuffer): void {
  if (vectors === null) return;
  const view = new DataView(buffer, vectors.masks);
  for (const { register, address, bits, elements } of slots) {
    const mask = (1n << BigInt(registers[register]!.width)) - 1n;
    for (let element = 0; element < elements; element++) {
      const from = address - vectors.state + (element * bits) / 8;
      for (let byte = 0; byte < bits / 8; byte++) view.setUint8(from + byte, Number((mask >> BigInt(8 * byte)) & 255n));
    }
  }
}

/** Reads the counters of a module that has its initial state in memory already. */
export function toggleReader(
  netlist: Netlist,
  layout: ToggleLayout,
  buffer: ArrayBuffer,
  call: (name: string) => () => void,
): ToggleReader {
  const totals = new BigInt64Array(buffer);
  const nothing = (): void => {};
  const flush = layout.vectors === null ? nothing : call('flush');
  const follow = layout.vectors === null ? nothing : call('follow');
  const { counters, lanes: counted } = layout;
  const read = (register: number, lane: number): number => Number(totals[(counters[register]! >> 3) + lane]);
  writeMasks(layout, netlist, buffer);
  follow();
  return {
    flush,
    follow,
    sums(lanes) {
      flush();
      return Float64Array.from(counters, (_, register) => {
        // A register that is the same in all lanes has one counter for them.
        if (counted[register] === 1) return lanes * read(register, 0);
        let sum = 0;
        for (let lane = 0; lane < lanes; lane++) sum += read(register, lane);
        return sum;
      });
    },
    ofLane(lane) {
      flush();
      return Float64Array.from(counters, (_, register) => read(register, counted[register] === 1 ? 0 : lane));
    },
  };
}
