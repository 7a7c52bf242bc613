import { describe, expect, test } from 'vitest';
import type { FloatLayer } from '../../../models/float.ts';
import { runFloatGraph, runFloatOutput } from '../../../models/float-reference.ts';
import type { Shape } from '../../../models/graph.ts';
import { importFloatTflite } from '../../../models/import/tflite-float.ts';
import { Fault } from '../../../specs/fault.ts';
import { needData, readBytes, readInt8s, readJson } from '../../support/data.ts';
import { type Field, float32, int8, int32 } from '../../support/flatbuffer-writer.ts';
import { processorMilliseconds } from '../../support/processor-time.ts';
import { type Random, seededRandom } from '../../support/random.ts';
import { encodeTflite, type FileTensor, type TfliteFile, tensorType } from '../../support/tflite-writer.ts';

/** Real values of int8 ones. */
function dequantized(values: Int8Array, { scale, zeroPoint }: Quantized): Float32Array {
  return Float32Array.from(values, (q) => (q - zeroPoint) * scale);
}

const largest = (values: Float32Array): number => values.indexOf(Math.max(...values));

interface Quantized {
  readonly shape: Shape;
  readonly scale: number;
  readonly zeroPoint: number;
}

interface Manifest {
  readonly input: Quantized;
  readonly output: Quantized;
}

interface Pair {
  readonly folder: string;
  readonly float: string;
  readonly samples: number;
  /** Most that an output may differ from the dequantised golden one, in output steps. */
  readonly steps: number;
  /** Samples on which both name the same class. */
  readonly agree?: number;
  readonly golden?: string;
  readonly kinds: Partial<Record<FloatLayer['kind'], number>>;
}

const pairs: readonly Pair[] = [
  {
    folder: 'mlperf_kws',
    float: 'kws_ref_model_float32.tflite',
    samples: 60,
    steps: 20,
    agree: 57,
    kinds: { conv2d: 5, depthwiseConv2d: 4, averagePool2d: 1, reshape: 1, fullyConnected: 1, softmax: 1 },
  },
  {
    folder: 'mlperf_ic',
    float: 'pretrainedResnet.tflite',
    samples: 20,
    steps: 128,
    agree: 18,
    kinds: { conv2d: 9, add: 3, averagePool2d: 1, reshape: 1, fullyConnected: 1, softmax: 1 },
  },
  {
    folder: 'mlperf_ad',
    float: 'ad01_fp32.tflite',
    golden: 'golden_tflm_windows_i8.bin',
    samples: 32,
    steps: 12,
    kinds: { fullyConnected: 10 },
  },
  {
    folder: 'tflm_hello_world',
    float: 'hello_world_float.tflite',
    samples: 256,
    steps: 14,
    kinds: { fullyConnected: 3 },
  },
];

describe('float networks with public weights come near the int8 ones', () => {
  for (const pair of pairs) {
    const golden = pair.golden ?? 'golden_tflm_i8.bin';
    const files = ['manifest.json', pair.float, 'inputs_i8.bin', golden].map((file) => `${pair.folder}/${file}`);
    needData(pair.float, files, (folder) => {
      const { input, output } = readJson<Manifest>(folder, files[0]!);
      const float = importFloatTflite(readBytes(folder, files[1]!), pair.float);
      const [inputs, outputs] = [readInt8s(folder, files[2]!), readInt8s(folder, files[3]!)];
      const sizes = [input, output].map(({ shape }) => shape.reduce((a, b) => a * b, 1)) as [number, number];
      let agree = 0;
      let worst = 0;
      for (let sample = 0; sample < pair.samples; sample++) {
        const at = <T extends Int8Array>(values: T, size: number) =>
          values.subarray(sample * size, (sample + 1) * size);
        const found = runFloatOutput(float, dequantized(at(inputs, sizes[0]), input));
        const wanted = dequantized(at(outputs, sizes[1]), output);
        if (largest(found) === largest(wanted)) agree += 1;
        for (const [i, value] of found.entries()) worst = Math.max(worst, Math.abs(value - wanted[i]!) / output.scale);
      }
      const counted: Record<string, number> = {};
      for (const { kind } of float.layers) counted[kind] = (counted[kind] ?? 0) + 1;
      expect(counted).toEqual(pair.kinds);
      expect(worst).toBeLessThanOrEqual(pair.steps);
      if (pair.agree !== undefined) expect(agree).toBeGreaterThanOrEqual(pair.agree);
    });
  }
});

