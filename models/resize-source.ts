/**
 * The pixel that nearest-neighbour resizing reads along one axis. Source: GetNearestNeighbor of TensorFlow Lite's
 * reference/resize_nearest_neighbor.h, in float32 as there.
 */
export function resizeSource(
  index: number,
  input: number,
  output: number,
  { alignCorners, halfPixelCenters }: { readonly alignCorners: boolean; readonly halfPixelCenters: boolean },
): number {
  const scale = Math.fround(alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output);
  const position = Math.fround(Math.fround(index + (halfPixelCenters ? 0.5 : 0)) * scale);
  // Positions are never negative, so half away from zero is half up.
  const source = alignCorners ? Math.floor(position + 0.5) : Math.floor(position);
  return Math.min(source, input - 1);
}
