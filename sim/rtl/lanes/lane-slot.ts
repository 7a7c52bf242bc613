import type { NetMemory } from '../../../hdl-gen/ir/netlist.ts';
import { type Format, wrap } from '../value.ts';
import { elementBits, type LaneCount } from './vector-code.ts';

/** Access to one value of every lane. */
export interface LaneSlot {
  read(lane: number): bigint;
  write(lane: number, value: bigint): void;
}

/** One value of every lane side by side; one unsigned bit is stored as a mask. */
export function laneSlot(buffer: ArrayBuffer, address: number, format: Format, lanes: LaneCount): LaneSlot {
  const bits = elementBits(format, lanes);
  const stored = (value: bigint): bigint => (format.width === 1 ? BigInt.asIntN(1, value) : wrap(value, format));
  if (bits === 64) {
    const view = new BigInt64Array(buffer, address, lanes);
    return {
      read: (lane) => wrap(view[lane]!, format),
      write(lane, value) {
        view[lane] = stored(value);
      },
    };
  }
  const view =
    bits === 8
      ? new Int8Array(buffer, address, lanes)
      : bits === 16
        ? new Int16Array(buffer, address, lanes)
        : new Int32Array(buffer, address, lanes);
  return {
    read: (lane) => wrap(BigInt(view[lane]!), format),
    write(lane, value) {
      view[lane] = Number(stored(value));
    },
  };
}

/** Initial words of a memory that every lane has for itself. */
export function writeLaneWords(buffer: ArrayBuffer, base: number, memory: NetMemory, lanes: LaneCount): void {
  const bytes = (elementBits(memory, lanes) * lanes) / 8;
  for (let word = 0; word < Math.min(memory.depth, memory.init?.length ?? 0); word++) {
    const slot = laneSlot(buffer, base + word * bytes, memory, lanes);
    for (let lane = 0; lane < lanes; lane++) slot.write(lane, BigInt(memory.init![word]!));
  }
}