type Constant = {
  readonly shape: number[];
  readonly floats?: number[];
  readonly ints?: number[];
  readonly halves?: number[];
};

function constantTensor({ shape, floats, ints, halves }: Constant): FileTensor {
  const values = floats ?? ints ?? halves ?? [];
  const width = halves ? 2 : 4;
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (const [i, value] of values.entries()) {
    if (floats) view.setFloat32(4 * i, value, true);
    else if (halves) view.setUint16(2 * i, value, true);
    else view.setInt32(4 * i, value, true);
  }
  const type = floats ? tensorType.float32 : halves ? 1 : tensorType.int32;
  return { name: 'c', type, shape, scales: [], zeroPoints: [], axis: 0, data: new Uint8Array(view.buffer) };
}

const activationTensor = (shape: number[]): FileTensor => ({
  name: 'a',
  type: tensorType.float32,
  shape,
  scales: [],
  zeroPoints: [],
  axis: 0,
  data: null,
});

/** A file of one operator: activations (arrays of sizes) and constants as inputs, activations as outputs. */
function oneOperator(
  code: number,
  optionsType: number,
  options: Record<number, Field>,
  operands: readonly (number[] | Constant)[],
  outputs: readonly number[][],
): TfliteFile {
  const tensors = operands.map((operand) =>
    Array.isArray(operand) ? activationTensor(operand) : constantTensor(operand),
  );
  const inputs = tensors.flatMap((tensor, i) => (tensor.data ? [] : [i]));
  const written = outputs.map((shape) => tensors.push(activationTensor(shape)) - 1);
  const operator = { code, inputs: operands.map((_, i) => i), outputs: written, optionsType, options };
  return { version: 3, tensors, operators: [operator], inputs, outputs: written, subgraphs: 1 };
}

/** The first output on inputs that count 0, 1, 2 ... through all tensors; then the others. */
function runCounted(file: TfliteFile): number[][] {
  const graph = importFloatTflite(encodeTflite(file), 'one.tflite');
  let next = 0;
  const inputs = graph.inputs.map((id): [number, Float32Array] => {
    const size = graph.tensors.get(id)!.shape.reduce((a, b) => a * b, 1);
    return [id, Float32Array.from({ length: size }, () => next++)];
  });
  const values = runFloatGraph(graph, new Map(inputs));
  return graph.outputs.map((id) => [...values.get(id)!]);
}

const pool = { 0: int8(1), 1: int32(1), 2: int32(1), 3: int32(2), 4: int32(1), 5: int8(3) };

