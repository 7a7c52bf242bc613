import type { ExprId, MemoryField, WordData } from '../ir/design.ts';
import { maximumOf, minimumOf } from '../ir/fold.ts';
import type { Num, Signal } from './any-signal.ts';
import {
  addItem,
  addNode,
  type Builder,
  claim,
  currentBuilder,
  isConditional,
  type MemoryDraft,
  mistake,
} from './builder.ts';
import { here } from './place.ts';
import { type Bool, literal, type UInt } from './signal.ts';
import {
  type Assigned,
  bool,
  flatten,
  leavesOf,
  type RecordType,
  shape,
  type Type,
  uint,
  type Value,
  type VecType,
  vec,
} from './types.ts';

/** Initial words: one array of depth x scalars per word, lanes together; a record has one such array per field. */
export type Contents<T extends Type> =
  T extends RecordType<infer F> ? { readonly [K in keyof F]: Contents<F[K]> } : WordData;

export interface ReadOptions {
  /** Loads the read register only while 1; it holds its word otherwise. */
  readonly enable?: Bool;
  /** Name of the read register; needed for the second read port on. Default `<memory>_q`. */
  readonly name?: string;
}
export interface Rom<T extends Type> {
  /** The word at the address of the clock before, registered. */
  read(address: UInt | Num, options?: ReadOptions): Value<T>;
}
export interface Ram<T extends Type> extends Rom<T> {
  /** Stores the word at the clock edge while `enable` (and every enclosing condition) is 1. */
  write(address: UInt | Num, word: Assigned<T>, options?: WriteOptions<T>): void;
}
export interface WriteOptions<T extends Type> {
  readonly enable?: Bool;
  /** For a word that is a vec: one bit per element, which is stored only while its bit is 1 (byte enables). */
  readonly lanes?: T extends VecType ? readonly (Bool | boolean)[] : never;
}
export interface RamOptions<T extends Type> {
  /**
   * What a read gives at the clock of a write to its address: the word before (`oldData`, the default) or the one that is
   * written (`newData`: costs a comparison of the addresses).
   */
  readonly collision?: 'oldData' | 'newData';
  /** Initial words, printed as a `$readmemh` file. */
  readonly contents?: Contents<T>;
}

/** Read-only memory with a registered output; its image is printed as a `$readmemh` file. */
export function rom<T extends Type>(name: string, type: T, depth: number, contents: Contents<T>): Rom<T> {
  const memory = declare(name, 'rom', type, depth, contents);
  return { read: (address, options = {}) => read(memory, type, address, options) };
}

/**
 * Random-access memory with registered outputs: any number of read and write ports on the ambient clock. Of two writes to
 * one address at one clock the one that stands later wins. A read at the clock of a write to the same address gives the
 * old word unless `collision` says otherwise. Without `contents` a word has no defined value in hardware before it is
 * written (the embedded simulator starts it at 0, or finds what depends on it with `unknowns: 'check'`).
 */
export function ram<T extends Type>(name: string, type: T, depth: number, options: RamOptions<T> = {}): Ram<T> {
  const memory = declare(name, 'ram', type, depth, options.contents, options.collision);
  return {
    read: (address, readOptions = {}) => read(memory, type, address, readOptions),
    write: (address, word, writeOptions = {}) => write(memory, type, address, word, writeOptions),
  };
}

function declare(
  name: string,
  kind: 'rom' | 'ram',
  type: Type,
  depth: number,
  contents: unknown,
  collision?: 'oldData' | 'newData',
): MemoryDraft {
  const builder = currentBuilder(`${kind} '${name}'`);
  const place = here();
  claim(builder, name, kind, place);
  if (!Number.isInteger(depth) || depth < 1)
    mistake('HDL_LENGTH', `${kind} '${name}' has a depth of ${depth}`, 'use a whole number from 1', place);
  const arrays: WordData[] = [];
  const fields: MemoryField[] = [];
  if (kind === 'rom' || contents !== undefined)
    describeFields(`${kind} '${name}'`, type, depth, contents, '', fields, arrays);
  else for (const leaf of leavesOf(type)) pushField(fields, leaf.path, leaf.width, leaf.signed, null);
  const last = fields.at(-1)!;
  const memory: MemoryDraft = {
    name,
    kind,
    depth,
    width: last.low + last.width,
    addressWidth: Math.max(1, Math.ceil(Math.log2(depth))),
    fields,
    contents: arrays,
    reads: [],
    writes: [],
    ...(collision === 'newData' ? { collision } : {}),
    place,
  };
  builder.memories.push(memory);
  addItem(builder, { kind: 'memory', memory: builder.memories.length - 1 });
  return memory;
}

function pushField(
  fields: MemoryField[],
  name: string,
  width: number,
  signed: boolean,
  content: MemoryField['content'],
): void {
  const last = fields.at(-1);
  fields.push({ name, width, signed, low: last === undefined ? 0 : last.low + last.width, content });
}

