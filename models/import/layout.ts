/** Weight layouts: files keep what changes slowest in different places. */

/** The last dimension (output channels in Keras and TensorFlow: [h, w, in, out], [in, out]) made the first. */
export function outputsFirst(values: Float32Array, outputs: number): Float32Array {
  const rest = values.length / outputs;
  const result = new Float32Array(values.length);
  for (let o = 0; o < outputs; o++) for (let i = 0; i < rest; i++) result[o * rest + i] = values[i * outputs + o]!;
  return result;
}
