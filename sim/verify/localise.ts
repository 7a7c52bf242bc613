import type { Accelerator, Stage } from '../../hdl-gen/arch/architecture.ts';
import type { Graph, TensorData } from '../../models/graph.ts';
import type { Folding } from '../../specs/design.ts';
import type { Mismatch } from '../../specs/result.ts';
import { compareBytes } from './compare.ts';
import type { Clocks } from './ladder.ts';
import { prefixOf, producerOf, tensorOf } from './parts.ts';

export interface Localisation {
  /** The accelerator whose output differs: its foldings and channels are kept, so that every engine is built exactly as it was. */
  readonly accelerator: Accelerator;
  /** One input sample, and its number in the mismatch. */
  readonly input: TensorData;
  readonly sample: number;
  /** Every tensor of the integer reference for this input. */
  readonly expected: ReadonlyMap<number, TensorData>;
  /** Builds a network as it stands: channels that make no difference to its outputs stay, and streams carry single bytes as its port does. */
  readonly build: (graph: Graph, foldings: Readonly<Record<string, Folding>>) => Accelerator;
  readonly run: (
    accelerator: Accelerator,
    input: TensorData,
  ) => { readonly outputs: TensorData } & Pick<Clocks, 'outputCycles'>;
}

/** Puts the bytes of the channels that are left where they stand in the whole tensor, into `whole`. */
function spread<Data extends TensorData | Int32Array>(left: Data, channels: Uint8Array, whole: Data): Data {
  let from = 0;
  for (let at = 0; at < whole.length; at++) {
    if (channels[at % channels.length] === 1) whole[at] = left[from++]!;
  }
  return whole;
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
  const { accelerator, input, sample, expected } = request;
  const { stages } = accelerator.schedule;
  const { graph, kept } = accelerator.pruned;
  for (const [last, stage] of stages.entries()) {
    const lastLayer = stage.layers.at(-1);
    // A queue computes nothing.
    if (lastLayer === undefined) continue;
    const layers = graph.layers.findIndex((layer) => layer.name === lastLayer) + 1;
    const cut = prefixOf(graph, layers);
    const foldings = Object.fromEntries(
      leadingTo(stages, last)
        .filter((each) => each.timing === 'window')
        .map(({ name, pe, simd, taps }) => [name, { pe, simd, taps: taps.height * taps.width }]),
    );
    const part = request.build(cut, foldings);
    const { outputs, outputCycles } = request.run(part, input);
    const whole = expected.get(part.outputTensor)!;
    const channels = kept.get(part.outputTensor);
    const { first } = compareBytes({
      level: 'rtl',
      layer: producerOf(graph, part.outputTensor)?.name ?? graph.name,
      shape: tensorOf(accelerator.graph, part.outputTensor).shape,
      expected: whole,
      found: channels === undefined ? outputs : spread(outputs, channels, whole.slice()),
      cycles: channels === undefined ? outputCycles : spread(outputCycles, channels, new Int32Array(whole.length)),
    });
    if (first !== null) return { ...first, sample };
  }
  return null;
}