/** Lays out the word and attaches to every scalar its lane of the contents. */
function describeFields(
  memory: string,
  type: Type,
  depth: number,
  contents: unknown,
  path: string,
  fields: MemoryField[],
  arrays: WordData[],
): void {
  if (type.kind === 'record') {
    if (contents === null || typeof contents !== 'object' || ArrayBuffer.isView(contents)) {
      mistake(
        'HDL_ROM_CONTENTS',
        `${memory} needs one array per field of its record`,
        `give {${Object.keys(type.fields).join(', ')}}`,
      );
    }
    const given: { readonly [name: string]: unknown } = { ...contents };
    for (const [name, field] of Object.entries(type.fields))
      describeFields(memory, field, depth, given[name], joinStep(path, name), fields, arrays);
    return;
  }
  const leaves = leavesOf(type);
  if (!isWordData(contents)) {
    mistake(
      'HDL_ROM_CONTENTS',
      `the contents of ${fieldOf(memory, path)} are not an integer typed array`,
      'give an Int8Array, Int32Array, BigInt64Array ...',
    );
  }
  if (contents.length !== depth * leaves.length) {
    mistake(
      'HDL_ROM_CONTENTS',
      `${fieldOf(memory, path)} has ${depth} words of ${leaves.length} values but its contents have ${contents.length}`,
      `give ${depth * leaves.length} values, the lanes of a word together`,
    );
  }
  const data = arrays.push(contents) - 1;
  for (const [offset, leaf] of leaves.entries()) {
    checkRange(memory, leaf.width, leaf.signed, contents, leaves.length, offset);
    pushField(fields, leaf.path === '' ? path : joinStep(path, leaf.path), leaf.width, leaf.signed, {
      data,
      stride: leaves.length,
      offset,
    });
  }
}

/** `rom 'w'` and the path of a field make `rom 'w_bias'`. */
function fieldOf(memory: string, path: string): string {
  return path === '' ? memory : `${memory.slice(0, -1)}_${path}'`;
}

function joinStep(path: string, step: string): string {
  return path === '' ? step : `${path}_${step}`;
}

function isWordData(value: unknown): value is WordData {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof Float32Array) &&
    !(value instanceof Float64Array) &&
    !(value instanceof BigUint64Array)
  );
}

function checkRange(
  memory: string,
  width: number,
  signed: boolean,
  contents: WordData,
  stride: number,
  offset: number,
): void {
  const low = minimumOf(width, signed);
  const high = maximumOf(width, signed);
  const lowNumber = Number(low);
  const highNumber = Number(high);
  for (let at = offset; at < contents.length; at += stride) {
    const value = contents[at]!;
    const fits = typeof value === 'number' ? value >= lowNumber && value <= highNumber : value >= low && value <= high;
    if (!fits) {
      mistake(
        'HDL_ROM_CONTENTS',
        `word ${Math.floor(at / stride)} of ${memory} holds ${value}, which does not fit in ${signed ? 'sint' : 'uint'}(${width})`,
        'use a wider word type',
      );
    }
  }
}

function read<T extends Type>(memory: MemoryDraft, type: T, address: UInt | Num, options: ReadOptions): Value<T> {
  const builder = owner(memory, `read of ${memory.kind} '${memory.name}'`);
  if (isConditional(builder)) {
    mistake(
      'HDL_CONDITIONAL_READ',
      `${memory.kind} '${memory.name}' is read inside a condition, but a read port always exists`,
      'move .read(...) out of the condition and give it { enable }',
    );
  }
  if (memory.reads.length > 0 && options.name === undefined) {
    mistake(
      'HDL_NAME',
      `this is read port ${memory.reads.length + 1} of ${memory.kind} '${memory.name}'`,
      "name its register: .read(address, { name: '...' })",
    );
  }
  const name = claim(builder, options.name ?? `${memory.name}_q`, `read register of ${memory.kind} '${memory.name}'`);
  const [place] = flatten(uint(memory.addressWidth), address, `address of ${memory.kind} '${memory.name}'`);
  const enable =
    options.enable === undefined
      ? null
      : flatten(bool, options.enable, `enable of ${memory.kind} '${memory.name}'`)[0]!;
  const port = memory.reads.push({ name, address: place!.id, enable: enable?.id ?? null }) - 1;
  const index = builder.memories.indexOf(memory);
  return shape(type, {
    scalar: ({ width, signed, make }, field) =>
      make(builder, addNode(builder, { op: 'memoryRead', width, signed, memory: index, port, field })),
  });
}

function write<T extends Type>(
  memory: MemoryDraft,
  type: T,
  address: UInt | Num,
  word: Assigned<T>,
  { enable, lanes }: WriteOptions<T>,
): void {
  const what = `write of ram '${memory.name}'`;
  const builder = owner(memory, what);
  const [place] = flatten(uint(memory.addressWidth), address, `address of ram '${memory.name}'`);
  const data = flatten(type, word, `word of ram '${memory.name}'`).map((signal) => signal.id);
  const given: Signal =
    enable === undefined ? literal('bool', 1, true, what) : flatten(bool, enable, `enable of ram '${memory.name}'`)[0]!;
  const outer = builder.conditions.at(-1);
  const condition =
    outer === undefined
      ? given.id
      : enable === undefined
        ? outer
        : addNode(builder, { op: 'and', width: 1, signed: false, args: [outer, given.id] });
  const masks = lanes === undefined ? {} : { masks: masksOf(memory, type, lanes) };
  memory.writes.push({ address: place!.id, data, enable: condition, ...masks });
}

/** One mask per scalar of the word: that of its lane. */
function masksOf(memory: MemoryDraft, type: Type, lanes: unknown): ExprId[] {
  const what = `lanes of ram '${memory.name}'`;
  if (type.kind !== 'vec')
    mistake('HDL_SHAPE', `${what}: the word is no vec`, 'make it a vec, or use { enable } for the whole word');
  const scalars = leavesOf(type.element).length;
  return flatten(vec(type.length, bool), lanes, what).flatMap((mask) => new Array<ExprId>(scalars).fill(mask.id));
}

function owner(memory: MemoryDraft, what: string): Builder {
  const builder = currentBuilder(what);
  if (!builder.memories.includes(memory)) {
    mistake(
      'HDL_FOREIGN_SIGNAL',
      `${what} stands in module '${builder.name}', which does not own it`,
      'read it where it is declared and pass the word through a port',
    );
  }
  return builder;
}
