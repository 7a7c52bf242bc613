import { describe, expect, test } from 'vitest';
import { importPowerOfTwo, isPowerOfTwo } from '../../../models/import/power-of-two.ts';
import { runReference } from '../../../models/reference.ts';
import { graphFromJson, graphToJson } from '../../../models/serialize.ts';
import type { Fault } from '../../../specs/fault.ts';
import { needData, readJson } from '../../support/data.ts';

/** 2 x 2 pixels of one channel: a 1 x 1 convolution, a pool over all of it, a dense layer; worked out by hand below. */
const small = () => ({
  name: 'small',
  input_shape: [1, 2, 2, 1],
  layers: [
    { op: 'conv', w: [[[[3]]], [[[-5]]]], b: [1, 0], relu: false, shift: 1, pad: 'SAME' },
    { op: 'maxpool', k: 2 },
    {
      op: 'dense',
      w: [
        [1, 2],
        [-4, 100],
      ],
      b: [0, -7],
      relu: true,
      shift: 2,
    },
  ],
  x: [
    [
      [[2], [-3]],
      [[0], [7]],
    ],
  ],
  // Channel 0: (7, -8, 1, 22) / 2 -> 4, -4, 1, 11 -> 11. Channel 1: (-10, 15, 0, -35) / 2 -> -5, 8, 0, -18 -> 8.
  // Dense: (11 + 16) / 4 = 6.75 -> 7; (-44 + 800 - 7) / 4 = 187.25 -> 127.
  y: [[7, 127]],
  macs: [8, 4],
});

test('a network worked out by hand: layers, arithmetic, sample', () => {
  const { graph, sample } = importPowerOfTwo(small(), 'small');
  expect(graph.profile).toBe('power-of-two');
  expect(graph.layers.map(({ name }) => name)).toEqual(['conv2d_0', 'max_pool2d_1', 'fully_connected_2']);
  const { tensors } = runReference(graph, sample!.input, { capture: true });
  expect([...tensors!.get(1)!]).toEqual([4, -5, -4, 8, 1, 0, 11, -18]);
  expect([...tensors!.get(2)!]).toEqual([11, 8]);
  expect([...tensors!.get(3)!]).toEqual([7, 127]);
  expect([...sample!.output]).toEqual([7, 127]);
  expect(graphFromJson(JSON.parse(JSON.stringify(graphToJson(graph))), 'again')).toEqual(graph);
});

test('the largest and the smallest sum, saturation at -127, every shift from 0 to 32', () => {
  for (let shift = 0; shift <= 32; shift++) {
    // Graphs count a shift of 0 as one place to the left of a half, which leaves sums of 31 bits.
    const most = shift === 0 ? 2 ** 30 : 2 ** 31;
    for (const b of [128 - most, most - 128, -(2 ** 20), 2 ** 20, -3, 3, 1, -1, 0]) {
      const document = { input_shape: [1, 1], layers: [{ op: 'dense', w: [[1]], b: [b], shift }] };
      const { graph } = importPowerOfTwo(document, 'one');
      for (const x of [-128, -1, 0, 1, 127]) {
        // Halves away from zero, with whole numbers only: round |sum| half up and put the sign back.
        const sum = BigInt(x + b);
        const magnitude = ((sum < 0n ? -sum : sum) * 2n + (1n << BigInt(shift))) >> BigInt(shift + 1);
        const rounded = sum < 0n ? -magnitude : magnitude;
        const expected = Number(rounded < -127n ? -127n : rounded > 127n ? 127n : rounded);
        expect({ shift, b, x, y: runReference(graph, Int8Array.of(x)).output[0] }).toEqual({
          shift,
          b,
          x,
          y: expected,
        });
      }
    }
  }
});

for (const name of ['mlp784', 'cnn8', 'cnn28']) {
  const file = `peer_nets/${name}.json`;
  needData(`${name}: the reference gives the file's own output`, [file], (folder) => {
    const { graph, sample } = importPowerOfTwo(readJson(folder, file), name);
    expect([...runReference(graph, sample!.input).output]).toEqual([...sample!.output]);
  });
}

