import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WindowStage } from '../../../../hdl-gen/arch/architecture.ts';
import {
  bufferNeeds,
  effectiveExtent,
  freedPixels,
  lastNeededPixel,
  readsPadding,
} from '../../../../hdl-gen/arch/stream/window.ts';

type Geometry = Pick<WindowStage, 'input' | 'output' | 'kernel' | 'stride' | 'dilation' | 'padding'>;

const pad = fc.oneof(fc.constant(0), fc.nat({ max: 6 }));

const axis = fc
  .record({
    size: fc.integer({ min: 1, max: 7 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    before: pad,
    after: pad,
  })
  .map((drawn) => ({
    ...drawn,
    // Padding may be wider than the kernel: some windows then lie wholly outside the image.
    outputs:
      Math.floor(
        (drawn.size + drawn.before + drawn.after - effectiveExtent(drawn.kernel, drawn.dilation)) / drawn.stride,
      ) + 1,
  }))
  .filter(({ outputs }) => outputs >= 1);

const geometries: fc.Arbitrary<Geometry> = fc.tuple(axis, axis).map(([rows, columns]) => ({
  input: { height: rows.size, width: columns.size, channels: 1 },
  output: { height: rows.outputs, width: columns.outputs, channels: 1 },
  kernel: { height: rows.kernel, width: columns.kernel },
  stride: { height: rows.stride, width: columns.stride },
  dilation: { height: rows.dilation, width: columns.dilation },
  padding: { top: rows.before, left: columns.before },
}));

/** Pixels that the taps of one window read, and whether a tap falls outside the image. */
function tapsOf({ input, kernel, stride, dilation, padding }: Geometry, row: number, column: number) {
  const pixels: number[] = [];
  let outside = false;
  for (let ky = 0; ky < kernel.height; ky++) {
    for (let kx = 0; kx < kernel.width; kx++) {
      const y = row * stride.height - padding.top + ky * dilation.height;
      const x = column * stride.width - padding.left + kx * dilation.width;
      if (y >= 0 && y < input.height && x >= 0 && x < input.width) pixels.push(y * input.width + x);
      else outside = true;
    }
  }
  return { pixels, outside };
}

/** Every window in the order in which it is computed. */
const windowsOf = (geometry: Geometry) =>
  Array.from({ length: geometry.output.height * geometry.output.width }, (_, index) => {
    const row = Math.floor(index / geometry.output.width);
    const column = index % geometry.output.width;
    return { row, column, ...tapsOf(geometry, row, column) };
  });

test('a pixel that a present or later window reads is never freed, and what is freed stays so', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      const windows = windowsOf(geometry);
      const pixels = geometry.input.height * geometry.input.width;
      let before = 0;
      for (const [index, { row, column }] of windows.entries()) {
        const freed = freedPixels(geometry, row, column);
        const needed = windows.slice(index).flatMap((window) => window.pixels);
        expect({ row, column, lost: needed.filter((pixel) => pixel < freed) }).toEqual({ row, column, lost: [] });
        expect(freed).toBeGreaterThanOrEqual(before);
        expect(freed).toBeLessThanOrEqual(pixels);
        before = freed;
      }
    }),
    { numRuns: 400 },
  );
});

test('where every tap counts, all that no window reads any more is freed', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      // Without dilation and padding, and with windows that touch, the first tap of the present window is the oldest pixel in use.
      const plain = { ...geometry, dilation: { height: 1, width: 1 }, padding: { top: 0, left: 0 } };
      const output = {
        height: Math.floor((plain.input.height - plain.kernel.height) / plain.stride.height) + 1,
        width: Math.floor((plain.input.width - plain.kernel.width) / plain.stride.width) + 1,
        channels: 1,
      };
      fc.pre(output.height >= 1 && output.width >= 1);
      const exact = { ...plain, output };
      for (const { row, column, pixels } of windowsOf(exact)) expect(freedPixels(exact, row, column)).toBe(pixels[0]);
    }),
    { numRuns: 200 },
  );
});

test('lastNeededPixel: the window is complete exactly when its last tap inside the image is there', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      for (const { row, column, pixels } of windowsOf(geometry)) {
        const last = lastNeededPixel(geometry, row, column);
        expect(pixels.every((pixel) => pixel <= last)).toBe(true);
        // Dilated taps may jump over the image's last row or column; then the window waits for that edge, no longer.
        if (pixels.length > 0 && geometry.dilation.height === 1 && geometry.dilation.width === 1)
          expect({ row, column, last }).toEqual({ row, column, last: Math.max(...pixels) });
        expect(last).toBeLessThan(geometry.input.height * geometry.input.width);
      }
    }),
    { numRuns: 400 },
  );
});

test('readsPadding says whether any tap of any window falls outside the image', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      const windows = windowsOf(geometry);
      expect(readsPadding(geometry)).toBe(windows.some(({ outside }) => outside));
    }),
    { numRuns: 400 },
  );
});

test('bufferNeeds: the least that holds the largest window, and the least that also takes the next window meanwhile', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      const frames = 2;
      const pixels = geometry.input.height * geometry.input.width;
      const windows = Array.from({ length: frames }, (_, frame) =>
        windowsOf(geometry).map(({ row, column }) => ({
          last: frame * pixels + lastNeededPixel(geometry, row, column),
          freed: frame * pixels + freedPixels(geometry, row, column),
        })),
      ).flat();
      const holds = (size: number) => windows.every(({ last, freed }) => last < freed + size);
      const overlaps = (size: number) =>
        windows.every(({ freed }, index) => (windows[index + 1]?.last ?? Number.NEGATIVE_INFINITY) < freed + size);
      const { minimum, overlapped } = bufferNeeds(geometry);
      expect([holds(minimum), holds(minimum - 1)]).toEqual([true, false]);
      expect(holds(overlapped) && overlaps(overlapped)).toBe(true);
      expect(holds(overlapped - 1) && overlaps(overlapped - 1)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('a 3x3 window with padding on a 4x4 map, by hand', () => {
  const geometry: Geometry = {
    input: { height: 4, width: 4, channels: 1 },
    output: { height: 4, width: 4, channels: 1 },
    kernel: { height: 3, width: 3 },
    stride: { height: 1, width: 1 },
    dilation: { height: 1, width: 1 },
    padding: { top: 1, left: 1 },
  };
  const map = (of: (row: number, column: number) => number) =>
    [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => of(row, column)));
  expect(map((row, column) => lastNeededPixel(geometry, row, column))).toEqual([
    [5, 6, 7, 7],
    [9, 10, 11, 11],
    [13, 14, 15, 15],
    [13, 14, 15, 15],
  ]);
  expect(map((row, column) => freedPixels(geometry, row, column))).toEqual([
    [0, 0, 0, 0],
    [0, 0, 1, 2],
    [4, 4, 5, 6],
    [8, 8, 9, 10],
  ]);
  // The window of output (1, 1) spans pixels 0 to 10; while it is read, the next one's last pixel is 11. Pixel 21 is the next image's 5, with pixel 10 still in use.
  expect(bufferNeeds(geometry)).toEqual({ minimum: 11, overlapped: 12 });
});
