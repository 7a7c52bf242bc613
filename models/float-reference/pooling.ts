import { type FloatPool2d, type FloatTensor, imageShape } from '../float.ts';
import { tensorElements } from '../shape.ts';

/** Both kinds of pooling: the window is cut at the borders of the image. */
export function pool2d(layer: FloatPool2d, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const input = imageShape(from);
  const output = imageShape(to);
  const { kernel, stride, padding } = layer;
  const average = layer.kind === 'averagePool2d';
  const out = new Float32Array(tensorElements(to.shape));
  let at = 0;
  for (let oy = 0; oy < output.height; oy++) {
    for (let ox = 0; ox < output.width; ox++) {
      const top = Math.max(0, oy * stride.height - padding.top);
      const bottom = Math.min(input.height, oy * stride.height - padding.top + kernel.height);
      const left = Math.max(0, ox * stride.width - padding.left);
      const right = Math.min(input.width, ox * stride.width - padding.left + kernel.width);
      for (let c = 0; c < input.channels; c++) {
        let sum = 0;
        let largest = Number.NEGATIVE_INFINITY;
        for (let y = top; y < bottom; y++) {
          for (let xx = left; xx < right; xx++) {
            const value = x[(y * input.width + xx) * input.channels + c]!;
            sum += value;
            largest = Math.max(largest, value);
          }
        }
        out[at++] = average ? sum / ((bottom - top) * (right - left)) : largest;
      }
    }
  }
  return out;
}
