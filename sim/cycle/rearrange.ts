import { mapBytes, type RearrangeStage } from '../../hdl-gen/arch/architecture.ts';
import { rearrangeLaw } from '../../hdl-gen/arch/stream/rearrange.ts';
import type { Reader } from './link.ts';
import type { Place, Process } from './process.ts';
import { creditFor } from './times.ts';

/**
 * The engine that moves bytes. A byte is taken when it has room in the ring: when the result that frees enough of it has become
 * the next one. A result is given one clock after the byte it needs is in, when the output FIFO has room.
 */
export function rearrangeProcess({ stage, frames, ports, written, popped }: Place<RearrangeStage>): Process {
  const { latency, fifoDepth, bufferBytes } = stage;
  const { taken } = ports[0]!;
  const bytesIn = mapBytes(stage.input);
  const bytesOut = mapBytes(stage.output);
  const total = frames * bytesOut;
  const { needed, freed } = rearrangeLaw(stage);
  const freedBy = (result: number) => Math.floor(result / bytesOut) * bytesIn + freed[result % bytesOut]!;
  /** Clock in which a result is given out of the ring. */
  const givenIn = (result: number) => written.at[result]! - latency;
  let next = 0;
  const reader: Reader = {
    room(index) {
      for (; freedBy(next) <= index - bufferBytes; next++) if (next >= written.count) return -1;
      return next === 0 ? 0 : givenIn(next - 1) + 1;
    },
    roomEnd: () => freedBy(next) + bufferBytes,
  };
  const advance = (): boolean => {
    const before = written.count;
    for (; written.count < total; written.count++) {
      const result = written.count;
      const frame = Math.floor(result / bytesOut);
      const need = needed[result - frame * bytesOut]!;
      const byte = frame * bytesIn + need;
      if (need >= 0 && byte >= taken.count) break;
      const credit = creditFor(result, fifoDepth, popped);
      if (credit < 0) break;
      const arrived = need < 0 ? 0 : taken.at[byte]! + 1;
      const previous = result === 0 ? 0 : givenIn(result - 1) + 1;
      written.at[result] = Math.max(arrived, previous, credit) + latency;
    }
    return written.count > before;
  };
  return { reader, advance };
}
