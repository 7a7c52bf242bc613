import type { WindowStage } from '../architecture.ts';

type Geometry = Pick<WindowStage, 'input' | 'output' | 'kernel' | 'stride' | 'dilation' | 'padding'>;

/** Extent of a dilated kernel in pixels. */
export function effectiveExtent(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

const clip = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Linear index (row * width + column) of the last input pixel that output pixel (row, column) reads. */
export function lastNeededPixel(stage: Geometry, row: number, column: number): number {
  const { input, kernel, stride, dilation, padding } = stage;
  const bottom = row * stride.height - padding.top + effectiveExtent(kernel.height, dilation.height) - 1;
  const right = column * stride.width - padding.left + effectiveExtent(kernel.width, dilation.width) - 1;
  return clip(bottom, 0, input.height - 1) * input.width + clip(right, 0, input.width - 1);
}

/**
 * Number of leading input pixels that no output pixel from (row, column) on reads: their buffer space is free. While the window
 * hangs over the top edge, later rows still read the image's first row from its first column.
 */
export function freedPixels(stage: Geometry, row: number, column: number): number {
  const { input, stride, padding } = stage;
  const top = row * stride.height - padding.top;
  if (top < 0) return 0;
  // A window wholly below or right of the image must not free pixels of the next one.
  const left = clip(column * stride.width - padding.left, 0, input.width);
  return Math.min(top * input.width + left, input.height * input.width);
}

/**
 * Buffer sizes in pixels. `minimum`: the largest window fits. `overlapped`: while one window is being read, all pixels of the
 * next one (over row ends and from one image to the next) can be written.
 */
export function bufferNeeds(stage: Geometry): { minimum: number; overlapped: number } {
  const { output, input } = stage;
  const pixels = input.height * input.width;
  let minimum = 0;
  let overlapped = 0;
  let previousFreed: number | null = null;
  for (let row = 0; row < output.height; row++) {
    for (let column = 0; column < output.width; column++) {
      const last = lastNeededPixel(stage, row, column);
      const freed = freedPixels(stage, row, column);
      minimum = Math.max(minimum, last - freed + 1);
      if (previousFreed !== null) overlapped = Math.max(overlapped, last - previousFreed + 1);
      previousFreed = freed;
    }
  }
  overlapped = Math.max(overlapped, minimum, pixels + lastNeededPixel(stage, 0, 0) - (previousFreed ?? 0) + 1);
  return { minimum, overlapped };
}

/** Whether any tap of any window falls outside the image. */
export function readsPadding(stage: Geometry): boolean {
  const { input, output, kernel, stride, dilation, padding } = stage;
  const bottom =
    (output.height - 1) * stride.height - padding.top + effectiveExtent(kernel.height, dilation.height) - 1;
  const right = (output.width - 1) * stride.width - padding.left + effectiveExtent(kernel.width, dilation.width) - 1;
  return padding.top > 0 || padding.left > 0 || bottom >= input.height || right >= input.width;
}
