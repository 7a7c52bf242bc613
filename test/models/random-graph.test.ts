import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOf } from '../../models/chain.ts';
import { checkGraph } from '../../models/check-graph.ts';
import type { Graph } from '../../models/graph.ts';
import { runReference } from '../../models/reference.ts';
import { tensorElements } from '../../models/shape.ts';
import { graphOf } from '../support/model-description.ts';
import { randomChain, randomDescription, randomInputs } from '../support/random-graph.ts';

const everything = {
  explicitPadding: true,
  groups: true,
  weightZeroPoint: true,
  reshape: true,
  quantize: true,
  softmax: true,
} as const;

function assertSmall(graph: Graph): void {
  for (const { shape } of graph.tensors.values()) {
    if (shape.length === 4) expect(Math.max(shape[1]!, shape[2]!)).toBeLessThanOrEqual(7);
  }
}

describe('random chains', () => {
  test('are valid, small, single chains that the reference runs', () => {
    fc.assert(
      fc.property(randomChain(everything), fc.integer(), (graph, seed) => {
        checkGraph(graph);
        assertSmall(graph);
        expect(chainOf(graph).layers.length).toBe(graph.layers.length);
        const { output } = runReference(graph, randomInputs(graph, 1, seed));
        expect(output.length).toBe(tensorElements(graph.tensors.get(graph.outputs[0]!)!.shape));
      }),
      { numRuns: 500 },
    );
  });

  test('are the same for the same seed', () => {
    const [a, b] = [1, 2].map(() => fc.sample(randomDescription(everything), { numRuns: 5, seed: 7 }).map(graphOf));
    expect(a).toEqual(b);
  });

  test('cover what the hardware must do', () => {
    const seen = new Set<string>();
    const note = (what: string, is: boolean): void => {
      if (is) seen.add(what);
    };
    let spread = 0;
    const graphs = fc.sample(randomChain(), { numRuns: 400, seed: 1 });
    for (const graph of graphs) {
      const { output } = runReference(graph, randomInputs(graph, 1, 5));
      if (new Set(output).size > 2) spread += 1;
      for (const layer of graph.layers) {
        note(layer.kind, true);
        if ('stride' in layer) note('stride', layer.stride.height !== layer.stride.width);
        if ('padding' in layer) note('odd padding', layer.padding.bottom > layer.padding.top);
        if ('dilation' in layer) note('dilation', layer.dilation.height > 1 && layer.kernel.height > 1);
        if (layer.kind === 'depthwiseConv2d') note('depth multiplier', layer.depthMultiplier > 1);
        if (!('requantize' in layer)) continue;
        const { shift } = layer.requantize;
        note('one scale', shift.length === 1);
        note('scale per channel', shift.length > 1);
        note('left shift', Math.max(...shift) > 0);
        note('right shift beyond 25', Math.min(...shift) < -25);
      }
    }
    expect([...seen].sort()).toEqual(
      [
        'averagePool2d',
        'conv2d',
        'depth multiplier',
        'depthwiseConv2d',
        'dilation',
        'fullyConnected',
        'left shift',
        'odd padding',
        'one scale',
        'right shift beyond 25',
        'scale per channel',
        'stride',
      ].sort(),
    );
    expect(spread).toBeGreaterThan(100);
  });
});
