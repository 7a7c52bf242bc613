import type { WindowStage } from '../../hdl-gen/arch/architecture.ts';
import { type LayerSums, weightForm } from '../../hdl-gen/arch/stream/resources.ts';
import { Sequencer, sequencerParameters } from '../../hdl-gen/arch/stream/sequencer.ts';
import type { Unplaced } from '../../hdl-gen/arch/stream/stage.ts';
import { tapCounts } from '../../hdl-gen/arch/stream/tables.ts';
import { readsPadding } from '../../hdl-gen/arch/stream/window.ts';
import type { WindowWork } from '../../hdl-gen/arch/stream/work.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import { bitsFor } from '../../hdl-gen/library/counter.ts';
import { LineBuffer } from '../../hdl-gen/library/line-buffer.ts';
import { StreamFifo } from '../../hdl-gen/library/stream-fifo.ts';
import { fewestGated } from './gate/liberty/clock-gates.ts';
import { type GatedGroup, gatedGroups } from './gated-groups.ts';

type Window = Unplaced<WindowStage>;
type Registers = GatedGroup['registers'];

/** Registers of a lane that load together, as `GatedLane`, `MacLane` and the lanes of pools have them. */
function laneGroups(work: WindowWork, stage: Window, sums: LayerSums, style: LaneStyle): Registers[] {
  const { inputBits } = stage;
  const total = [{ name: 'total', bits: sums.accumulatorBits }];
  if (work.weight === null) {
    const bits = work.reduce === 'maximum' ? inputBits : sums.accumulatorBits;
    return [[{ name: 'operand', bits: inputBits }], [{ name: 'total', bits }]];
  }
  const terms = Array.from({ length: stage.simd * stage.taps.height * stage.taps.width }, (_, term) => term);
  const form = weightForm(stage, sums);
  if (sums.small || style.form === 'plain' || style.form === 'split')
    return [terms.map((term) => ({ name: `product_${term}`, bits: form.product })), total];
  const activations = terms.map((term) => ({ name: `held_activation_${term}`, bits: inputBits }));
  const weights = terms.map((term) => ({ name: `held_weight_${term}`, bits: form.weight }));
  // Isolated, a weight loads only with an activation of its own that counts.
  return style.operandIsolation
    ? [activations, ...weights.map((weight) => [weight]), total]
    : [[...activations, ...weights], total];
}

/** The engine's own module: the weights' address and word, and taps of averages over the edge. */
function ownGroups(work: WindowWork, stage: Window, sums: LayerSums): Omit<GatedGroup, 'path'>[] {
  const { pe, simd, taps, results, steps } = stage;
  if (work.weight !== null) {
    const words = results.length * steps;
    const wordBits = pe * simd * taps.height * taps.width * weightForm(stage, sums).weight;
    const address = words > 1 ? [{ name: 'weight_address', bits: bitsFor(words - 1) }] : [];
    return [
      { registers: address, reads: [] },
      { registers: [], reads: [{ memory: 'weights', bits: wordBits }] },
    ];
  }
  const counts = work.scaler.kind === 'divide' && readsPadding(stage) ? tapCounts({ ...stage, sources: [] }) : [];
  if (counts.length <= 1) return [];
  const bits = bitsFor(counts.at(-1)!);
  return ['taps_so_far', 'taps'].map((name) => ({ registers: [{ name, bits }], reads: [] }));
}

const bitsOf = ({ registers, reads }: Omit<GatedGroup, 'path'>): number =>
  [...registers, ...reads].reduce((sum, { bits }) => sum + bits, 0);

/**
 * What clock gates stand in front of in a window engine, fills of FIFO and drain left out; `scalers`: of the modules that rescale, by their
 * instances. Equal to what is read off the engine itself, but only its small modules are built.
 */
export function windowGroups(
  work: WindowWork,
  stage: Window,
  sums: LayerSums,
  style: LaneStyle,
  scalers: readonly GatedGroup[],
): GatedGroup[] {
  const { pe, lanes, input, inputWidth, inputBits, outputBits, outputWidth, bufferPixels, early, fifoDepth } = stage;
  const placed = { ...stage, sources: [] };
  const buffer = {
    ...{
      channels: input.channels,
      width: inputWidth,
      lanes,
      pixels: bufferPixels,
      imagePixels: input.height * input.width,
    },
    ...{ reads: stage.taps.height * stage.taps.width, countsWords: early, bits: inputBits },
  };
  const modules = {
    sequencer: gatedGroups(design(Sequencer({ ...sequencerParameters(placed), name: 'sequencer' }))),
    line_buffer: gatedGroups(design(LineBuffer(buffer))),
    output_fifo: gatedGroups(design(StreamFifo({ width: outputBits * outputWidth, depth: fifoDepth }))),
  };
  const held = Array.from({ length: pe }, (_, index) => ({ name: `held_${index}`, bits: sums.accumulatorBits }));
  const laneRegisters = laneGroups(work, stage, sums, style);
  return [
    ...ownGroups(work, stage, sums).map((group) => ({ path: [], ...group })),
    ...Object.entries(modules).flatMap(([name, groups]) => groups.map((group) => ({ ...group, path: [name] }))),
    ...held.flatMap((_, lane) => laneRegisters.map((registers) => ({ path: [`lane_${lane}`], registers, reads: [] }))),
    { path: ['drain'], registers: held, reads: [] },
    ...scalers,
  ].filter((group) => bitsOf(group) >= fewestGated);
}