const operatorCases: [string, TfliteFile, number[][]][] = [
  [
    'ADD with a constant and relu',
    oneOperator(0, 11, { 0: int8(1) }, [[1, 3], { shape: [1], floats: [-1] }], [[1, 3]]),
    [[0, 0, 1]],
  ],
  [
    'SUB',
    oneOperator(
      41,
      28,
      {},
      [
        [1, 2],
        [1, 2],
      ],
      [[1, 2]],
    ),
    [[-2, -2]],
  ],
  ['MUL', oneOperator(18, 21, {}, [[1, 2], [1]], [[1, 2]]), [[0, 2]]],
  ['MAX_POOL_2D with relu6', oneOperator(17, 5, pool, [[1, 1, 9, 1]], [[1, 1, 8, 1]]), [[1, 2, 3, 4, 5, 6, 6, 6]]],
  [
    'CONCATENATION along axis -1',
    oneOperator(
      2,
      10,
      { 0: int32(-1) },
      [
        [2, 1],
        [2, 2],
      ],
      [[2, 3]],
    ),
    [[0, 2, 3, 1, 4, 5]],
  ],
  ['PAD', oneOperator(34, 22, {}, [[1, 2], { shape: [2, 2], ints: [0, 1, 1, 0] }], [[2, 3]]), [[0, 0, 1, 0, 0, 0]]],
  [
    'PADV2',
    oneOperator(60, 0, {}, [[1], { shape: [1, 2], ints: [1, 1] }, { shape: [1], floats: [7] }], [[3]]),
    [[7, 0, 7]],
  ],
  [
    'MEAN over negative axes',
    oneOperator(40, 27, {}, [[1, 2, 2, 1], { shape: [2], ints: [-2, -3] }], [[1, 1]]),
    [[1.5]],
  ],
  [
    'RESIZE_NEAREST_NEIGHBOR',
    oneOperator(97, 74, {}, [[1, 1, 2, 1], { shape: [2], ints: [1, 4] }], [[1, 1, 4, 1]]),
    [[0, 0, 1, 1]],
  ],
  [
    'SLICE',
    oneOperator(65, 0, {}, [[3, 2], { shape: [2], ints: [1, 1] }, { shape: [2], ints: [2, 1] }], [[2, 1]]),
    [[3, 5]],
  ],
  [
    'STRIDED_SLICE backwards, one dimension shrunk',
    oneOperator(
      45,
      32,
      { 1: int32(2), 4: int32(1) },
      [[2, 5], { shape: [2], ints: [1, -1] }, { shape: [2], ints: [2, 0] }, { shape: [2], ints: [1, -2] }],
      [[3]],
    ),
    [[9, 7, 5]],
  ],
  [
    'SPLIT',
    oneOperator(
      49,
      35,
      {},
      [{ shape: [1], ints: [1] }, [2, 4]],
      [
        [2, 2],
        [2, 2],
      ],
    ),
    [
      [0, 1, 4, 5],
      [2, 3, 6, 7],
    ],
  ],
  [
    'SPLIT_V in unequal parts',
    oneOperator(
      102,
      79,
      {},
      [[1, 4], { shape: [2], ints: [3, 1] }, { shape: [1], ints: [-1] }],
      [
        [1, 3],
        [1, 1],
      ],
    ),
    [[0, 1, 2], [3]],
  ],
  ['TRANSPOSE', oneOperator(39, 26, {}, [[2, 3], { shape: [2], ints: [1, 0] }], [[3, 2]]), [[0, 3, 1, 4, 2, 5]]],
  [
    'BATCH_MATMUL',
    oneOperator(
      126,
      101,
      { 1: int8(1) },
      [
        [1, 2],
        [2, 2],
      ],
      [[1, 2]],
    ),
    [[3, 5]],
  ],
  ['LEAKY_RELU', oneOperator(98, 75, { 0: float32(0.5) }, [[2]], [[2]]), [[0, 1]]],
  ['LOGISTIC', oneOperator(14, 0, {}, [[1]], [[1]]), [[0.5]]],
  ['EXPAND_DIMS', oneOperator(70, 52, {}, [[2], { shape: [1], ints: [0] }], [[1, 2]]), [[0, 1]]],
];
describe('operators', () => {
  test.each(operatorCases)('%s', (_name, file, expected) => {
    expect(runCounted(file)).toEqual(expected);
  });

  test('float16 weights that DEQUANTIZE unpacks, and int8 weights with a scale per channel', () => {
    const file = oneOperator(9, 8, {}, [[1, 2], { shape: [2, 2], floats: [0, 0, 0, 0] }], [[1, 2]]);
    const half = file.tensors.push(constantTensor({ shape: [2, 2], halves: [0x3c00, 0x4000, 0xbc00, 0x3800] })) - 1;
    file.tensors[1]!.data = null;
    file.operators.unshift({ code: 6, inputs: [half], outputs: [1], optionsType: 38, options: {} });
    expect(runCounted(file)).toEqual([[2, 0.5]]);
    const hybrid = oneOperator(9, 8, {}, [[1, 2], { shape: [2, 2], floats: [0, 0, 0, 0] }], [[1, 2]]);
    const int8s = { type: tensorType.int8, scales: [0.5, 2], zeroPoints: [0, 0], data: Uint8Array.of(1, 2, 3, 0xfc) };
    Object.assign(hybrid.tensors[1]!, int8s);
    expect(runCounted(hybrid)).toEqual([[1, -8]]);
  });
});

