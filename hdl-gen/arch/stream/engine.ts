import { lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { ram, rom } from '../../lang/memory.ts';
import { module } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { delay, reg } from '../../lang/state.ts';
import { bool, sint, uint, vec } from '../../lang/types.ts';
import { wire } from '../../lang/wire.ts';
import { Averager } from '../../library/averager.ts';
import { allOf, bitsFor, counter, signedBitsFor } from '../../library/counter.ts';
import { Drain } from '../../library/drain.ts';
import { LineBuffer, lineBufferShape } from '../../library/line-buffer.ts';
import { MacLane, MaxLane, SumLane } from '../../library/mac-lane.ts';
import { clampToByte } from '../../library/requantizer.ts';
import { rescaler } from '../../library/rescaler.ts';
import { StreamFifo } from '../../library/stream-fifo.ts';
import type { GlobalPoolStage, WindowStage } from '../architecture.ts';
import { type Engine, singlePort, streamPorts } from './ports.ts';
import { Sequencer, sequencerParameters } from './sequencer.ts';
import { operandOf, sumTables, tapCounts, weightWords } from './tables.ts';
import { storedWeights } from './weight-form.ts';
import { readsPadding } from './window.ts';
import type { WindowWork } from './work.ts';

/**
 * The sums' way to int8: the layer's own requantizer, the rounding division of an average by one of `counts` taps, or
 * only the clamp.
 */
function scale(work: WindowWork, counts: readonly number[], bits: number, valid: Bool, value: SInt, taps: UInt | null) {
  const { scaler } = work;
  if (scaler.kind === 'keep') return { valid_out: valid, data: clampToByte(value, work.clamp) };
  if (scaler.kind === 'divide') {
    const averager = Averager({ valueBits: bits, counts, clamp: work.clamp });
    return averager('averager', { valid, value, count: taps ?? lit(uint(bitsFor(counts.at(-1)!)), counts.at(-1)!) });
  }
  const { bias, biasedBits } = sumTables(work);
  const build = rescaler(`${work.name}_requantizer`, scaler.scaling, {
    valueBits: bits,
    biasedBits,
    bias,
    zeroPoint: work.outputZeroPoint,
    clamp: work.clamp,
  });
  return build('requantizer', { valid, value });
}

/**
 * One layer's engine: line buffer, sequencer, `pe` multiply-accumulate lanes of `simd` products, drain, requantizer, output
 * FIFO. Clocks along the pipeline, from an operand read in clock t: operands t+1, products t+2, sum t+3, drain t+4, then the
 * scaler (`scalerDepth`) and the FIFO write: `pipelineLatency`.
 */
export function windowEngine(work: WindowWork, stage: WindowStage): Engine {
  const tables = sumTables(work);
  const { pe, simd, lanes, input } = stage;
  const { accumulatorBits } = tables;
  const { unsigned, zero } = operandOf(work);
  const weights = storedWeights(weightWords(work, stage), stage, tables.weightBits);
  const counts = work.scaler.kind === 'divide' ? tapCounts(stage) : [];

  const build = module(stage.name, streamPorts, ({ in_valid, in_data, out_ready }) => {
    const parameters = sequencerParameters(stage);
    const sequencer = Sequencer({ ...parameters, name: `${stage.name}_sequencer` });
    const shape = {
      channels: input.channels,
      lanes,
      pixels: stage.bufferPixels,
      imagePixels: input.height * input.width,
    };
    const written = wire('written_pixels', sint(lineBufferShape(shape).countBits));
    const pop = wire('pop', bool);
    const sequence = sequencer('sequencer', { written, pop });

    const buffer = LineBuffer(shape)('line_buffer', {
      in_valid,
      in_data,
      limit: sequence.limit,
      image_done: sequence.image_done,
      read_address: sequence.read_address,
      read: sequence.issue,
    });
    written.drive(buffer.written);

    const multiply = delay('multiply', sequence.issue);
    const accumulate = delay('accumulate', multiply);
    const first = delay('first_product', delay('first_operand', sequence.first));
    const load = delay('load', delay('last_product', delay('last_operand', sequence.last)));
    const outside = readsPadding(stage) ? delay('outside', sequence.padding) : null;
    // Where every pass yields `pe` results there is nothing to take along.
    const uneven = stage.results.some((count) => count !== pe);
    const results = uneven
      ? ['operand', 'product', 'sum'].reduce<UInt>(
          (count, step) => delay(`results_of_${step}`, count, { init: null }),
          sequence.results,
        )
      : lit(uint(bitsFor(pe)), pe);

    // A tap outside the image reads the operand that stands for a real 0.
    const inside = (operand: SInt): SInt => (outside === null ? operand : mux(outside, lit(sint(8), zero), operand));
    const totals: SInt[] = [];
    if (work.weight === null) {
      const lane = work.reduce === 'maximum' ? MaxLane({}) : SumLane({ accumulatorBits });
      for (let p = 0; p < pe; p++) {
        const activation = inside(buffer.word[p]!);
        totals.push(lane(`lane_${p}`, { activation, multiply, accumulate, first }).total);
      }
    } else {
      const activation = buffer.word.map((byte): SInt | UInt => {
        if (!unsigned) return inside(byte);
        const shifted = byte.asUInt().xor(0x80);
        return outside === null ? shifted : mux(outside, lit(uint(8), zero), shifted);
      });
      const depth = stage.results.length * stage.steps;
      const address = counter('weight_address', depth, sequence.issue);
      const memory = rom('weights', vec(pe * simd, sint(weights.bits)), depth, weights.words);
      const word = memory.read(address.value ?? lit(uint(1), 0), { enable: sequence.issue });
      const lane = MacLane({ simd, unsigned, weightBits: weights.bits, weightForm: weights.form, accumulatorBits });
      for (let p = 0; p < pe; p++) {
        const operands = stage.kind === 'conv' ? activation : [activation[Math.floor(p / (pe / lanes))]!];
        const weight = word.slice(p * simd, (p + 1) * simd);
        totals.push(lane(`lane_${p}`, { activation: operands, weight, multiply, accumulate, first }).total);
      }
    }

    const drain = Drain({ pe, bits: accumulatorBits })('drain', { total: totals, load, count: results });
    let taps: UInt | null = null;
    if (outside !== null && counts.length > 1) {
      const bits = bitsFor(counts.at(-1)!);
      const counted = delay('counted', outside.not(), { init: null }).toUInt();
      const running = reg('taps_so_far', uint(bits), { init: null });
      when(accumulate, () => {
        running.next = mux(first, counted.extend(bits), running.addWrap(counted));
      });
      taps = delay('taps', running, { enable: load, init: null });
    }
    const scaled = scale(work, counts, accumulatorBits, drain.valid, drain.value, taps);
    const fifo = StreamFifo({ width: 8, depth: stage.fifoDepth })('output_fifo', {
      write: scaled.valid_out,
      write_data: scaled.data,
      out_ready,
    });
    pop.drive(fifo.out_valid.and(out_ready));
    return { in_ready: buffer.in_ready, out_valid: fifo.out_valid, out_data: fifo.out_data };
  });
  return singlePort(build);
}

/** One sum over the whole map: every byte is added to its channel's sum as it arrives; the last pixel's sums leave. */
export function globalPoolEngine(work: WindowWork, stage: GlobalPoolStage): Engine {
  const { channels } = stage.input;
  const pixels = stage.input.height * stage.input.width;
  const bits = signedBitsFor(-128 * pixels, 127 * pixels);
  const build = module(stage.name, streamPorts, ({ in_valid, in_data, out_ready }) => {
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
    const byte = delay('taken_byte', in_data, { enable: take, init: null });
    const sumAddress = delay('sum_address', channel.value ?? lit(uint(1), 0), { enable: take, init: null });
    const sums = ram('sums', sint(bits), channels);
    const before = sums.read(channel.value ?? lit(uint(1), 0), { enable: take });
    const total = mux(firstPixel, byte.extend(bits), before.addWrap(byte)).as('total');
    sums.write(sumAddress, total, { enable: adding });
    const scaled = scale(work, [pixels], bits, lastPixel, total, null);
    const fifo = StreamFifo({ width: 8, depth: stage.fifoDepth })('output_fifo', {
      write: scaled.valid_out,
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
