import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in the integer kernels and in the importer of .tflite files. */
export const modelFaults: readonly PlantedFault[] = [
  ...faultsIn('models/arithmetic.ts', [
    ['wide multiplier is cut instead of rounded', '(multiplier + 0x8000) >> 16', 'multiplier >> 16'],
    ['wide product is cut instead of rounded', ' + 2 ** (places - 1);', ';'],
    ['wide product loses its high part', 'Math.floor((high * reduced + ', 'Math.floor(('],
    ['limits of int16 are those of int8', 'const highest = -1 - lowest;', 'const highest = 127;'],
    ['exponential of Q4.27 skips a factor', 'bit < integerBits + 2', 'bit < integerBits + 1'],
    ['quotient of tanh subtracts half', 'twoOverOnePlusX(a) - 536870912', 'twoOverOnePlusX(a) - 268435456'],
  ]),
  ...faultsIn('models/factors.ts', [
    ['subtraction divides doubles', "kind === 'add' ? value", 'true ? value'],
    ['int16 addends shift as int8', "output.type === 'int16' ? 15 : 20", '20'],
    ['matrix product scales in doubles', 'Math.fround(first.scale * second.scale)', '(first.scale * second.scale)'],
    [
      'relu divides doubles',
      'quantizeMultiplier(Math.fround(input.scale / output.scale))',
      'quantizeMultiplier(input.scale / output.scale)',
    ],
    [
      'mean loses the remainder',
      'BigInt(multiplier) << BigInt(places)',
      'BigInt(multiplier >> 8) << BigInt(places + 8)',
    ],
  ]),
  ...faultsIn('models/reference/add.ts', [
    ['subtraction adds', "layer.kind === 'add' ? 1 : -1", '1'],
    ['both operands read the first factor', 'layer.leftShift, layer.second)', 'layer.leftShift, layer.first)'],
    ['output zero point of a sum left out', ' + output.zeroPoint, layer.clamp.min', ', layer.clamp.min'],
  ]),
  ...faultsIn('models/reference/mul.ts', [
    ['zero point of the second factor left out', ' - second.tensor.zeroPoint', ''],
  ]),
  ...faultsIn('models/reference/mean.ts', [['mean ignores the zero point', 'data[i]! - input.zeroPoint', 'data[i]!']]),
  ...faultsIn('models/reference/max-pool2d.ts', [
    ['window of a maximum ends one row early', 'y < y1; y += 1', 'y < y1 - 1 || y === y0; y += 1'],
    ['upper clamp of a maximum left out', 'clampTo(largest[channel]!, clamp.min, clamp.max)', 'largest[channel]!'],
  ]),
  ...faultsIn('models/reference/pad.ts', [
    ['padding before a dimension ignored', 'size * strides[axis]!, 0)', '0 * size * strides[axis]!, 0)'],
    ['padding is 0', '.fill(layer.value)', '.fill(0)'],
  ]),
  ...faultsIn('models/reference/slice.ts', [
    ['steps of a slice ignored', 'stride * layer.step[axis]!', 'stride * Math.sign(layer.step[axis]!)'],
  ]),
  ...faultsIn('models/reference/transpose.ts', [
    [
      'transposition the other way round',
      'layer.permutation.map((axis) => own[axis]!)',
      'own.map((_, d) => own[layer.permutation.indexOf(d)]!)',
    ],
  ]),
  ...faultsIn('models/reference/resize-nearest.ts', [
    ['half pixels ignored', 'halfPixelCenters ? index + 0.5 : index', 'index'],
    ['aligned corners not rounded', 'alignCorners ? place + 0.5 : place', 'place'],
  ]),
  ...faultsIn('models/reference/batch-mat-mul.ts', [
    ['second matrix not transposed', 'steps(second, layer.adjointSecond)', 'steps(second, false)'],
    ['int16 products scale as int8', "output.type === 'int16' ? mbqmWide : rescale", 'rescale'],
  ]),
  ...faultsIn('models/reference/concatenation.ts', [
    [
      'parts always read their first block',
      'data.subarray(block * size, (block + 1) * size)',
      'data.subarray(0, size)',
    ],
  ]),
  ...faultsIn('models/reference/rescale.ts', [
    ['a wide bias rounds twice', 'bias instanceof Float64Array ? mbqmWide : mbqm', 'mbqm'],
  ]),
  ...faultsIn('models/reference/fully-connected-int16.ts', [
    ['every row is the first', 'data[row * inputs + i]!', 'data[i]!'],
  ]),
  ...faultsIn('models/reference/conv2d-int16.ts', [['groups read the first channels', ' + group * perGroup;', ';']]),
  ...faultsIn('models/lookup.ts', [
    [
      'slope below zero uses the identity',
      'sign * below.multiplier, below.shift',
      'identity.multiplier, identity.shift',
    ],
    ['sign of the slope lost', 'sign * below.multiplier', 'below.multiplier'],
    ['logistic of negative values not mirrored', 'a > 0 ? positive : 2147483647 - positive', 'positive'],
    ['interpolation of int16 left out', '(size & (2 ** fraction - 1)) * rise(at)', '0'],
  ]),
  ...faultsIn('models/import/weighted.ts', [
    ['high half of a byte first', 'at % 2 === 0 ? (pair << 28) >> 28', 'at % 2 === 1 ? (pair << 28) >> 28'],
    ['weights of 4 bits without sign', '(pair << 28) >> 28', '(pair & 15)'],
    ['convolutions without bias are wide', "reading.operator.name !== 'CONV_2D'", 'true'],
    ['wide biases read as narrow', "input.type === 'int16' && tensor.type === int64Type", 'false'],
  ]),
  ...faultsIn('models/import/tflite/unary.ts', [
    [
      'relu6 rescales nothing and clamps nothing',
      "activationRange('relu6', input.scale",
      "activationRange('none', input.scale",
    ],
  ]),
  ...faultsIn('models/import/tflite/move.ts', [
    ['a pad pads with 0', ': reading.output.zeroPoint,', ': 0,'],
    ['duplicate axes count twice', '[...new Set(given)]', '[...given]'],
    ['flags of a resize swapped', 'alignCorners: readInt8(options, 0, 0)', 'alignCorners: readInt8(options, 1, 0)'],
  ]),
  ...faultsIn('models/import/tflite/slice.ts', [
    ['second part of a split begins at 0', 'start += sizes[at]!;', 'start += 0 * sizes[at]!;'],
    ['shrunk dimensions counted', 'readInt32(options, 4, 0)', 'readInt32(options, 3, 0)'],
  ]),
  ...faultsIn('models/import/tflite/tensors.ts', [
    ['uint8 keeps its zero point', "type.stored === 'uint8' ? stated - 128 : stated", 'stated'],
    ['uint8 constants keep their bytes', 'value ^ 0x80', 'value'],
  ]),
];
