/** The parts of a .tflite file that the importer needs, read on demand. Field numbers: tensorflow/lite/schema/schema.fbs. */
import { Fault } from '../../specs/fault.ts';
import {
  type FlatFile,
  flatFile,
  int32At,
  readInt8,
  readInt32,
  readTable,
  readText,
  readUint32,
  readVector,
  rootTable,
  type Table,
  tableAtIndex,
  type Vector,
} from './flatbuffer.ts';
import { operatorName, supportedOperators } from './operators.ts';

export interface ModelFile {
  readonly file: FlatFile;
  readonly buffers: Vector;
  readonly tensors: Vector;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly operators: readonly FileOperator[];
}

export interface FileOperator {
  readonly index: number;
  /** Schema name: `CONV_2D`. */
  readonly name: string;
  /** `kws.tflite: operator 3 (CONV_2D)`, for faults. */
  readonly place: string;
  /** Tensor numbers; -1 for an optional input left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** BuiltinOptions number of the options table; 0 for none. */
  readonly optionsType: number;
  readonly options: Table | null;
}

/** Tensor numbers of an operator or of the graph: more than this many is no network this project reads. */
const listLimit = 16;
export const nameLimit = 1024;

function readList(table: Table, slot: number, what: string): number[] {
  const vector = readVector(table, slot, 4, what);
  if (vector.length > listLimit) {
    throw new Fault({
      code: 'TFLITE_LIST',
      place: `${table.file.name}: ${what}`,
      cause: `it lists ${vector.length} tensors`,
      wayOut: `at most ${listLimit} are read`,
    });
  }
  return Array.from({ length: vector.length }, (_, i) => int32At(vector, i));
}

function operatorCodeName(codes: Vector, index: number, place: string): string {
  if (index >= codes.length) {
    throw new Fault({
      code: 'TFLITE_OPERATOR_CODE',
      place,
      cause: `it uses operator code ${index} of ${codes.length}`,
      wayOut: 'the file is damaged; export it again',
    });
  }
  const code = tableAtIndex(codes, index, `operator code ${index}`);
  // Old files have only the byte; new files put codes above 126 into the 32-bit field and 127 into the byte.
  const builtin = Math.max(readInt8(code, 0, 0), readInt32(code, 3, 0));
  if (builtin !== 32) return operatorName(builtin);
  return `CUSTOM "${readText(code, 1, nameLimit, `operator code ${index}`)}"`;
}

/** The first twelve, and how many more: a message stays readable whatever the file claims. */
function listSome(items: readonly string[], separator: string): string {
  const rest = items.length - 12;
  return items.slice(0, 12).join(separator) + (rest > 0 ? `${separator}and ${rest} more` : '');
}

/** What an importer reads: operators, and words for the types it reads them in. */
export interface Supported {
  readonly operators: readonly string[];
  readonly types: string;
  /** The file to give instead of something else. */
  readonly file: string;
}

const supportedInt8: Supported = { operators: supportedOperators, types: 'all quantised', file: 'quantised to int8' };

function refuseUnsupported(name: string, operatorNames: readonly string[], supported: Supported): void {
  const positions = new Map<string, number[]>();
  for (const [index, operator] of operatorNames.entries()) {
    if (supported.operators.includes(operator)) continue;
    const list = positions.get(operator);
    if (list) list.push(index);
    else positions.set(operator, [index]);
  }
  if (positions.size === 0) return;
  const listed = listSome(
    [...positions].map(([operator, at]) => `${operator} (operator ${listSome(at.map(String), ', ')})`),
    '; ',
  );
  throw new Fault({
    code: 'TFLITE_UNSUPPORTED_OPERATOR',
    place: name,
    cause: `the model needs ${listed}`,
    wayOut: `supported are ${supported.operators.join(', ')}, ${supported.types}`,
  });
}

/** Reads header, lists and operators; refuses other formats and, in one message, all unsupported operators. */
export function readModelFile(bytes: Uint8Array, name: string, supported = supportedInt8): ModelFile {
  const file = flatFile(bytes, name);
  if (bytes.length < 8 || String.fromCharCode(...bytes.subarray(4, 8)) !== 'TFL3') {
    throw new Fault({
      code: 'TFLITE_NOT_A_MODEL',
      place: name,
      cause: `bytes 4 to 7 of a TensorFlow Lite file read TFL3, this file of ${bytes.length} bytes has something else`,
      wayOut: `give a .tflite file, ${supported.file}`,
    });
  }
  const model = rootTable(file, 'model');
  const version = readUint32(model, 0, 0);
  if (version !== 3) {
    throw new Fault({
      code: 'TFLITE_VERSION',
      place: name,
      cause: `schema version ${version}`,
      wayOut: 'version 3 is supported; export with a current TensorFlow',
    });
  }
  const codes = readVector(model, 1, 4, 'operator codes');
  const subgraphs = readVector(model, 2, 4, 'subgraphs');
  if (subgraphs.length !== 1) {
    throw new Fault({
      code: 'TFLITE_SUBGRAPHS',
      place: name,
      cause: `the model has ${subgraphs.length} subgraphs`,
      wayOut: 'exactly one is supported; export a single signature without control flow',
    });
  }
  const subgraph = tableAtIndex(subgraphs, 0, 'subgraph 0');
  const operatorTables = readVector(subgraph, 3, 4, 'operators');
  const tables: Table[] = [];
  const names: string[] = [];
  for (let index = 0; index < operatorTables.length; index += 1) {
    const table = tableAtIndex(operatorTables, index, `operator ${index}`);
    tables.push(table);
    names.push(operatorCodeName(codes, readUint32(table, 0, 0), `${name}: operator ${index}`));
  }
  refuseUnsupported(name, names, supported);
  return {
    file,
    buffers: readVector(model, 4, 4, 'buffers'),
    tensors: readVector(subgraph, 0, 4, 'tensors'),
    inputs: readList(subgraph, 1, 'inputs of the model'),
    outputs: readList(subgraph, 2, 'outputs of the model'),
    operators: tables.map((table, index) => ({
      index,
      name: names[index]!,
      place: `${name}: operator ${index} (${names[index]!})`,
      inputs: readList(table, 1, `inputs of operator ${index}`),
      outputs: readList(table, 2, `outputs of operator ${index}`),
      optionsType: readInt8(table, 3, 0),
      options: readTable(table, 4, `options of operator ${index}`),
    })),
  };
}