describe('what such a file is', () => {
  test('known by its own fields, also when some are missing', () => {
    const { input_shape: _, ...rest } = small();
    expect([small(), rest, { input_shape: 3 }].map(isPowerOfTwo)).toEqual([true, true, true]);
    const others = [{ format: 'joulesmith-graph-1', layers: [] }, { layers: [{ kind: 'conv2d' }] }, {}, null, 3];
    expect(others.map(isPowerOfTwo)).toEqual([false, false, false, false, false]);
  });

  type Small = ReturnType<typeof small>;
  const damages: readonly [what: string, damage: (file: Small) => unknown, message: string][] = [
    [
      'no input shape',
      ({ input_shape: _, ...rest }) => rest,
      '/input_shape: found nothing; a list that is not empty is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a batch',
      (file) => ({ ...file, input_shape: [2, 2, 2, 1] }),
      '/input_shape/0: found 2; a whole number from 1 to 1 is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a property that nobody knows',
      (file) => ({ ...file, bias: 1 }),
      '/bias: found an unknown property; known here are name, input_shape, layers, x, y, macs [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'no layers',
      (file) => ({ ...file, layers: [] }),
      '/layers: found a list of 0; a list that is not empty is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a layer of another kind',
      (file) => ({ ...file, layers: [{ op: 'avgpool', k: 2 }] }),
      "/layers/0/op: found \"avgpool\"; 'conv', 'maxpool' or 'dense' is needed [POWER_OF_TWO_MALFORMED]",
    ],
    [
      'a layer that is a number',
      (file) => ({ ...file, layers: [3] }),
      "/layers/0/op: found nothing; 'conv', 'maxpool' or 'dense' is needed [POWER_OF_TWO_MALFORMED]",
    ],
    [
      'a weight out of range',
      (file) => ({ ...file, layers: [{ ...file.layers[0], w: [[[[3]]], [[[-129]]]] }] }),
      '/layers/0/w/1/0/0/0: found -129; a whole number from -128 to 127 is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a weight that is text',
      (file) => ({ ...file, layers: [{ ...file.layers[0], w: [[[['3']]], [[[1]]]] }] }),
      '/layers/0/w/0/0/0/0: found "3"; a whole number from -128 to 127 is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'rows of unequal length',
      (file) => ({ ...file, layers: [{ ...file.layers[0], w: [[[[3]]], [[[1], [2]]]] }] }),
      '/layers/0/w/1/0: found a list of 2; the lists before it have 1 elements [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'weights for other channels',
      (file) => ({ ...file, layers: [{ ...file.layers[0], w: [[[[3, 4]]], [[[1, 2]]]] }] }),
      '/layers/0/w: found weights of [2, 1, 1, 2]; the last must be the 1 channels of its input [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'dense weights for another input',
      (file) => ({ ...file, layers: [file.layers[2]] }),
      '/layers/0/w: found weights of [2, 2]; its input [1, 2, 2, 1] has 4 elements [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'too few biases',
      (file) => ({ ...file, layers: [{ ...file.layers[0], b: [1] }] }),
      '/layers/0/b: found 1 biases; 2 output channels need one each [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a shift of 33',
      (file) => ({ ...file, layers: [{ ...file.layers[0], shift: 33 }] }),
      '/layers/0/shift: found 33; a whole number from 0 to 32 is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'no shift',
      (file) => ({ ...file, layers: [{ op: 'conv', w: file.layers[0]!.w, b: [1, 0], pad: 'SAME' }] }),
      '/layers/0/shift: found nothing; a whole number from 0 to 32 is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'relu as a number',
      (file) => ({ ...file, layers: [{ ...file.layers[0], relu: 1 }] }),
      '/layers/0/relu: found 1; true or false is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'another padding',
      (file) => ({ ...file, layers: [{ ...file.layers[0], pad: 'VALID' }] }),
      '/layers/0/pad: found "VALID"; only \'SAME\' is defined [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a stride, which the format does not have',
      (file) => ({ ...file, layers: [{ ...file.layers[0], stride: 2 }] }),
      '/layers/0/stride: found an unknown property; known here are op, w, b, relu, shift, pad [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a pool larger than the picture',
      (file) => ({ ...file, layers: [{ op: 'maxpool', k: 3 }] }),
      '/layers/0/k: found 3; a whole number from 1 to 2 is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a convolution of a row',
      (file) => ({ ...file, input_shape: [1, 4], layers: [file.layers[0]] }),
      '/layers/0: its input has shape [1, 4]; a picture [1, height, width, channels] is needed before it [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a sum beyond 32 bits',
      (file) => ({ ...file, layers: [{ ...file.layers[0], b: [2147483647, 0] }] }),
      '/layers/0: channel 0 can reach -384 to 2147484028, 33 bits; at most 32 bits are defined; use smaller biases or fewer inputs [GRAPH_ACCUMULATOR]',
    ],
    [
      'other MACs than the layers have',
      (file) => ({ ...file, macs: [8, 5] }),
      '/macs: found 8, 5; the layers with weights have 8, 4 [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'an input of another shape',
      (file) => ({ ...file, x: [[[[1], [2]]]] }),
      '/x: found a shape of [1, 1, 2, 1]; [1, 2, 2, 1] is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'an output that is no int8',
      (file) => ({ ...file, y: [[7, 128]] }),
      '/y/0/1: found 128; a whole number from -128 to 127 is needed [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'an output alone',
      ({ x: _, ...rest }) => rest,
      '/y: found an output without its input; give x as well [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'an input alone',
      ({ y: _, ...rest }) => rest,
      '/x: found an input without its output; give y as well [POWER_OF_TWO_MALFORMED]',
    ],
    [
      'a list instead of an object',
      () => [1],
      '/: found a list of 1; an object with name, input_shape, layers, x, y, macs is needed [POWER_OF_TWO_MALFORMED]',
    ],
  ];
  test.each(damages)('%s', (_what, damage, message) => {
    let said = 'nothing was thrown';
    try {
      importPowerOfTwo(damage(small()), 'damaged');
    } catch (error) {
      said = (error as Fault).message;
    }
    expect(said).toBe(message);
  });

  test('without a sample', () => {
    const { x: _, y: __, ...rest } = small();
    expect(importPowerOfTwo(rest, 'small').sample).toBeNull();
  });
});
