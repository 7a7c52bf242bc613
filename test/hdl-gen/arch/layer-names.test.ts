import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { withInterface } from '../../../hdl-gen/arch/wrap/interface.ts';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { DesignRequest } from '../../../specs/design.ts';
import { seededRandom } from '../../support/random.ts';
import { finished, Sketch } from '../../support/random-network.ts';

/** Prints a network of three convolutions, their sum and a softmax, whose first layers are called so; what is said when it cannot be. */
function said(names: readonly string[], parameters: DesignRequest['parameters'] = {}, name = 'top'): string {
  const sketch = new Sketch(seededRandom(3));
  const input = sketch.tensor([1, 4, 4, 4]);
  const first = sketch.convolution(sketch.convolution(input, 'conv2d', true, 4), 'conv2d', true, 4);
  const sum = sketch.elementwise(first, sketch.convolution(first, 'conv2d', true, 4));
  const graph = finished(sketch, 'net', input, sketch.softmax(sum));
  const layers = graph.layers.map((layer, index) => ({ ...layer, name: names[index] ?? layer.name }));
  const request: DesignRequest = {
    name,
    model: 'net',
    architecture: 'stream',
    parameters: { multipliers: 40, ...parameters },
    clock: '100 MHz',
    technology: 'asap7',
  };
  try {
    emitVerilog(withInterface(buildAccelerator({ ...graph, layers }, request), request, null));
  } catch (error) {
    return (error as Error).message;
  }
  return 'printed';
}

test('a reserved word is told by the layer', () => {
  expect(said(['module'])).toBe(
    'layer module: its name is a reserved word of Verilog or SystemVerilog; give the layer another name [LAYER_NAME]',
  );
});

test.each([
  [['a', 'a_sequencer'], 'a_sequencer', 'a_sequencer'],
  [['a', 'a_requantizer'], 'a_requantizer', 'a_requantizer'],
  [['a_ready', 'a'], 'a_ready', 'a_ready'],
  [['a_out_data', 'a'], 'a_out_data', 'a_out_data'],
  [['in_data'], 'in_data', 'in_data'],
  [['taken'], 'taken', 'taken'],
  [['rst'], 'rst', 'rst'],
  [['input_byte'], 'input_byte', 'input_byte'],
  [['a', 'b', 'add_queue_0', 'add'], 'add_queue_0', 'add_queue_0_ready'],
  [['drain_1x20'], 'drain_1x20', 'drain_1x20'],
] as const)('%j: a name that the circuit needs is told by the layer', (names, layer, taken) => {
  expect(said(names)).toBe(
    `layer ${layer}: its name clashes with '${taken}', which stands for something else in the circuit; give the layer another name [LAYER_NAME]`,
  );
});

test('names that only look dangerous are fine', () => {
  expect(said(['in', 'b_in', 'max_lane'])).toBe('printed');
  expect(said(['ce'])).toBe('printed');
});

test('the clock enable takes a name more', () => {
  expect(said(['ce'], { clockEnable: true })).toBe(
    "layer ce: its name clashes with 'ce', which stands for something else in the circuit; give the layer another name [LAYER_NAME]",
  );
  expect(said(['ce_a'], { clockEnable: true })).toBe('printed');
});

test('a design that is called like a reserved word is told by its name', () => {
  const message = "/name: 'module' is a reserved word of Verilog or SystemVerilog; choose another name [DESIGN_NAME]";
  expect(said([], {}, 'module')).toBe(message);
  expect(said([], { interface: 'axi' }, 'module')).toBe(message);
});