describe('refusing', () => {
  const dense = (): TfliteFile => oneOperator(9, 8, {}, [[1, 2], { shape: [1, 2], floats: [1, 2] }], [[1, 1]]);
  const cases: [string, (file: TfliteFile) => void, string | RegExp][] = [
    [
      'other operators, all at once',
      (f) => (f.operators[0]!.code = 128),
      /^one\.tflite: the model needs CUMSUM \(operator 0\); supported are CONV_2D, .*, with float activations \[TFLITE_UNSUPPORTED_OPERATOR\]$/,
    ],
    [
      'int8 activations',
      (f) => (f.tensors[0]!.type = tensorType.int8),
      'tensor 0: type INT8; FLOAT32 activations are read here; importTflite reads int8 networks [TFLITE_TYPE]',
    ],
    [
      'computed weights',
      (f) => (f.tensors[1]!.data = null),
      'one.tflite: operator 0 (FULLY_CONNECTED): its weights are computed',
    ],
    [
      'weights that are not numbers',
      (f) => new DataView(f.tensors[1]!.data!.buffer).setFloat32(4, Number.NaN, true),
      'operator 0 (FULLY_CONNECTED): weight 1 is NaN',
    ],
    [
      'another output shape',
      (f) => (f.tensors[2]!.shape = [1, 3]),
      'its output has shape [1, 3]; [1, 2] gives 1 elements [GRAPH_SHAPE]',
    ],
    [
      'weights of another size',
      (f) => (f.tensors[1]!.shape = [1, 3]),
      'tensor 1 has 8 bytes for shape [1, 3]; 12 are needed',
    ],
    ['an order', (f) => (f.operators[0]!.inputs[0] = 2), 'it reads tensor 2 before anything has written it'],
    [
      'scales of int8 weights',
      (f) => Object.assign(f.tensors[1]!, { type: 9, data: new Uint8Array(2), scales: [], zeroPoints: [] }),
      'tensor 1 has 0 scales along axis 0 of shape [1, 2]',
    ],
  ];
  test.each(cases)('%s', (_name, change, message) => {
    const file = dense();
    expect(runCounted(file)).toEqual([[2]]);
    change(file);
    expect(() => importFloatTflite(encodeTflite(file), 'one.tflite')).toThrow(message);
  });

  /** Damage to words that look like offsets, lengths or small numbers. */
  function damage(bytes: Uint8Array, random: Random): Uint8Array {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    for (let i = random.integer(1, 4); i > 0; i--) {
      let at = 0;
      for (let tries = 0; tries < 30; tries++) {
        at = 4 * random.integer(0, Math.floor(copy.length / 4) - 1);
        const word = view.getUint32(at, true);
        if (word !== 0 && word < copy.length) break;
      }
      if (random.integer(0, 1)) view.setUint8(at + random.integer(0, 3), random.integer(0, 255));
      else
        view.setUint32(at, [0, 1, 0xffffffff, 0x7fffffff, random.integer(0, copy.length)][random.integer(0, 4)]!, true);
    }
    return copy;
  }

  function expectFaultOrNetwork(bytes: Uint8Array): boolean {
    const started = processorMilliseconds();
    try {
      importFloatTflite(bytes, 'damaged.tflite');
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return false;
    } finally {
      expect(processorMilliseconds() - started).toBeLessThan(2000);
    }
  }

  const fuzzed = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 5000 : 300;
  test('a damaged file is a network or one fault, quickly', () => {
    const random = seededRandom(31);
    const bases = operatorCases.map(([, file]) => encodeTflite(file));
    let networks = 0;
    for (let i = 0; i < 4 * fuzzed; i++) {
      if (expectFaultOrNetwork(damage(bases[i % bases.length]!, random))) networks += 1;
    }
    expect(networks).toBeGreaterThan(fuzzed / 50);
  });

  const real = 'mlperf_kws/kws_ref_model_float32.tflite';
  needData('a damaged public file, too', [real], (folder) => {
    const random = seededRandom(32);
    const base = new Uint8Array(readBytes(folder, real));
    for (let i = 0; i < fuzzed; i++) expectFaultOrNetwork(damage(base, random));
  });

  test('every truncation of a file ends in a fault or a network', () => {
    const bytes = encodeTflite(dense());
    for (let length = 0; length < bytes.length; length++) {
      try {
        importFloatTflite(bytes.subarray(0, length), 'cut.tflite');
      } catch (error) {
        expect(error).toHaveProperty('code');
      }
    }
  });
});
