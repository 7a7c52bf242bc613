import { lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { ram, rom } from '../../lang/memory.ts';
import { module } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { delay, reg } from '../../lang/state.ts';
import { bool, sint, uint, vec } from '../../lang/types.ts';
import { wire } from '../../lang/wire.ts';
import type { LaneStyle } from '../../library/arithmetic/gated-lane.ts';
import { laneOf } from '../../library/arithmetic/lane-style.ts';
import { Averager } from '../../library/averager.ts';
import { packSigned, unpackSigned, unpackUnsigned } from '../../library/beat.ts';
import { allOf, bitsFor, counter, signedBitsFor } from '../../library/counter.ts';
import { Drain } from '../../library/drain.ts';
import { LineBuffer, lineBufferShape } from '../../library/line-buffer.ts';
import { type MacLaneParameters, MaxLane, SumLane } from '../../library/mac-lane.ts';
import { clampToBits } from '../../library/requantizer.ts';
import { rescaler, type Scaling } from '../../library/rescaler.ts';
import { StreamFifo } from '../../library/stream-fifo.ts';
import type { GlobalPoolStage, WindowStage } from '../architecture.ts';
import { type Engine, singlePort, streamPorts } from './ports.ts';
import { Sequencer, sequencerParameters } from './sequencer.ts';
import { operandOf, sumTables, tapCounts, weightWords } from './tables.ts';
import { type StoredWeights, storedWeights } from './weight-form.ts';
import { readsPadding } from './window.ts';
import type { WindowWork } from './work.ts';

/** Of a table by channel, what the lane serves that takes every `width`-th channel; a table of one entry is all channels'. */
const everyNth =
  (width: number, lane: number) =>
  <T extends Int32Array | BigInt64Array>(table: T): T =>
    (table.length === 1 ? table : table.filter((_: unknown, channel: number) => channel % width === lane)) as T;

function laneScaling(scaling: Scaling, own: ReturnType<typeof everyNth>): Scaling {
  const shift = own(scaling.shift);
  return scaling.kind === 'shift' ? { ...scaling, shift } : { ...scaling, multiplier: own(scaling.multiplier), shift };
}

interface ScalerPlace {
  readonly lane: number;
  readonly width: number;
}

/**
 * The module on the sums' way to the output's type: the layer's own requantizer, the rounding division of an average by one of `counts` taps, or
 * none, where only the clamp is left.
 */
function scalerOf(work: WindowWork, counts: readonly number[], bits: number, { lane, width }: ScalerPlace) {
  const { scaler, outputBits } = work;
  const suffix = width === 1 ? '' : `_${lane}`;
  if (scaler.kind === 'keep') return null;
  if (scaler.kind === 'divide') {
    const build = Averager({ valueBits: bits, counts, clamp: work.clamp, bits: outputBits });
    return { kind: scaler.kind, instance: `averager${suffix}`, build };
  }
  const { bias, biasedBits } = sumTables(work);
  const own = everyNth(width, lane);
  const build = rescaler(`${work.name}_requantizer${suffix}`, laneScaling(scaler.scaling, own), {
    valueBits: bits,
    biasedBits,
    bias: own(bias),
    zeroPoint: work.outputZeroPoint,
    clamp: work.clamp,
    outputBits,
  });
  return { kind: scaler.kind, instance: `requantizer${suffix}`, build };
}

function scale(
  work: WindowWork,
  counts: readonly number[],
  valid: Bool,
  value: SInt,
  taps: UInt | null,
  place: ScalerPlace,
) {
  const scaler = scalerOf(work, counts, value.width, place);
  if (scaler === null) return { valid_out: valid, data: clampToBits(value, work.clamp, work.outputBits) };
  if (scaler.kind === 'requantize') return scaler.build(scaler.instance, { valid, value });
  const count = taps ?? lit(uint(bitsFor(counts.at(-1)!)), counts.at(-1)!);
  return scaler.build(scaler.instance, { valid, value, count });
}

/** Taps of a window that an average divides by. */
const divisorsOf = (work: WindowWork, stage: WindowStage): number[] =>
  work.scaler.kind === 'divide' ? tapCounts(stage) : [];

/** The modules between the drain of a window engine and its output FIFO, by the names of their instances; no folding changes them. */
export function scalersOf(work: WindowWork, stage: WindowStage) {
  const { accumulatorBits } = sumTables(work);
  const counts = divisorsOf(work, stage);
  return Array.from({ length: stage.outputWidth }, (_, lane) =>
    scalerOf(work, counts, accumulatorBits, { lane, width: stage.outputWidth }),
  ).filter((scaler) => scaler !== null);
}

/** A beat of sums through as many scalers side by side. */
function scaleBeat(
  work: WindowWork,
  counts: readonly number[],
  width: number,
  valid: Bool,
  sums: readonly SInt[],
  taps: UInt | null,
) {
  const scaled = sums.map((value, lane) => scale(work, counts, valid, value, taps, { lane, width }));
  const valids = scaled.map(({ valid_out }) => valid_out);
  return { valid: allOf(valids[0]!, ...valids.slice(1)), data: packSigned(scaled.map(({ data }) => data)) };
}

/** What the lanes of a layer that multiplies multiply. */
function laneShape(work: WindowWork, stage: WindowStage, weights: StoredWeights): MacLaneParameters {
  return {
    simd: stage.simd * stage.taps.height * stage.taps.width,
    unsigned: operandOf(work).unsigned,
    activationBits: stage.inputBits,
    weightBits: weights.bits,
    weightForm: weights.form,
    accumulatorBits: sumTables(work).accumulatorBits,
  };
}

const weightsOf = (work: WindowWork, stage: WindowStage): StoredWeights =>
  storedWeights(weightWords(work, stage), stage, sumTables(work).weightBits);

/** The lanes of a layer whose weights need multipliers; null where there are none. */
export function multiplierLanes(work: WindowWork, stage: WindowStage): MacLaneParameters | null {
  if (work.weight === null) return null;
  const shape = laneShape(work, stage, weightsOf(work, stage));
  return shape.weightForm === 'any' ? shape : null;
}

/**
 * One layer's engine: line buffer, sequencer, `pe` multiply-accumulate lanes of `simd` x `taps` products, drain, as many
 * requantizers as a beat has elements, output FIFO. Clocks along the pipeline, from an operand read in clock t: operands t+1,
 * products t+2, sum t+3, drain t+4, then the scaler (`scalerDepth`) and the FIFO write: `pipelineLatency`.
 */
export function windowEngine(work: WindowWork, stage: WindowStage, style: LaneStyle): Engine {
  const tables = sumTables(work);
  const { pe, lanes, input, inputWidth, outputWidth, inputBits: bits } = stage;
  const reads = stage.taps.height * stage.taps.width;
  const simd = stage.simd * reads;
  const { accumulatorBits } = tables;
  const { unsigned, zero } = operandOf(work);
  const weights = weightsOf(work, stage);
  const counts = divisorsOf(work, stage);

  const build = module(stage.name, streamPorts(stage), ({ in_valid, in_data, out_ready }) => {
    const parameters = sequencerParameters(stage);
    const sequencer = Sequencer({ ...parameters, name: `${stage.name}_sequencer` });
    const shape = {
      channels: input.channels,
      width: inputWidth,
      lanes,
      pixels: stage.bufferPixels,
      imagePixels: input.height * input.width,
      reads,
      countsWords: stage.early,
      bits,
    };
    const written = wire('written_pixels', sint(lineBufferShape(shape).countBits));
    const pop = wire('pop', bool);
    const here = stage.early ? wire('words_here', uint(bitsFor(stage.wordsPerPixel - 1))) : null;
    const sequence = sequencer('sequencer', { written, pop, ...(here === null ? {} : { words_here: here }) });

    const buffer = LineBuffer(shape)('line_buffer', {
      in_valid,
      in_data,
      limit: sequence.limit,
      image_done: sequence.image_done,
      read_address: sequence.read_address,
      read: sequence.issue,
    });
    written.drive(buffer.written);
    if (here !== null) here.drive(buffer.words_here!);

    const multiply = delay('multiply', sequence.issue);
    const accumulate = delay('accumulate', multiply);
    const first = delay('first_product', delay('first_operand', sequence.first));
    const load = delay('load', delay('last_product', delay('last_operand', sequence.last)));
    const outside = readsPadding(stage) ? unpackUnsigned(delay('outside', sequence.padding), reads) : null;
    // Where every pass yields `pe` results there is nothing to take along.
    const uneven = stage.results.some((count) => count !== pe);
    const results = uneven
      ? ['operand', 'product', 'sum'].reduce<UInt>(
          (count, step) => delay(`results_of_${step}`, count, { init: null }),
          sequence.results,
        )
      : lit(uint(bitsFor(pe / outputWidth)), pe / outputWidth);

    // A tap outside the image reads the operand that stands for a real 0.
    const inside = <T extends SInt | UInt>(tap: number, real: T, operand: T): T =>
      outside === null ? operand : (mux(outside[tap]!.bit(0), real as SInt, operand as SInt) as T);
    const totals: SInt[] = [];
    if (work.weight === null) {
      const lane = work.reduce === 'maximum' ? MaxLane({ bits }) : SumLane({ accumulatorBits, bits });
      for (let p = 0; p < pe; p++) {
        const activation = inside(0, lit(sint(bits), zero), buffer.word[p]!);
        totals.push(lane(`lane_${p}`, { activation, multiply, accumulate, first }).total);
      }
    } else {
      const activation = buffer.word.map((element, index): SInt | UInt => {
        const tap = Math.floor(index / lanes);
        if (!unsigned) return inside(tap, lit(sint(bits), zero), element);
        return inside(tap, lit(uint(bits), zero), element.asUInt().xor(2 ** (bits - 1)));
      });
      const depth = stage.results.length * stage.steps;
      const address = counter('weight_address', depth, sequence.issue);
      const memory = rom('weights', vec(pe * simd, sint(weights.bits)), depth, weights.words);
      const word = memory.read(address.value ?? lit(uint(1), 0), { enable: sequence.issue });
      const lane = laneOf(laneShape(work, stage, weights), style);
      for (let p = 0; p < pe; p++) {
        const own = Math.floor(p / (pe / lanes));
        const operands = stage.kind === 'conv' ? activation : activation.filter((_, index) => index % lanes === own);
        const weight = word.slice(p * simd, (p + 1) * simd);
        totals.push(lane(`lane_${p}`, { activation: operands, weight, multiply, accumulate, first }).total);
      }
    }

    const drain = Drain({ pe, width: outputWidth, bits: accumulatorBits })('drain', {
      total: totals,
      load,
      count: results,
    });
    let taps: UInt | null = null;
    if (outside !== null && counts.length > 1) {
      const bits = bitsFor(counts.at(-1)!);
      const counted = delay('counted', outside[0]!.bit(0).not(), { init: null }).toUInt();
      const running = reg('taps_so_far', uint(bits), { init: null });
      when(accumulate, () => {
        running.next = mux(first, counted.extend(bits), running.addWrap(counted));
      });
      taps = delay('taps', running, { enable: load, init: null });
    }
    const sums = unpackSigned(drain.value, outputWidth);
    const scaled = scaleBeat(work, counts, outputWidth, drain.valid, sums, taps);
    const fifo = StreamFifo({ width: stage.outputBits * outputWidth, depth: stage.fifoDepth })('output_fifo', {
      write: scaled.valid,
      write_data: scaled.data,
      out_ready,
    });
    pop.drive(fifo.out_valid.and(out_ready));
    return { in_ready: buffer.in_ready, out_valid: fifo.out_valid, out_data: fifo.out_data };
  });
  return singlePort(build);
}

/** One sum over the whole map: every beat is added to its channels' sums as it arrives; the last pixel's sums leave. */
export function globalPoolEngine(work: WindowWork, stage: GlobalPoolStage): Engine {
  const { outputWidth: width } = stage;
  const channels = stage.input.channels / width;
  const pixels = stage.input.height * stage.input.width;
  const most = 2 ** (stage.inputBits - 1);
  const bits = signedBitsFor(-most * pixels, (most - 1) * pixels);
  const build = module(stage.name, streamPorts(stage), ({ in_valid, in_data, out_ready }) => {
    const take = wire('take', bool);
    const channel = counter('channel', channels, take);
    const pixel = counter('pixel', pixels, allOf(take, channel.atLast));
    const reserved = reg('reserved', uint(bitsFor(stage.fifoDepth)));
    const ready =
      pixel.atLast === null
        ? reserved.lt(stage.fifoDepth)
        : pixel.atLast.not().or(reserved.lt(stage.fifoDepth)).as('ready');
    take.drive(in_valid.and(ready));

    const fresh = pixel.value === null ? lit(bool, true) : pixel.value.eq(0);
    const adding = delay('adding', take);
    const firstPixel = delay('first_pixel', fresh, { enable: take, init: null });
    const lastPixel = delay('last_pixel', allOf(take, pixel.atLast));
    const beat = delay('taken_beat', in_data, { enable: take, init: null });
    const sumAddress = delay('sum_address', channel.value ?? lit(uint(1), 0), { enable: take, init: null });
    const sums = ram('sums', vec(width, sint(bits)), channels);
    const before = sums.read(channel.value ?? lit(uint(1), 0), { enable: take });
    const totals = unpackSigned(beat, width).map((byte, lane) =>
      mux(firstPixel, byte.extend(bits), before[lane]!.addWrap(byte)).as(width === 1 ? 'total' : `total_${lane}`),
    );
    sums.write(sumAddress, totals, { enable: adding });
    const scaled = scaleBeat(work, [pixels], width, lastPixel, totals, null);
    const fifo = StreamFifo({ width: stage.outputBits * width, depth: stage.fifoDepth })('output_fifo', {
      write: scaled.valid,
      write_data: scaled.data,
      out_ready,
    });
    const pop = fifo.out_valid.and(out_ready);
    const reserve = allOf(take, pixel.atLast).toUInt();
    reserved.next = reserved.addWrap(reserve).subWrap(pop.toUInt());
    return { in_ready: ready, out_valid: fifo.out_valid, out_data: fifo.out_data };
  });
  return singlePort(build);
}
