/** What the importer makes of single operators, and which of them it refuses, in whose words. */
import { describe, expect, test } from 'vitest';
import { importTflite } from '../../../models/import/tflite.ts';
import { runGraph, runReference } from '../../../models/reference.ts';
import {
  flag,
  float32,
  fused,
  int32,
  type NetworkBuilder,
  networkBuilder,
  type QuantizedSpec,
} from '../../support/tflite-network.ts';
import { encodeTflite, tensorType } from '../../support/tflite-writer.ts';

const half: Pick<QuantizedSpec, 'scale' | 'zeroPoint'> = { scale: 0.5, zeroPoint: 3 };

/** A file of whatever `build` adds; it returns inputs and outputs. */
function fileOf(build: (net: NetworkBuilder) => { inputs: number[]; outputs: number[] }): Uint8Array {
  const net = networkBuilder();
  const { inputs, outputs } = build(net);
  net.file.inputs = inputs;
  net.file.outputs = outputs;
  return encodeTflite(net.file);
}

const load = (build: Parameters<typeof fileOf>[0]) => importTflite(fileOf(build), 'net.tflite');

describe('reading', () => {
  test('a split becomes slices, a shrunk slice a slice and a reshape', () => {
    const graph = load((net) => {
      const input = net.quantized({ shape: [2, 4], ...half });
      const parts = [1, 3].map((n) => net.quantized({ shape: [2, n], ...half }));
      const row = net.quantized({ shape: [3], ...half });
      net.operator('SPLIT_V', [input, net.numbers([1, -1]), net.numbers([1], [])], parts, { 0: int32(2) });
      const lists = [
        [1, 0],
        [2, 3],
        [1, 1],
      ].map((list) => net.numbers(list));
      net.operator('STRIDED_SLICE', [parts[1]!, ...lists], [row], { 4: int32(1) });
      return { inputs: [input], outputs: [parts[0]!, row] };
    });
    expect(graph.layers.map(({ kind, name }) => `${name}: ${kind}`)).toEqual([
      'split_v_0_0: slice',
      'split_v_0_1: slice',
      'strided_slice_1: slice',
      'strided_slice_1_shape: reshape',
    ]);
    const outputs = runGraph(graph, new Map([[graph.inputs[0]!, Int8Array.of(1, 2, 3, 4, 5, 6, 7, 8)]]));
    expect([...outputs.values()].map((data) => [...data])).toEqual([
      [1, 5],
      [6, 7, 8],
    ]);
  });

  test('a uint8 image is the same int8 numbers 128 lower, on the way in and out', () => {
    const graph = load((net) => {
      const input = net.quantized({ shape: [4], scale: 0.5, zeroPoint: 100 });
      net.file.tensors[input]!.type = tensorType.uint8;
      const inner = net.quantized({ shape: [4], scale: 0.5, zeroPoint: -28 });
      const output = net.quantized({ shape: [4], scale: 1, zeroPoint: 255 });
      net.file.tensors[output]!.type = tensorType.uint8;
      net.operator('QUANTIZE', [input], [inner]);
      net.operator('QUANTIZE', [inner], [output]);
      return { inputs: [input], outputs: [output] };
    });
    const [input, output] = [graph.inputs[0]!, graph.outputs[0]!];
    expect(graph.tensors.get(input)).toMatchObject({ stored: 'uint8', zeroPoint: -28 });
    expect(graph.tensors.get(output)).toMatchObject({ stored: 'uint8', zeroPoint: 127 });
    // Pixels 0, 100, 60, 255: real -50, 0, -20, 77.5; the output holds up to 0.
    const run = runReference(graph, Int8Array.of(0 - 128, 100 - 128, 60 - 128, 255 - 128), { capture: true });
    expect([...run.tensors!.values()].map((data) => [...data].map((q) => q + 128))).toEqual([
      [0, 100, 60, 255],
      [0, 100, 60, 255],
      [205, 255, 235, 255],
    ]);
  });

  test('a constant of uint8 is 128 lower, too', () => {
    const graph = load((net) => {
      const constant = net.quantized({ shape: [2], scale: 0.5, zeroPoint: 100 }, Int8Array.of(100, -56));
      net.file.tensors[constant]!.type = tensorType.uint8;
      const [inner, input] = [1, 2].map(() => net.quantized({ shape: [2], scale: 0.5, zeroPoint: 0 })) as [
        number,
        number,
      ];
      const output = net.quantized({ shape: [2], scale: 0.5, zeroPoint: 0 });
      net.operator('QUANTIZE', [constant], [inner]);
      net.operator('ADD', [input, inner], [output]);
      return { inputs: [input], outputs: [output] };
    });
    // Bytes 100 and 200 are 0 and 100 above the zero point.
    expect([...runReference(graph, Int8Array.of(1, 2)).output]).toEqual([1, 102]);
  });

  test('a pool keeps scales that differ by no more than a millionth', () => {
    const pool = (scale: number) => () =>
      load((net) => {
        const input = net.quantized({ shape: [1, 1, 1, 1], ...half });
        const output = net.quantized({ shape: [1, 1, 1, 1], scale, zeroPoint: 3 });
        net.operator('MAX_POOL_2D', [input], [output], { 1: int32(1), 2: int32(1), 3: int32(1), 4: int32(1) });
        return { inputs: [input], outputs: [output] };
      });
    expect(pool(Math.fround(0.5000009))().layers[0]!.kind).toBe('maxPool2d');
    expect(pool(Math.fround(0.5000011))).toThrow('operator 0 (MAX_POOL_2D): scale 0.5 and zero point 3 become');
  });

  test('a relu of its own rescales and clamps; relu6 only clamps', () => {
    const single = (name: 'RELU' | 'RELU6' | 'RELU_N1_TO_1', scale: number) =>
      load((net) => {
        const input = net.quantized({ shape: [4], ...half });
        const output = net.quantized({ shape: [4], scale, zeroPoint: 3 });
        net.operator(name, [input], [output]);
        return { inputs: [input], outputs: [output] };
      });
    const values = Int8Array.of(-3, 5, 13, 100);
    // Real -3, 1, 5, 48.5 at a scale of 1/4.
    expect([...runReference(single('RELU', 0.25), values).output]).toEqual([3, 7, 23, 127]);
    expect([...runReference(single('RELU_N1_TO_1', 0.25), values).output]).toEqual([-1, 7, 7, 7]);
    expect([...runReference(single('RELU6', 0.5), values).output]).toEqual([3, 5, 13, 15]);
  });
});

