import {
  mapBytes,
  outputBeats,
  portBeats,
  type RearrangeStage,
  type Stage,
  type WindowStage,
} from '../../hdl-gen/arch/architecture.ts';
import type { EngineMemory } from '../../hdl-gen/arch/stream/resources.ts';
import { Fault } from '../../specs/fault.ts';
import type { MemoryActivity } from './activity.ts';

const pixelsOf = (shape: { height: number; width: number }) => shape.height * shape.width;

/** Clocks per inference in which the stage reads operands (window) or takes beats (others). */
export function activeClocks(stage: Stage): number {
  switch (stage.timing) {
    case 'window':
      return pixelsOf(stage.output) * stage.results.length * stage.steps;
    case 'globalPool':
      return portBeats(stage, 0);
    case 'bytewise':
    case 'turns':
      return outputBeats(stage);
    case 'rearrange':
      return Math.max(mapBytes(stage.input), mapBytes(stage.output));
    case 'row':
      return (mapBytes(stage.input) / stage.length) * (stage.length + stage.busy);
  }
}

/** Bytes that a rearranging stage reads of its ring. */
const stepsOf = ({ walk }: RearrangeStage) => walk.reduce((product, { length }) => product * length, 1);

/** Reads of another word than the read before, where every pass is one read. */
const movesOf = ({ kind, output, wordsPerPixel }: WindowStage): number =>
  pixelsOf(output) * (kind === 'conv' ? 1 : wordsPerPixel);

/** Words read and written per inference, by what the memory is for. */
export function accesses(
  stage: Stage,
  { path, name }: Pick<EngineMemory, 'path' | 'name'>,
): Pick<MemoryActivity, 'role' | 'reads' | 'writes' | 'moves'> {
  const beatsIn = portBeats(stage, 0);
  const beatsOut = outputBeats(stage);
  const words = stage.timing === 'window' ? pixelsOf(stage.input) * stage.wordsPerPixel : 0;
  // Lanes of a beat and copies of a buffer have one memory each.
  const own = path.filter((part) => !/^lane_\d+$/.test(part));
  switch ([...own, name].map((part) => part.replace(/_\d+$/, '')).join('.')) {
    case 'weights':
      return { role: 'weights', reads: activeClocks(stage), writes: 0 };
    case 'lookup_table':
    case 'constant':
    case 'requantizer.parameters':
      return { role: 'weights', reads: beatsOut, writes: 0 };
    case 'line_buffer.memory': {
      // Passes whose operands are one word each: those of a convolution read it again, others go on to the next channels.
      const again = stage.timing === 'window' && stage.steps === 1 ? { moves: movesOf(stage) } : {};
      return { role: 'activations', reads: activeClocks(stage), writes: words, ...again };
    }
    case 'ring.memory':
      return { role: 'activations', reads: stage.timing === 'rearrange' ? stepsOf(stage) : 0, writes: beatsIn };
    case 'inserted':
      return { role: 'weights', reads: stage.timing === 'rearrange' ? beatsOut - stepsOf(stage) : 0, writes: 0 };
    case 'output_fifo.memory':
      return { role: 'activations', reads: beatsOut, writes: beatsOut };
    case 'row':
      return { role: 'activations', reads: 2 * beatsIn, writes: beatsIn };
    case 'exponentials':
      return { role: 'weights', reads: 2 * beatsIn, writes: 0 };
    case 'sums':
      return { role: 'activations', reads: beatsIn, writes: beatsIn };
    default:
      throw new Fault({
        code: 'ACTIVITY_UNKNOWN_MEMORY',
        place: [stage.name, ...path, name].join('.'),
        cause: 'nothing says how often this memory is accessed',
        wayOut: 'add it to accesses() in sim/cost/stage-work.ts; this is a defect',
        kind: 'internal',
      });
  }
}
