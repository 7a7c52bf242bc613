import type { FloatGraph } from './float.ts';
import { runFloatGraph } from './float-reference.ts';

/** A network made ready to run many samples. */
export interface FloatRun {
  /** One sample: values by input tensor id in, every activation by tensor id out, the inputs included. */
  run(inputs: ReadonlyMap<number, Float32Array>): Map<number, Float32Array>;
  /** Gives the memory of the weights back. */
  dispose(): void;
}

/** Something that computes float networks; its name says what ran, for reports. */
export interface FloatEngine {
  readonly name: string;
  load(graph: FloatGraph): FloatRun;
}

/** The plain interpreter of float-reference.ts: slow, everywhere the same. */
export const plainEngine: FloatEngine = {
  name: 'plain float reference',
  load: (graph) => ({ run: (inputs) => runFloatGraph(graph, inputs), dispose: () => undefined }),
};