describe('refusing', () => {
  type Build = Parameters<typeof fileOf>[0];
  const unary =
    (
      name: Parameters<NetworkBuilder['operator']>[0],
      shape: number[],
      made: number[],
      steer: (net: NetworkBuilder) => number[],
    ): Build =>
    (net) => {
      const input = net.quantized({ shape, ...half });
      const output = net.quantized({ shape: made, ...half });
      net.operator(name, [input, ...steer(net)], [output], {});
      return { inputs: [input], outputs: [output] };
    };
  const numbers =
    (...lists: number[][]) =>
    (net: NetworkBuilder): number[] =>
      lists.map((list) => net.numbers(list));

  const cases: readonly (readonly [string, Build, string])[] = [
    [
      'axis of a mean',
      unary('MEAN', [2, 3], [2], numbers([2])),
      'operator 0 (MEAN): axis 2 of 2 dimensions; -2 to 1 are',
    ],
    [
      'paddings of another rank',
      unary('PAD', [2, 3], [2, 3], numbers([0, 0])),
      'paddings [0, 0] for 2 dimensions; two',
    ],
    ['negative padding', unary('PAD', [3], [2], numbers([0, -1])), 'paddings [0, -1] for 1 dimensions'],
    [
      'steering that is computed',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], ...half });
        const order = net.numbers([0]);
        net.file.tensors[order]!.data = null;
        net.operator('TRANSPOSE', [input, order], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'permutation (tensor 2) of shape [1] with 0 bytes; 1 to 16 constant numbers are needed [TFLITE_BUFFER]',
    ],
    [
      'steering of another type',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], ...half });
        net.operator('TRANSPOSE', [input, input], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'permutation (tensor 0) of type INT8; INT32 or INT64 is needed [TFLITE_TYPE]',
    ],
    [
      'a slice beyond its input',
      unary('SLICE', [4], [3], numbers([2], [3])),
      'operator 0 (SLICE): a slice from [2] by [1] to [3]; every element must lie in the input of [4]',
    ],
    [
      'a slice of another size',
      unary('SLICE', [4], [2], numbers([2], [1])),
      "begin 2 and size 1 along dimension 0 of [4]; they must give the output's shape [2]",
    ],
    ['a step of 0', unary('STRIDED_SLICE', [4], [2], numbers([0], [2], [0])), 'strides [0]; 0 moves nowhere'],
    [
      'a strided slice of another size',
      unary('STRIDED_SLICE', [4], [3], numbers([0], [2], [1])),
      'a slice of [2] for an output of [3]; begin, end and strides must give',
    ],
    [
      'a size that is not the output',
      unary('RESIZE_NEAREST_NEIGHBOR', [1, 2, 2, 1], [1, 4, 4, 1], numbers([4, 5])),
      'size [4, 5] with an output of [1, 4, 4, 1]; the height and width of the output are needed',
    ],
    [
      'an ellipsis',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], ...half });
        net.operator('STRIDED_SLICE', [input, ...numbers([0], [2], [1])(net)], [output], { 2: int32(1) });
        return { inputs: [input], outputs: [output] };
      },
      'ellipsis mask 1; only begin, end and shrink axis masks are supported',
    ],
    [
      'parts that are not the whole',
      (net) => {
        const input = net.quantized({ shape: [5], ...half });
        const outputs = [2, 2].map((n) => net.quantized({ shape: [n], ...half }));
        net.operator('SPLIT', [net.numbers([0], []), input], outputs, { 0: int32(2) });
        return { inputs: [input], outputs };
      },
      'sizes [2.5, 2.5] along dimension 0 of [5] for 2 outputs; each output needs its size',
    ],
    [
      'a padding value of another scale',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [3], ...half });
        const value = net.quantized({ shape: [], scale: 0.25, zeroPoint: 3 }, Int8Array.of(1));
        net.operator('PADV2', [input, net.numbers([0, 1]), value], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'a padding value with scale 0.25 and zero point 3; those of the output (0.5 and 3) are needed',
    ],
    [
      'a fused concatenation',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [4], ...half });
        net.operator('CONCATENATION', [input, input], [output], { 0: int32(0), 1: fused('relu') });
        return { inputs: [input], outputs: [output] };
      },
      'fused activation 1; a concatenation takes none',
    ],
    [
      'an addition into a far finer scale',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], scale: Math.fround(2 ** -21), zeroPoint: 0 });
        net.operator('ADD', [input, input], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'operator 0 (ADD): scales 0.5, 0.5, 4.76837158203125e-7; the output scale must be above 2^-19 of the larger',
    ],
    [
      'one operand',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], ...half });
        net.operator('MUL', [input], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'operator 0 (MUL): 1 inputs and 1 outputs; 2 to 2 inputs and 1 output are needed',
    ],
    [
      'relu6 with another zero point',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], scale: 0.5, zeroPoint: 4 });
        net.operator('RELU6', [input], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'operator 0 (RELU6): zero point 3 becomes 4; RELU6 keeps scale and zero point in TensorFlow Lite Micro',
    ],
    [
      'a logistic function of another zero point',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], scale: 1 / 256, zeroPoint: 0 });
        net.operator('LOGISTIC', [input], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'output scale 0.00390625 and zero point 0; scale 1/256 and zero point -128 are needed',
    ],
    [
      'a slope that is no number',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], ...half });
        net.operator('LEAKY_RELU', [input], [output], { 0: float32(Number.NaN) });
        return { inputs: [input], outputs: [output] };
      },
      'operator 0 (LEAKY_RELU): input scale 0.5 with output scale 0.5; the reference kernel does not compute',
    ],
    [
      'uint8 inside',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        net.file.tensors[input]!.type = tensorType.uint8;
        const output = net.quantized({ shape: [2], ...half });
        net.operator('RELU', [input], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'operator 0 (RELU), activation (tensor 0): type UINT8; INT8 is needed',
    ],
    [
      'int16 with a zero point',
      (net) => {
        const input = net.quantized({ shape: [2], scale: 0.5, zeroPoint: 1, type: 'int16' });
        const output = net.quantized({ shape: [2], scale: 0.5, zeroPoint: 0, type: 'int16' });
        net.operator('RELU', [input], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'net.tflite: input of the model, tensor 0: zero point 1 of an int16 tensor; int16 has zero point 0',
    ],
    [
      'types that differ',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const output = net.quantized({ shape: [2], scale: 0.5, zeroPoint: 0, type: 'int16' });
        net.operator('RELU', [input], [output]);
        const product = net.quantized({ shape: [2], ...half });
        net.operator('MUL', [input, output], [product]);
        return { inputs: [input], outputs: [product] };
      },
      'int8 and int16 in and int8 out; this layer keeps the type',
    ],
    [
      'a constant of another size',
      (net) => {
        const input = net.quantized({ shape: [2], ...half });
        const constant = net.quantized({ shape: [3], ...half }, Int8Array.of(1, 2));
        const output = net.quantized({ shape: [2], ...half });
        net.operator('ADD', [input, constant], [output]);
        return { inputs: [input], outputs: [output] };
      },
      'operator 0 (ADD), tensor 1: its buffer has 2 bytes, shape [3] needs 3',
    ],
    [
      'more functions of int16 than memory holds',
      (net) => {
        const input = net.quantized({ shape: [1], scale: 0.5, zeroPoint: 0, type: 'int16' });
        const outputs = Array.from({ length: 300 }, () => {
          const output = net.quantized({ shape: [1], scale: 0.5, zeroPoint: 0, type: 'int16' });
          net.operator('LEAKY_RELU', [input], [output], { 0: float32(0.5) });
          return output;
        });
        return { inputs: [input], outputs: outputs.slice(0, 1) };
      },
      'operator 256 (LEAKY_RELU): the functions of the model need more than 16777216 table entries',
    ],
  ];
  test.each(cases)('%s', (_title, build, message) => {
    const bytes = fileOf(build);
    expect(() => importTflite(bytes, 'net.tflite')).toThrow(message);
    expect(() => importTflite(bytes, 'net.tflite')).toThrow(
      expect.objectContaining({ name: 'Fault', kind: 'request' }),
    );
  });

  test('flags of a matrix product are read', () => {
    const graph = load((net) => {
      const [a, b] = [
        [3, 2],
        [4, 3],
      ].map((shape) => net.quantized({ shape, scale: 1, zeroPoint: 0 })) as [number, number];
      const output = net.quantized({ shape: [2, 4], scale: 4, zeroPoint: 0 });
      net.operator('BATCH_MATMUL', [a, b], [output], { 0: flag(true), 1: flag(true) });
      return { inputs: [a, b], outputs: [output] };
    });
    expect(graph.layers[0]).toMatchObject({ adjointFirst: true, adjointSecond: true });
  });
});
