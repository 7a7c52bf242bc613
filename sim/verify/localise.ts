import type { Accelerator, Stage } from '../../hdl-gen/arch/architecture.ts';
import type { Graph, TensorData } from '../../models/graph.ts';
import type { Folding } from '../../specs/design.ts';
import type { Mismatch } from '../../specs/result.ts';
import { compareBytes } from './compare.ts';
import type { Clocks } from './ladder.ts';
import { prefixOf, producerOf, tensorOf } from './parts.ts';

export interface Localisation {
  readonly graph: Graph;
  /** The accelerator whose output differs: its foldings are kept, so that every engine is built exactly as it was. */
  readonly accelerator: Accelerator;
  /** One input sample, and its number in the mismatch. */
  readonly input: Int8Array;
  readonly sample: number;
  /** Every tensor of the integer reference for this input. */
  readonly expected: ReadonlyMap<number, TensorData>;
  readonly build: (graph: Graph, foldings: Readonly<Record<string, Folding>>) => Accelerator;
  readonly run: (
    accelerator: Accelerator,
    input: Int8Array,
  ) => { readonly outputs: Int8Array } & Pick<Clocks, 'outputCycles'>;
}

/** The stage and all that its bytes come from. */
function leadingTo(stages: readonly Stage[], last: number): Stage[] {
  const kept = new Set([last]);
  for (let index = last; index >= 0; index--) {
    if (kept.has(index)) for (const source of stages[index]!.sources) kept.add(source);
  }
  return stages.filter((_, index) => kept.has(index));
}

/**
 * The first layer whose bytes differ in the embedded simulator: the network is cut after each hardware stage in turn,
 * built with the same foldings and run on the one input. Null when every cut network is equal (then only the
 * full design shows the fault).
 */
export function localise(request: Localisation): Mismatch | null {
  const { graph, accelerator, input, sample, expected } = request;
  const { stages } = accelerator.schedule;
  for (const [last, stage] of stages.entries()) {
    const lastLayer = stage.layers.at(-1);
    // A queue computes nothing.
    if (lastLayer === undefined) continue;
    const layers = graph.layers.findIndex((layer) => layer.name === lastLayer) + 1;
    const cut = prefixOf(graph, layers);
    const foldings = Object.fromEntries(
      leadingTo(stages, last)
        .filter(({ timing }) => timing === 'window')
        .map(({ name, pe, simd }) => [name, { pe, simd }]),
    );
    const part = request.build(cut, foldings);
    const { outputs, outputCycles } = request.run(part, input);
    const { first } = compareBytes({
      level: 'rtl',
      layer: producerOf(graph, part.outputTensor)?.name ?? graph.name,
      shape: tensorOf(graph, part.outputTensor).shape,
      expected: expected.get(part.outputTensor)!,
      found: outputs,
      cycles: outputCycles,
    });
    if (first !== null) return { ...first, sample };
  }
  return null;
}
