import { lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { generator, module } from '../../lang/module.ts';
import type { Bool, SInt, UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { bool, sint, uint } from '../../lang/types.ts';
import { wire } from '../../lang/wire.ts';
import { packUnsigned } from '../../library/beat.ts';
import { advanceModulo, allOf, bitsFor, counter, notAtEnd, signedBitsFor } from '../../library/counter.ts';
import { lineBufferShape } from '../../library/line-buffer.ts';
import { resultBeats, type WindowStage } from '../architecture.ts';
import { type Loop, nestedPosition } from './nested-position.ts';
import { effectiveExtent, readsPadding } from './window.ts';

export interface SequencerParameters {
  readonly input: WindowStage['input'];
  readonly output: { readonly height: number; readonly width: number };
  readonly kernel: WindowStage['kernel'];
  readonly stride: WindowStage['stride'];
  readonly dilation: WindowStage['dilation'];
  readonly padding: WindowStage['padding'];
  readonly taps: WindowStage['taps'];
  readonly wordsPerPixel: number;
  /** Dense layers read every word of a pixel in each pass; channelwise layers one. */
  readonly dense: boolean;
  /** Passes over one window; every `passesPerGroup` of them read the same word (channelwise). */
  readonly passes: number;
  readonly passesPerGroup: number;
  /** Beats of results of a full pass, and of the last pass of a group (channelwise: depth multiplier) or of the window. */
  readonly fullResults: number;
  readonly lastResults: number;
  readonly passInterval: number;
  readonly steps: number;
  readonly fifoDepth: number;
  readonly bufferPixels: number;
  /** Every step waits for its own word, not the pass for its window. */
  readonly early: boolean;
}

export function sequencerParameters(stage: WindowStage): SequencerParameters {
  const { input, output, kernel, stride, dilation, padding, taps, wordsPerPixel, pe, outputWidth } = stage;
  const dense = stage.kind === 'conv';
  const results = resultBeats(stage);
  const passes = results.length;
  return {
    input,
    output: { height: output.height, width: output.width },
    kernel,
    stride,
    dilation,
    padding,
    taps,
    wordsPerPixel,
    dense,
    passes,
    passesPerGroup: dense ? 1 : passes / wordsPerPixel,
    fullResults: pe / outputWidth,
    lastResults: results[passes - 1]!,
    passInterval: stage.passInterval,
    steps: stage.steps,
    fifoDepth: stage.fifoDepth,
    bufferPixels: stage.bufferPixels,
    early: stage.early,
  };
}

/** A signal whose values are known to stay in low..high. */
interface Ranged {
  readonly value: SInt;
  readonly low: number;
  readonly high: number;
}

const plus = ({ value, low, high }: Ranged, amount: number): Ranged =>
  amount === 0 ? { value, low, high } : { value: value.add(amount), low: low + amount, high: high + amount };

/** Pulls a value into low..high; a bound that it cannot pass costs nothing. */
function within(ranged: Ranged, low: number, high: number): SInt {
  const { value } = ranged;
  const type = sint(Math.max(value.width, signedBitsFor(low, high)));
  const raised = ranged.low >= low ? value : mux(value.lt(low), lit(type, low), value);
  return ranged.high <= high ? raised : mux(raised.gt(high), lit(type, high), raised);
}

/**
 * Walks one layer: for every output pixel, once its window is complete and the output FIFO has room, `passes` passes over the
 * kernel's taps. It addresses the line buffer, says which taps lie outside the image, and tells the buffer how far it may fill.
 */
export const Sequencer = generator((parameters: SequencerParameters & { name: string }) => {
  const { name, input, output, kernel, stride, dilation, padding, taps, wordsPerPixel, dense } = parameters;
  const { early, fullResults, lastResults, passes, passesPerGroup, passInterval, steps, fifoDepth, bufferPixels } =
    parameters;
  const words = bufferPixels * wordsPerPixel;
  const addressBits = bitsFor(words - 1);
  const { countBits } = lineBufferShape({
    channels: input.channels,
    lanes: 1,
    pixels: bufferPixels,
    imagePixels: input.height * input.width,
  });
  const groups = dense ? 1 : wordsPerPixel;
  const reads = taps.height * taps.width;
  const windowRows = effectiveExtent(kernel.height, dilation.height);
  const windowColumns = effectiveExtent(kernel.width, dilation.width);
  const padded = readsPadding({ ...parameters, output: { ...output, channels: 1 } });

  return module(
    name,
    {
      in: {
        written: sint(countBits),
        ...(early ? { words_here: uint(bitsFor(wordsPerPixel - 1)) } : {}),
        pop: bool,
      },
      out: {
        limit: sint(countBits),
        image_done: bool,
        read_address: uint(addressBits * reads),
        issue: bool,
        first: bool,
        last: bool,
        padding: uint(reads),
        results: uint(bitsFor(fullResults)),
      },
    },
    ({ written, words_here, pop }) => {
      const issue = wire('issue_now', bool);

      // The loops, innermost first.
      const word = counter('word', dense ? wordsPerPixel : 1, issue);
      const wordsDone = allOf(issue, word.atLast);
      const column = counter('kernel_column', kernel.width / taps.width, wordsDone);
      const columnsDone = allOf(wordsDone, column.atLast);
      const row = counter('kernel_row', kernel.height / taps.height, columnsDone);
      const passDone = allOf(columnsDone, row.atLast).as('pass_done');
      const sub = counter(dense ? 'pass' : 'sub_pass', dense ? passes : passesPerGroup, passDone);
      const group = counter('channel_word', groups, allOf(passDone, sub.atLast));
      const windowDone = allOf(passDone, sub.atLast, group.atLast).as('window_done');
      const outputColumn = counter('output_column', output.width, windowDone);
      const rowDone = allOf(windowDone, outputColumn.atLast).as('row_done');
      const outputRow = counter('output_row', output.height, rowDone);
      const imageDone = allOf(rowDone, outputRow.atLast).as('image_done_now');

      type Moves<T> = Partial<Record<'kernelColumn' | 'kernelRow' | 'outputColumn' | 'outputRow', (from: T) => T>>;
      const loops = <T extends UInt | SInt>(moves: Moves<T>): Loop<T>[] => {
        const loop = (label: string, size: number, step: () => Bool, move: ((from: T) => T) | undefined): Loop<T> => ({
          label,
          step: size === 1 ? null : step(),
          move: move ?? null,
        });
        return [
          loop('tap', kernel.width / taps.width, () => notAtEnd(wordsDone, column.atLast), moves.kernelColumn),
          loop('tap_line', kernel.height / taps.height, () => notAtEnd(columnsDone, row.atLast), moves.kernelRow),
          loop('pass', passes, () => notAtEnd(passDone, sub.atLast, group.atLast), undefined),
          loop('window', output.width, () => notAtEnd(windowDone, outputColumn.atLast), moves.outputColumn),
          loop('window_line', output.height, () => notAtEnd(rowDone, outputRow.atLast), moves.outputRow),
        ];
      };

      // Where the window and its taps lie in the ring of the line buffer.
      const pixel = wordsPerPixel;
      const origin = (((-(padding.top * input.width + padding.left) * pixel) % words) + words) % words;
      const image = reg('image_address', uint(addressBits), { init: origin });
      const nextImage = advanceModulo(image, input.height * input.width * pixel, words);
      when(imageDone, () => {
        image.next = nextImage;
      });
      const forward = (pixels: number) => (from: UInt) => advanceModulo(from, pixels * pixel, words);
      const [tap] = nestedPosition<UInt>(
        loops({
          kernelColumn: forward(dilation.width * taps.width),
          kernelRow: forward(dilation.height * taps.height * input.width),
          outputColumn: forward(stride.width),
          outputRow: forward(stride.height * input.width),
        }),
        image,
        { step: imageDone, to: nextImage },
        'address',
        (name) => reg(name, uint(addressBits), { init: origin }),
      );
      const wordOffset = dense ? word.value : group.value;
      // Of the taps read at once, the first one is where the loops stand.
      const atOnce = Array.from({ length: reads }, (_, index) => ({
        row: Math.floor(index / taps.width) * dilation.height,
        column: (index % taps.width) * dilation.width,
      }));
      const readAddress = packUnsigned(
        atOnce.map(({ row, column }, index) => {
          const address = index === 0 ? tap! : forward(row * input.width + column)(tap!).as(`tap_${index}_address`);
          return wordOffset === null ? address : address.addWrap(wordOffset);
        }),
      );

      // Rows are kept as row x image width, so that a pixel's number is row + column.
      const coordinate = (axis: 'row' | 'column', { size, scale, pad, strideBy, dilateBy, outputs, extent }: Axis) => {
        const low = -pad * scale;
        const high = Math.max(((outputs - 1) * strideBy - pad + extent - 1) * scale, (size - 1) * scale);
        const type = sint(signedBitsFor(low, high));
        const start = lit(type, low);
        const by = (amount: number) => (from: SInt) => from.add(amount * scale).wrap(type.width);
        const across = axis === 'row' ? taps.height : taps.width;
        const kernelStep = by(dilateBy * across);
        const within: Moves<SInt> = axis === 'row' ? { kernelRow: kernelStep } : { kernelColumn: kernelStep };
        const windows: Moves<SInt> = axis === 'row' ? { outputRow: by(strideBy) } : { outputColumn: by(strideBy) };
        const positions = nestedPosition<SInt>(
          loops(padded ? { ...within, ...windows } : windows),
          start,
          { step: imageDone, to: start },
          axis,
          (name) => reg(name, type, { init: low }),
        );
        const [tapAt, , , windowAt] = positions;
        const window: Ranged = { value: windowAt!, low, high: ((outputs - 1) * strideBy - pad) * scale };
        return { tap: tapAt!, window };
      };
      const rows = coordinate('row', {
        size: input.height,
        scale: input.width,
        pad: padding.top,
        strideBy: stride.height,
        dilateBy: dilation.height,
        outputs: output.height,
        extent: windowRows,
      });
      const columns = coordinate('column', {
        size: input.width,
        scale: 1,
        pad: padding.left,
        strideBy: stride.width,
        dilateBy: dilation.width,
        outputs: output.width,
        extent: windowColumns,
      });

      const pixels = input.height * input.width;
      const lastRow = (input.height - 1) * input.width;
      const bottom = within(plus(rows.window, (windowRows - 1) * input.width), 0, lastRow).as('bottom_row');
      const right = within(plus(columns.window, windowColumns - 1), 0, input.width - 1).as('right_column');
      const needed = bottom.add(right).as('needed');
      const kept = within(columns.window, 0, input.width);
      const passed = rows.window.value.add(kept);
      const freed = rows.window.low < 0 ? mux(rows.window.value.lt(0), 0, passed) : passed;
      const highest = Math.max(0, rows.window.high) + Math.max(0, columns.window.high);
      const limit = within({ value: freed, low: 0, high: highest }, 0, pixels).add(bufferPixels).wrap(countBits);

      // A pass starts when its window is complete, or has begun to come in, and all its results have room.
      const partial = lastResults === fullResults ? null : (sub.atLast ?? group.atLast);
      const bits = bitsFor(fullResults);
      const results: UInt =
        partial === null
          ? lit(uint(bits), fullResults)
          : mux(partial, lit(uint(bits), lastResults), lit(uint(bits), fullResults));
      const reserved = reg('reserved', uint(bitsFor(fifoDepth)));
      const roomForAll = reserved.le(fifoDepth - fullResults);
      const room = partial === null ? roomForAll : mux(partial, reserved.le(fifoDepth - lastResults), roomForAll);
      const complete = written.gt(needed);
      const there =
        words_here === undefined
          ? complete
          : complete.or(written.eq(needed).and(words_here.gt(word.value!))).as('word_is_there');
      const ready = there.and(room).as('ready');
      const rest = passInterval - steps;
      const resting = rest === 0 ? null : reg('resting', uint(bitsFor(rest)));
      const running = steps === 1 ? null : reg('running', bool);
      const idle = [running?.not(), resting?.eq(0)].filter((signal) => signal !== undefined);
      const start = idle.reduce((all, signal) => all.and(signal), ready).as('start');
      issue.drive(running === null ? start : start.or(early ? running.and(there) : running));
      if (running !== null) {
        when(passDone, () => {
          running.next = false;
        }).elsewhen(start, () => {
          running.next = true;
        });
      }
      if (resting !== null) {
        when(passDone, () => {
          resting.next = rest;
        }).elsewhen(resting.ne(0), () => {
          resting.next = resting.subWrap(1);
        });
      }
      const taken = mux(start, results.wrap(reserved.width), lit(uint(reserved.width), 0));
      reserved.next = reserved.addWrap(taken).subWrap(pop.toUInt());

      const beyond = (position: SInt, highest: number) => position.lt(0).or(position.gt(highest));
      const outside = atOnce.map(({ row, column }) =>
        beyond(row === 0 ? rows.tap : rows.tap.add(row * input.width), lastRow).or(
          beyond(column === 0 ? columns.tap : columns.tap.add(column), input.width - 1),
        ),
      );
      return {
        limit,
        image_done: imageDone,
        read_address: readAddress,
        issue,
        first: start,
        last: passDone,
        padding: padded ? packUnsigned(outside.map((each) => each.toUInt())) : lit(uint(reads), 0),
        results,
      };
    },
  );
});

interface Axis {
  readonly size: number;
  /** 1 for columns, the image's width for rows. */
  readonly scale: number;
  readonly pad: number;
  readonly strideBy: number;
  readonly dilateBy: number;
  readonly outputs: number;
  readonly extent: number;
}
