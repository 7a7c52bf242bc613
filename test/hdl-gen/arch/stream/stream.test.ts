import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { networkWorks } from '../../../../hdl-gen/arch/stream/network.ts';
import { plan } from '../../../../hdl-gen/arch/stream/stream.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import type { Graph } from '../../../../models/graph.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import type { DesignRequest } from '../../../../specs/design.ts';
import { graphOf, type LayerDescription } from '../../../support/model-description.ts';
import { seededRandom } from '../../../support/random.ts';
import { finished, Sketch } from '../../../support/random-network.ts';

const one = { height: 1, width: 1 };

const conv = (inputs: number, channels: number, groups = 1): LayerDescription => ({
  kind: 'conv2d',
  kernel: one,
  stride: one,
  dilation: one,
  padding: 'valid',
  groups,
  channels,
  weights: new Int8Array((inputs / groups) * channels).fill(3),
  weightScales: [1 / 64],
  bias: null,
  activation: 'none',
  output: { scale: 1, zeroPoint: 0 },
});

const depthwise = (inputs: number, multiplier: number): LayerDescription => ({
  kind: 'depthwiseConv2d',
  kernel: one,
  stride: one,
  dilation: one,
  padding: 'valid',
  channels: inputs * multiplier,
  weights: new Int8Array(inputs * multiplier).fill(3),
  weightScales: [1 / 64],
  bias: null,
  activation: 'none',
  output: { scale: 1, zeroPoint: 0 },
});

const softmax: LayerDescription = { kind: 'softmax', beta: 1 };
const reshape = (elements: number): LayerDescription => ({ kind: 'reshape', shape: [1, elements] });

const network = (channels: number, ...layers: LayerDescription[]): Graph =>
  graphOf({ name: 'net', input: { shape: [1, 2, 2, channels], scale: 1, zeroPoint: 0 }, layers });

const request = (parameters: DesignRequest['parameters'], rest: Partial<DesignRequest> = {}): DesignRequest => ({
  name: 'net-under-test',
  model: 'net',
  architecture: 'stream',
  parameters,
  clock: '1 MHz',
  technology: 'asap7',
  ...rest,
});

