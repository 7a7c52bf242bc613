/** A minimal FlatBuffers writer: parents before children, every vtable beside its table. Enough to write test files. */

export type Node =
  | { readonly node: 'table'; readonly fields: ReadonlyMap<number, Field> }
  | {
      readonly node: 'bytes';
      readonly bytes: Uint8Array;
      readonly length: number;
      readonly align: number;
      readonly zero?: true;
    }
  | { readonly node: 'nodes'; readonly items: readonly Node[] };

export type Field =
  | { readonly field: 'int8' | 'int32' | 'uint32' | 'float32'; readonly value: number }
  | { readonly field: 'offset'; readonly to: Node };

export const int8 = (value: number): Field => ({ field: 'int8', value });
export const int32 = (value: number): Field => ({ field: 'int32', value });
export const uint32 = (value: number): Field => ({ field: 'uint32', value });
export const float32 = (value: number): Field => ({ field: 'float32', value });
export const child = (to: Node): Field => ({ field: 'offset', to });

/** Fields by slot; a slot left out keeps its default. */
export function table(fields: Readonly<Record<number, Field>>): Node {
  return { node: 'table', fields: new Map(Object.entries(fields).map(([slot, field]) => [Number(slot), field])) };
}

export function tables(items: readonly Node[]): Node {
  return { node: 'nodes', items };
}

export function text(value: string): Node {
  const bytes = new TextEncoder().encode(value);
  return { node: 'bytes', bytes, length: bytes.length, align: 4, zero: true };
}

export function bytesVector(bytes: Uint8Array): Node {
  return { node: 'bytes', bytes, length: bytes.length, align: 16 };
}

export function int32Vector(values: readonly number[]): Node {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [i, value] of values.entries()) view.setInt32(4 * i, value, true);
  return { node: 'bytes', bytes: new Uint8Array(view.buffer), length: values.length, align: 4 };
}

export function float32Vector(values: readonly number[]): Node {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return { node: 'bytes', bytes: new Uint8Array(view.buffer), length: values.length, align: 4 };
}

export function int64Vector(values: readonly number[]): Node {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (const [i, value] of values.entries()) view.setBigInt64(8 * i, BigInt(value), true);
  return { node: 'bytes', bytes: new Uint8Array(view.buffer), length: values.length, align: 8 };
}

interface Output {
  bytes: Uint8Array;
  view: DataView;
  used: number;
}

/** Reserves `size` zero bytes after padding, such that `start + lead` is a multiple of `align`. */
function reserve(out: Output, size: number, align: number, lead: number): number {
  const start = Math.ceil((out.used + lead) / align) * align - lead;
  out.used = start + size;
  if (out.used > out.bytes.length) {
    const grown = new Uint8Array(2 * out.used);
    grown.set(out.bytes);
    out.bytes = grown;
    out.view = new DataView(grown.buffer);
  }
  return start;
}

function link(out: Output, from: number, to: number): void {
  out.view.setUint32(from, to - from, true);
}

function writeTable(out: Output, fields: ReadonlyMap<number, Field>): number {
  const slots = Math.max(-1, ...fields.keys()) + 1;
  const vtableBytes = 4 + 2 * slots;
  const tableBytes = 4 + 4 * fields.size;
  const vtable = reserve(out, vtableBytes, 2, 0);
  const position = reserve(out, tableBytes, 4, 0);
  out.view.setUint16(vtable, vtableBytes, true);
  out.view.setUint16(vtable + 2, tableBytes, true);
  out.view.setInt32(position, position - vtable, true);
  let at = 4;
  for (const [slot, field] of fields) {
    out.view.setUint16(vtable + 4 + 2 * slot, at, true);
    if (field.field === 'offset') link(out, position + at, write(out, field.to));
    else if (field.field === 'int8') out.view.setInt8(position + at, field.value);
    else if (field.field === 'int32') out.view.setInt32(position + at, field.value, true);
    else if (field.field === 'uint32') out.view.setUint32(position + at, field.value, true);
    else out.view.setFloat32(position + at, field.value, true);
    at += 4;
  }
  return position;
}

function write(out: Output, node: Node): number {
  if (node.node === 'table') return writeTable(out, node.fields);
  if (node.node === 'nodes') {
    const start = reserve(out, 4 + 4 * node.items.length, 4, 0);
    out.view.setUint32(start, node.items.length, true);
    for (const [i, item] of node.items.entries()) link(out, start + 4 + 4 * i, write(out, item));
    return start;
  }
  const start = reserve(out, 4 + node.bytes.length + (node.zero ? 1 : 0), node.align, 4);
  out.view.setUint32(start, node.length, true);
  out.bytes.set(node.bytes, start + 4);
  return start;
}

/** A whole file with its four-character identifier. */
export function writeFlatbuffer(root: Node, identifier: string): Uint8Array {
  const bytes = new Uint8Array(1024);
  const out: Output = { bytes, view: new DataView(bytes.buffer), used: 8 };
  out.bytes.set(new TextEncoder().encode(identifier), 4);
  link(out, 0, write(out, root));
  return out.bytes.slice(0, out.used);
}
