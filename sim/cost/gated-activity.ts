import { outputBeats, portBeats, type Stage, type WindowStage } from '../../hdl-gen/arch/architecture.ts';
import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import type { GatedRegisters } from './activity.ts';
import type { GatedGroup } from './gated-groups.ts';
import { accesses, activeClocks } from './stage-work.ts';

const isLane = (part: string): boolean => /^lane_\d+$/.test(part);
const sumOf = (parts: readonly { readonly bits: number }[]): number => parts.reduce((sum, { bits }) => sum + bits, 0);

/** Passes over windows per inference: each begins a sum in every lane, and hands one to the drain. */
const passesOf = ({ output, results }: WindowStage): number => output.height * output.width * results.length;

/** Steps of the loops of a sequencer, by the names of the counters and positions that they move. */
function sequencerSteps(stage: WindowStage, name: string): number {
  const { kernel, taps, output } = stage;
  const passes = passesOf(stage);
  const rows = passes * (kernel.height / taps.height);
  if (name === 'resting') return passes * (stage.passInterval - stage.steps + 1);
  if (/^image_/.test(name)) return 1;
  if (/^(window_line_|output_row$)/.test(name)) return output.height;
  if (/^(window_|output_column$)/.test(name)) return output.height * output.width;
  if (/^(pass|sub_pass|channel_word)$/.test(name)) return passes;
  if (/^(tap_line_|kernel_row$)/.test(name)) return rows;
  if (/^(tap_|kernel_column$)/.test(name)) return rows * (kernel.width / taps.width);
  return activeClocks(stage);
}

/** Words written to a line buffer, and beats taken. */
function lineBufferSteps(stage: WindowStage, name: string): number {
  const { input, wordsPerPixel } = stage;
  const isOfBeats = name === 'channel' || name === 'lane';
  return isOfBeats ? portBeats(stage, 0) : input.height * input.width * wordsPerPixel;
}

/** Clocks per inference in which registers load, by the module that they are in: as many as the circuit has, or somewhat more. */
function loadsOf(stage: Stage, { path, registers }: GatedGroup): number {
  const own = path.find((part) => !isLane(part)) ?? '';
  if (/^(requantizer|averager|output_fifo)/.test(own)) return outputBeats(stage);
  if (stage.timing !== 'window') return activeClocks(stage);
  const steps = { sequencer: sequencerSteps, line_buffer: lineBufferSteps }[own];
  if (steps !== undefined) return Math.max(...registers.map(({ name }) => steps(stage, name)));
  return own === 'drain' ? passesOf(stage) : activeClocks(stage);
}

/** Flip-flops x clocks in which they load. */
function bitClocksOf(stage: Stage, group: GatedGroup): number {
  const { path, registers, reads } = group;
  const read = reads.reduce((sum, { memory, bits }) => {
    return sum + bits * accesses(stage, { path, name: memory }).reads;
  }, 0);
  return registers.length === 0 ? read : read + sumOf(registers) * loadsOf(stage, group);
}

/**
 * Counts of what a FIFO or a drain holds load when something enters or leaves, which may be at once: how often is not known, so they count as
 * clocked always.
 */
const isFill = ({ path, registers }: GatedGroup): boolean =>
  /^(output_fifo|drain)$/.test(path.at(-1) ?? '') &&
  registers.some(({ name }) => /^(stored|remaining|position)$/.test(name));

/** What clock gates stand in front of in a stage; `style`: of its lanes, where they multiply. */
export function gatedActivity(stage: Stage, all: readonly GatedGroup[], style: LaneStyle | null): GatedRegisters {
  const groups = all.filter((group) => !isFill(group));
  const inLanes = (group: GatedGroup): boolean => style?.clockGating === true && isLane(group.path[0] ?? '');
  const lanes = groups.filter(inLanes);
  const others = groups.filter((group) => !inLanes(group));
  const sums = lanes.filter(({ registers }) => registers.some(({ name }) => name === 'total'));
  const bitsOf = (some: readonly GatedGroup[]): number =>
    some.reduce((sum, { registers, reads }) => sum + sumOf(registers) + sumOf(reads), 0);
  return {
    gates: groups.length,
    bits: bitsOf(groups),
    bitClocks: others.reduce((sum, group) => sum + bitClocksOf(stage, group), 0),
    lanes:
      lanes.length === 0 || stage.timing !== 'window'
        ? null
        : {
            terms: stage.multipliers / stage.pe,
            bitClocks: bitsOf(lanes) * activeClocks(stage),
            // A sum begins with every pass, be the activations 0 or not.
            beginning: bitsOf(sums) * passesOf(stage),
          },
  };
}

/** The groups of a stage, with paths from there. */
export function groupsOfStage(groups: readonly GatedGroup[], stage: string): GatedGroup[] {
  return groups.filter(({ path }) => path[0] === stage).map((group) => ({ ...group, path: group.path.slice(1) }));
}
