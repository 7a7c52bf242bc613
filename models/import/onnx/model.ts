/** ModelProto and GraphProto (onnx.proto): nodes, attributes, initialisers and ports, as the file states them. */
import { Fault } from '../../../specs/fault.ts';
import { readTensorField } from './tensor-proto.ts';
import { type OnnxTensor, type OnnxType, typeOfCode } from './types.ts';
import {
  eachField,
  type Field,
  floatOf,
  integerOf,
  type Message,
  messageOf,
  pushIntegers,
  pushReals,
  textOf,
} from './wire.ts';

export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  /** Kinds that no supported operator takes: graphs, sparse tensors, lists of strings. */
  | { readonly kind: 'other' };

export interface OnnxNode {
  readonly index: number;
  /** `Conv`, or `com.microsoft.QLinearAdd` outside the default domain. */
  readonly operator: string;
  /** `model.onnx: node 3 (Conv)`, for faults. */
  readonly place: string;
  /** Names of values; empty for an optional one left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** A port of the network. Sizes that are left open (a name, or nothing) read null. */
export interface Port {
  readonly name: string;
  readonly type: OnnxType | null;
  readonly shape: readonly (number | null)[] | null;
}

export interface OnnxModel {
  readonly name: string;
  /** Version of the default operator set. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Without those that only name an initialiser. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

const oldestOpset = 10;

function readAttribute(message: Message): { name: string; attribute: Attribute } {
  let name = '';
  let type = 0;
  let float = 0;
  let int = 0;
  let text = '';
  let tensor: OnnxTensor | null = null;
  const floats: number[] = [];
  const ints: number[] = [];
  eachField(message, (field) => {
    if (field.number === 1) name = textOf(message, field);
    else if (field.number === 2) float = floatOf(message, field);
    else if (field.number === 3) int = integerOf(message, field);
    else if (field.number === 4) text = textOf(message, field);
    else if (field.number === 5) tensor = readTensorField(message, field, message.place).tensor;
    else if (field.number === 7) pushReals(message, field, 4, floats);
    else if (field.number === 8) pushIntegers(message, field, ints);
    else if (field.number === 20) type = integerOf(message, field);
  });
  const attributes: Readonly<Record<number, Attribute>> = {
    1: { kind: 'float', value: float },
    2: { kind: 'int', value: int },
    3: { kind: 'string', value: text },
    6: { kind: 'floats', value: floats },
    7: { kind: 'ints', value: ints },
  };
  if (type === 4 && tensor !== null) return { name, attribute: { kind: 'tensor', value: tensor } };
  return { name, attribute: attributes[type] ?? { kind: 'other' } };
}

function readNode(message: Message, index: number, file: string): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributeFields: Field[] = [];
  let operator = '';
  let domain = '';
  eachField(message, (field) => {
    if (field.number === 1) inputs.push(textOf(message, field));
    else if (field.number === 2) outputs.push(textOf(message, field));
    else if (field.number === 4) operator = textOf(message, field);
    else if (field.number === 5) attributeFields.push(field);
    else if (field.number === 7) domain = textOf(message, field);
  });
  const full = domain === '' || domain === 'ai.onnx' ? operator : `${domain}.${operator}`;
  const place = `${file}: node ${index} (${full})`;
  const attributes = new Map(
    attributeFields.map((field) => {
      const { name, attribute } = readAttribute(messageOf(message, field, `${place}, attribute`));
      return [name, attribute] as const;
    }),
  );
  return { index, operator: full, place, inputs, outputs, attributes };
}

function readDimension(message: Message): number | null {
  let size: number | null = null;
  eachField(message, (field) => {
    if (field.number === 1) size = integerOf(message, field);
  });
  return size;
}

/** The fields of the message in `field`, which is field number `wanted` of `message`. */
function inside(message: Message, field: Field, wanted: number, visit: (inner: Message, field: Field) => void): void {
  if (field.number !== wanted) return;
  const inner = messageOf(message, field, message.place);
  eachField(inner, (part) => {
    visit(inner, part);
  });
}

function readPort(message: Message): Port {
  let name = '';
  let type: OnnxType | null = null;
  let shape: (number | null)[] | null = null;
  eachField(message, (field) => {
    if (field.number === 1) name = textOf(message, field);
    // ValueInfoProto.type, TypeProto.tensor_type, Tensor.elem_type and Tensor.shape, TensorShapeProto.dim
    inside(message, field, 2, (proto, kind) => {
      inside(proto, kind, 1, (tensor, part) => {
        if (part.number === 1) type = typeOfCode(integerOf(tensor, part));
        if (part.number !== 2) return;
        const sizes: (number | null)[] = [];
        inside(tensor, part, 2, (list, dimension) => {
          if (dimension.number === 1) sizes.push(readDimension(messageOf(list, dimension, message.place)));
        });
        shape = sizes;
      });
    });
  });
  return { name, type, shape };
}

function readOpset(message: Message): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  eachField(message, (field) => {
    if (field.number === 1) domain = textOf(message, field);
    else if (field.number === 2) version = integerOf(message, field);
  });
  return { domain, version };
}

interface GraphParts {
  readonly nodes: OnnxNode[];
  readonly initializers: Map<string, OnnxTensor>;
  readonly inputs: Port[];
  readonly outputs: Port[];
}

function readGraph(message: Message, file: string): GraphParts {
  const graph: GraphParts = { nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  eachField(message, (field) => {
    if (field.number === 1) {
      const index = graph.nodes.length;
      graph.nodes.push(readNode(messageOf(message, field, `${file}: node ${index}`), index, file));
    } else if (field.number === 5) {
      const { name, tensor } = readTensorField(message, field, `${file}: initialiser`);
      graph.initializers.set(name, tensor);
    } else if (field.number === 11) {
      graph.inputs.push(readPort(messageOf(message, field, `${file}: input ${graph.inputs.length}`)));
    } else if (field.number === 12) {
      graph.outputs.push(readPort(messageOf(message, field, `${file}: output ${graph.outputs.length}`)));
    } else if (field.number === 15) {
      throw new Fault({
        code: 'ONNX_TYPE',
        place: `${file}: initialiser`,
        cause: 'it is a sparse tensor',
        wayOut: 'store the weights as dense tensors',
      });
    }
  });
  return graph;
}

function notAModel(name: string, cause: string): Fault {
  return new Fault({ code: 'ONNX_NOT_A_MODEL', place: name, cause, wayOut: 'give an .onnx file with one graph' });
}

/**
 * Reads an .onnx file. Nothing is judged yet but the format: operators and shapes are the importer's. Values of initialisers are
 * copies, so the graph does not change with `bytes`. Faults: `ONNX_*`.
 */
export function readOnnxModel(bytes: Uint8Array, name: string): OnnxModel {
  const message: Message = { bytes, start: 0, end: bytes.length, place: name };
  const graphs: Field[] = [];
  let opset: number | null = null;
  eachField(message, (field) => {
    if (field.number === 7) graphs.push(field);
    else if (field.number === 8) {
      const { domain, version } = readOpset(messageOf(message, field, `${name}: operator set`));
      if (domain === '' || domain === 'ai.onnx') opset = version;
    }
  });
  if (graphs.length !== 1)
    throw notAModel(name, `an ONNX model has one graph, this file of ${bytes.length} bytes has ${graphs.length}`);
  if (opset === null) throw notAModel(name, 'it names no version of the default operator set');
  if (opset < oldestOpset) {
    throw new Fault({
      code: 'ONNX_VERSION',
      place: name,
      cause: `operator set ${opset}`,
      wayOut: `version ${oldestOpset} or later is needed, 13 or later is best; convert it with onnx.version_converter`,
    });
  }
  const graph = readGraph(messageOf(message, graphs[0]!, `${name}: graph`), name);
  const inputs = graph.inputs.filter((port) => !graph.initializers.has(port.name));
  return { name, opset, nodes: graph.nodes, initializers: graph.initializers, inputs, outputs: graph.outputs };
}