/** The whole message of what is thrown. */
function said(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

describe('what cannot be built is refused in words', () => {
  const folded = (pe: number, simd: number, graph = network(4, conv(4, 6))): string =>
    said(() => plan(graph, request({ foldings: { [graph.layers[0]!.name]: { pe, simd } } })));

  test('foldings that the layer cannot have', () => {
    expect(folded(7, 1)).toBe(
      'folding of layer conv2d_0: pe is 7; choose a whole number from 1 to its 6 output channels [FOLDING_IMPOSSIBLE]',
    );
    expect(folded(0, 1)).toBe(
      'folding of layer conv2d_0: pe is 0; choose a whole number from 1 to its 6 output channels [FOLDING_IMPOSSIBLE]',
    );
    expect(folded(1.5, 1)).toBe(
      'folding of layer conv2d_0: pe is 1.5; choose a whole number from 1 to its 6 output channels [FOLDING_IMPOSSIBLE]',
    );
    expect(folded(6, 5)).toBe(
      'folding of layer conv2d_0: simd is 5; choose a whole number from 1 to its 4 input channels [FOLDING_IMPOSSIBLE]',
    );
    expect(folded(1, 0)).toBe(
      'folding of layer conv2d_0: simd is 0; choose a whole number from 1 to its 4 input channels [FOLDING_IMPOSSIBLE]',
    );
    expect(folded(1, 2, network(4, depthwise(4, 3)))).toBe(
      'folding of layer depthwise_conv2d_0: simd is 2; it reads one input channel per output channel, so simd is 1 [FOLDING_IMPOSSIBLE]',
    );
    expect(folded(4, 1, network(4, depthwise(4, 3)))).toBe(
      'folding of layer depthwise_conv2d_0: pe is 4 with a depth multiplier of 3; choose at most 3 or a multiple of it, so that a pass covers whole input channels [FOLDING_IMPOSSIBLE]',
    );
    expect(folded(6, 4)).toBe('nothing was thrown');
    expect(folded(2, 1, network(4, depthwise(4, 3)))).toBe('nothing was thrown');
    expect(folded(6, 1, network(4, depthwise(4, 3)))).toBe('nothing was thrown');
  });

  test('a folding for a layer that does not exist or has no engine', () => {
    const graph = network(4, conv(4, 6), reshape(24), softmax);
    for (const name of ['conv2d_9', 'reshape_1', 'softmax_2', 'toString'])
      expect(said(() => plan(graph, request({ multipliers: 9, foldings: { [name]: { pe: 1, simd: 1 } } })))).toBe(
        `/parameters/foldings/${name}: the network has no such layer with an engine that can be folded; name one of conv2d_0 [FOLDING_UNKNOWN_LAYER]`,
      );
  });

  test('budgets and goals', () => {
    const graph = network(4, conv(4, 6), conv(6, 2));
    expect(said(() => plan(graph, request({ multipliers: 1 })))).toBe(
      '/parameters/multipliers: 1 multipliers cannot serve 2 layers that multiply; every layer has its own engine in the stream architecture, so give at least 2 [BUDGET_TOO_SMALL]',
    );
    expect(said(() => plan(graph, request({ multipliers: 3, foldings: { conv2d_0: { pe: 2, simd: 2 } } })))).toBe(
      '/parameters/multipliers: 3 multipliers cannot serve 2 layers that multiply; every layer has its own engine in the stream architecture, so give at least 5 [BUDGET_TOO_SMALL]',
    );
    // 4 pixels x 4 bytes enter conv2d_0 one each clock: 16 clocks at the least; 1 MHz / 80000 are 12.5.
    expect(said(() => plan(graph, request({}, { target: { throughput: '80000 inference/s' } })))).toBe(
      '/target/throughput: layer conv2d_0 takes at least 16 clocks per inference, the goal leaves 12; raise the clock, lower the goal or change the folding that was fixed [TARGET_TOO_FAST]',
    );
    expect(said(() => plan(graph, request({ multipliers: 4 }, { target: { throughput: '5 inference/s' } })))).toBe(
      '/target: a budget of multipliers is given under /parameters as well; give one of the two [DESIGN_TWO_GOALS]',
    );
    expect(said(() => plan(graph, request({ foldings: { conv2d_0: { pe: 1, simd: 1 } } })))).toBe(
      '/parameters: nothing says how parallel layer conv2d_1 shall be; give "multipliers" (a budget), a "target", or a folding for every layer that multiplies [DESIGN_NO_GOAL]',
    );
  });

  test('networks with other ports than the hardware, and layers without an engine', () => {
    const graph = network(4, conv(4, 6), conv(6, 6), softmax);
    expect(said(() => networkWorks({ ...graph, outputs: [1, 3] }))).toBe(
      'model net: it has 1 inputs and 2 outputs; the stream architecture takes networks with one input and one output [STREAM_PORTS]',
    );
    expect(said(() => networkWorks({ ...graph, inputs: [] }))).toBe(
      'model net: it has 0 inputs and 1 outputs; the stream architecture takes networks with one input and one output [STREAM_PORTS]',
    );
    expect(said(() => networkWorks({ ...graph, profile: 'onnx-qlinear' }))).toBe(
      'model net: its arithmetic is the profile onnx-qlinear; say "profile": "tflite-reference" in the design: the network is converted to what the stream architecture computes [STREAM_PROFILE]',
    );
    expect(said(() => networkWorks(network(4, reshape(16))))).toBe(
      'model net: no layer computes anything; give a model with at least one convolution, pool, quantize or fully connected layer [STREAM_EMPTY]',
    );
    expect(said(() => networkWorks(network(4, reshape(16), softmax), 'host'))).toBe(
      'model net: all it computes is a softmax that is left to the host; say "softmax": "hardware" under parameters, or give a model that computes something before it [STREAM_EMPTY]',
    );
    const lost = { ...graph, tensors: new Map([...graph.tensors].filter(([id]) => id !== 1)) };
    expect(said(() => networkWorks(lost))).toBe(
      'graph net: tensor 1 is used by a layer but not listed; import the model again [GRAPH_TENSOR_MISSING]',
    );
  });
});

describe('widths of streams that engines tie together', () => {
  const sketch = new Sketch(seededRandom(9));
  const input = sketch.tensor([1, 4, 4, 4]);
  const first = sketch.lookup(sketch.convolution(input, 'conv2d', true, 4));
  const graph = finished(sketch, 'net', input, sketch.convolution(first, 'conv2d', true, 4));
  const wide = (widths: Record<string, number>) => said(() => plan(graph, request({ multipliers: 100, widths })));

  test('the other layer is named', () => {
    expect(wide({ conv2d_0: 2, lookup_1: 4 })).toBe(
      '/parameters/widths/lookup_1: its output is to travel 4 bytes at a time and that of layer conv2d_0 2, and engines that hand beats through tie the two; give both layers one width, or name only one of them [WIDTH_IMPOSSIBLE]',
    );
    expect(wide({ conv2d_0: 2, lookup_1: 2 })).toBe('nothing was thrown');
    expect(wide({ conv2d_0: 2, lookup_1: 3 })).toBe(
      '/parameters/widths/lookup_1: its output cannot travel 3 bytes at a time; choose one of 1, 2, 4: what divides the channels, lanes and foldings at both ends of the stream [WIDTH_IMPOSSIBLE]',
    );
  });

  test('a layer may be called like something that every object has', () => {
    const [convolution, ...others] = graph.layers;
    const named = { ...graph, layers: [{ ...convolution!, name: 'constructor' }, ...others] };
    expect(said(() => plan(named, request({ multipliers: 100 })))).toBe('nothing was thrown');
  });
});

describe('the plan', () => {
  test('a budget may stand among the parameters or as the target, a throughput is met, all foldings may be fixed', () => {
    const graph = network(4, conv(4, 6), conv(6, 2));
    const shapes = (design: DesignRequest) => plan(graph, design).schedule.stages.map(({ pe, simd }) => [pe, simd]);
    expect(shapes(request({}, { target: { multipliers: 5 } }))).toEqual(shapes(request({ multipliers: 5 })));
    // 1 MHz / 25000 = 40 clocks: conv2d_0 takes 4 pixels x ceil(6 / pe) x max(ceil(4 / simd), pe), conv2d_1 4 x ceil(2 / pe) x ceil(6 / simd).
    // 2 x 1 would serve conv2d_1 as well; 1 x 2 does it with one accumulator less.
    expect(shapes(request({}, { target: { throughput: '25000 inference/s' } }))).toEqual([
      [3, 1],
      [1, 2],
    ]);
    expect(shapes(request({ foldings: { conv2d_0: { pe: 5, simd: 3 }, conv2d_1: { pe: 1, simd: 6 } } }))).toEqual([
      [5, 3],
      [1, 6],
    ]);
  });

  test('reshapes fold into the engine behind them', () => {
    const chain = networkWorks(network(4, conv(4, 6), reshape(24), softmax));
    expect(chain.works.map(({ name, layers }) => ({ name, layers }))).toEqual([
      { name: 'conv2d_0', layers: ['conv2d_0'] },
      { name: 'softmax_2', layers: ['reshape_1', 'softmax_2'] },
    ]);
    expect(chain).toMatchObject({ inputTensor: 0, outputTensor: 3 });
  });

  test('a last softmax stays with the host when the design says so', () => {
    const chain = networkWorks(network(4, conv(4, 6), reshape(24), softmax), 'host');
    expect(chain.works.map(({ name, layers }) => ({ name, layers }))).toEqual([
      { name: 'conv2d_0', layers: ['conv2d_0'] },
    ]);
    expect(chain).toMatchObject({ inputTensor: 0, outputTensor: 2 });
  });

  test('a convolution with one input channel per group runs on the channelwise engine', () => {
    const [work] = networkWorks(network(4, conv(4, 8, 4))).works;
    expect(work).toMatchObject({ reach: 'channelwise', depthMultiplier: 2, macs: 32 });
  });
});

describe('the counters around the engines', () => {
  test('busy holds from the first byte of a frame on, also while the source pauses before the second', () => {
    const accelerator = buildAccelerator(network(4, conv(4, 6)), request({ multipliers: 24 }));
    const simulator = createSimulator(elaborate(accelerator.design));
    simulator.reset();
    simulator.port('out_ready').write(1);
    const seen: number[] = [];
    // A byte in clocks 2 and 7; nothing can leave before the first pixel's four bytes are there.
    for (let clock = 0; clock < 12; clock++) {
      simulator.port('in_valid').write(clock === 2 || clock === 7 ? 1 : 0);
      simulator.cycle();
      seen.push(simulator.port('busy').read());
    }
    expect(seen).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    simulator.settle();
    expect(simulator.port('cycles').read()).toBe(10);
  });

  test('busy holds until the last of many small frames has left, however many wait inside', () => {
    const graph = graphOf({
      name: 'net',
      input: { shape: [1, 1, 1, 1], scale: 1, zeroPoint: 0 },
      layers: [conv(1, 1), conv(1, 1)],
    });
    const accelerator = buildAccelerator(graph, request({ multipliers: 2 }));
    const simulator = createSimulator(elaborate(accelerator.design));
    const [inValid, inReady, outValid, outReady, busy] = ['in_valid', 'in_ready', 'out_valid', 'out_ready', 'busy'].map(
      simulator.port,
    );
    simulator.reset();
    inValid!.write(1);
    let inside = 0;
    let most = 0;
    let given = 0;
    const counted = { cycles: 0, input_stalls: 0, output_stalls: 0 };
    for (let clock = 0; clock < 200; clock++) {
      // First nothing may leave, until nothing more fits; then everything leaves and nothing enters.
      outReady!.write(clock < 100 ? 0 : 1);
      if (clock === 100) inValid!.write(0);
      simulator.cycle();
      const takes = clock < 100 && inReady!.read() === 1;
      expect({ clock, inside, busy: busy!.read() }).toEqual({ clock, inside, busy: inside > 0 || takes ? 1 : 0 });
      for (const [name, count] of Object.entries(counted))
        expect({ clock, name, count: simulator.port(name).read() }).toEqual({ clock, name, count });
      counted.cycles += busy!.read();
      if (clock < 100) counted.input_stalls += 1 - inReady!.read();
      if (clock < 100) counted.output_stalls += outValid!.read();
      if (takes) inside++;
      most = Math.max(most, inside);
      if (clock >= 100 && outValid!.read() === 1) {
        inside--;
        given++;
      }
    }
    expect({ inside, given }).toEqual({ inside: 0, given: most });
    // Two engines of one byte each: two input pixels and a FIFO's worth of results in each of them.
    const capacity = accelerator.schedule.stages.reduce(
      (sum, stage) => sum + (stage.timing === 'window' ? stage.bufferPixels : 0) + stage.fifoDepth,
      0,
    );
    expect(most).toBe(capacity);
  });
});

test('a design named like any module inside it is refused before anything is built', () => {
  const graph = network(2, conv(2, 3));
  const { design } = buildAccelerator(graph, request({ multipliers: 4 }));
  const inside = design.modules.map(({ name }) => name).filter((name) => name !== design.top);
  expect(inside.some((name) => name.startsWith('drain_'))).toBe(true);
  for (const name of inside) {
    expect(said(() => buildAccelerator(graph, request({ multipliers: 4 }, { name })))).toBe(
      `/name: '${name}' is the name of a module inside the accelerator, and the top module is called so; choose another name [DESIGN_NAME]`,
    );
  }
});
