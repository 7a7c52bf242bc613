/** Writes ONNX files (protobuf's wire format, field numbers of onnx.proto) for tests: what exporters write, and what they should not. */

export type TensorKind = 'float' | 'uint8' | 'int8' | 'int32' | 'int64';

export interface TensorText {
  readonly type: TensorKind;
  readonly shape: readonly number[];
  readonly values: readonly number[] | Float32Array | Int8Array | Uint8Array | Int32Array;
}

export type AttributeText =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly tensor: TensorText };

export interface NodeText {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A plain number is an int. */
  readonly attributes?: Readonly<Record<string, AttributeText>>;
}

export interface PortText {
  readonly name: string;
  readonly type: TensorKind;
  /** A text is a size that is left open. */
  readonly shape: readonly (number | string)[];
}

export interface ModelText {
  readonly opset?: number;
  readonly nodes: readonly NodeText[];
  readonly inputs: readonly PortText[];
  readonly outputs: readonly PortText[];
  readonly initializers?: Readonly<Record<string, TensorText>>;
}

const codes: Readonly<Record<TensorKind, number>> = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 };
const utf8 = new TextEncoder();

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

export function integer(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8), ...varint(value)]);
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return join([Uint8Array.from(varint(field * 8 + 5)), bytes]);
}

export function bytes(field: number, content: Uint8Array): Uint8Array {
  return join([Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length)]), content]);
}

export function text(field: number, value: string): Uint8Array {
  return bytes(field, utf8.encode(value));
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function rawData({ type, values }: TensorText): Uint8Array {
  const list = Array.from(values);
  if (type === 'float') return new Uint8Array(Float32Array.from(list).buffer);
  if (type === 'int32') return new Uint8Array(Int32Array.from(list).buffer);
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(list.map((value) => BigInt(value))).buffer);
  return Uint8Array.from(list, (value) => value & 255);
}

/** A TensorProto with its values in raw_data. */
export function writeTensor(name: string, tensor: TensorText): Uint8Array {
  const dims = tensor.shape.map((size) => integer(1, size));
  return join([...dims, integer(2, codes[tensor.type]), text(8, name), bytes(9, rawData(tensor))]);
}

function attribute(name: string, value: AttributeText): Uint8Array {
  const named = text(1, name);
  if (typeof value === 'number') return join([named, integer(3, value), integer(20, 2)]);
  if (typeof value === 'string') return join([named, text(4, value), integer(20, 3)]);
  if ('float' in value) return join([named, float(2, value.float), integer(20, 1)]);
  if ('tensor' in value) return join([named, bytes(5, writeTensor('', value.tensor)), integer(20, 4)]);
  return join([named, ...value.map((item) => integer(8, item)), integer(20, 7)]);
}

function node({ operator, inputs, outputs, attributes = {} }: NodeText): Uint8Array {
  const dot = operator.lastIndexOf('.');
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator.slice(dot + 1)),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
    ...(dot > 0 ? [text(7, operator.slice(0, dot))] : []),
  ]);
}

function port({ name, type, shape }: PortText): Uint8Array {
  const sizes = shape.map((size) => bytes(1, typeof size === 'number' ? integer(1, size) : text(2, size)));
  const tensor = join([integer(1, codes[type]), bytes(2, join(sizes))]);
  return join([text(1, name), bytes(2, bytes(1, tensor))]);
}

/** A ModelProto with one graph. */
export function writeOnnx(model: ModelText): Uint8Array {
  const graph = join([
    ...model.nodes.map((item) => bytes(1, node(item))),
    text(2, 'graph'),
    ...Object.entries(model.initializers ?? {}).map(([name, tensor]) => bytes(5, writeTensor(name, tensor))),
    ...model.inputs.map((item) => bytes(11, port(item))),
    ...model.outputs.map((item) => bytes(12, port(item))),
  ]);
  const opset = (domain: string, version: number): Uint8Array => bytes(8, join([text(1, domain), integer(2, version)]));
  return join([integer(1, 8), bytes(7, graph), opset('', model.opset ?? 13), opset('com.microsoft', 1)]);
}
