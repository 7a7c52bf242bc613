/** The quantised tensors of a file, read once each when an operator or a port names them. */
import { Fault } from '../../../specs/fault.ts';
import { checkTensor } from '../../check-graph.ts';
import type { Tensor, TensorData } from '../../graph.ts';
import { tensorElements } from '../../shape.ts';
import type { ModelFile } from '../model-file.ts';
import { tensorTypeName } from '../operators.ts';
import { type FileTensor, readTensor } from '../tensor-file.ts';
import { refuseScales } from '../weighted.ts';

const types: Readonly<Record<string, Pick<Tensor, 'type' | 'stored'>>> = {
  INT8: {},
  INT16: { type: 'int16' },
  // The same numbers 128 lower.
  UINT8: { stored: 'uint8' },
};

export interface TensorSet {
  readonly tensors: Map<number, Tensor>;
  readonly constants: Map<number, TensorData>;
  /** The tensor of that number; `use` says whether it may be a constant and whether it may be uint8. */
  readonly known: (index: number, place: string, use: Use) => Tensor;
  /** Numbers for tensors that the file does not have. */
  readonly nextId: () => number;
}

export interface Use {
  readonly constant: boolean;
  readonly uint8: boolean;
}

function readQuantized(file: FileTensor, place: string, { uint8 }: Use): Tensor {
  const type = types[tensorTypeName(file.type)];
  if (type === undefined || (type.stored === 'uint8' && !uint8)) {
    throw new Fault({
      code: 'TFLITE_TYPE',
      place: `${place}, activation (tensor ${file.index})`,
      cause: `type ${tensorTypeName(file.type)}`,
      wayOut: 'INT8 is needed (or INT16); quantise the whole model to int8 (full integer quantisation)',
    });
  }
  refuseScales(file, place, 'activation');
  const [scale = 1, ...more] = file.scales;
  const [stated = 0] = file.zeroPoints;
  if (more.length > 0) {
    throw new Fault({
      code: 'TFLITE_QUANTIZATION',
      place: `${place}, tensor ${file.index}`,
      cause: `${file.scales.length} scales on an activation`,
      wayOut: 'activations need exactly one scale',
    });
  }
  const zeroPoint = type.stored === 'uint8' ? stated - 128 : stated;
  const tensor = { id: file.index, name: file.name, shape: file.shape, scale, zeroPoint, ...type };
  checkTensor(tensor, `${place}, tensor ${file.index}`);
  return tensor;
}

function readConstant(model: ModelFile, file: FileTensor, tensor: Tensor, place: string): TensorData {
  const elements = tensorElements(tensor.shape);
  const bytes = tensor.type === 'int16' ? 2 : 1;
  if (file.data.length !== elements * bytes) {
    throw new Fault({
      code: 'TFLITE_BUFFER',
      place: `${place}, tensor ${file.index}`,
      cause: `its buffer has ${file.data.length} bytes, shape [${file.shape.join(', ')}] needs ${elements * bytes}`,
      wayOut: 'export the model again',
    });
  }
  const { view, bytes: all } = model.file;
  const { start } = file.data;
  if (bytes === 2) return Int16Array.from({ length: elements }, (_, at) => view.getInt16(start + 2 * at, true));
  const content = new Int8Array(all.buffer, all.byteOffset + start, elements);
  return tensor.stored === 'uint8' ? content.map((value) => value ^ 0x80) : content;
}

export function tensorSet(model: ModelFile): TensorSet {
  const tensors = new Map<number, Tensor>();
  const constants = new Map<number, TensorData>();
  let made = 0;
  return {
    tensors,
    constants,
    nextId() {
      made += 1;
      return model.tensors.length + made - 1;
    },
    known(index, place, use) {
      const read = tensors.get(index);
      if (read && (use.constant || !constants.has(index))) return read;
      const file = readTensor(model, index, place);
      const tensor = readQuantized(file, place, use);
      if (file.data.length > 0) {
        if (!use.constant) {
          throw new Fault({
            code: 'TFLITE_TENSOR',
            place: `${place}, tensor ${index}`,
            cause: 'a constant where an activation is expected',
            wayOut: 'the file is damaged; export it again',
          });
        }
        constants.set(index, readConstant(model, file, tensor, place));
      }
      tensors.set(index, tensor);
      return tensor;
    },
  };
}
