import {
  type Assertion,
  type CaseArm,
  type Constant,
  type Design,
  type Expr,
  type ExprId,
  type IfArm,
  type Instance,
  type Item,
  type Memory,
  type MemoryField,
  type MemoryRead,
  type MemoryWrite,
  type Module,
  memoryStyles,
  type OutputPort,
  type Port,
  type Register,
  type Statement,
  type Wire,
  type WordData,
} from './design.ts';
import { operationOf } from './parse-operation.ts';
import { type Line, linesOf, parseData, readWords, type WordReader } from './text.ts';

/** Lines on their way through the parser. */
interface Cursor {
  readonly lines: readonly Line[];
  at: number;
}

interface MemoryParts {
  readonly head: Omit<Memory, 'fields' | 'contents' | 'reads' | 'writes'>;
  readonly fields: MemoryField[];
  readonly contents: WordData[];
  readonly reads: MemoryRead[];
  readonly writes: MemoryWrite[];
}

interface Parts {
  readonly inputs: Port[];
  readonly outputs: OutputPort[];
  readonly nodes: Expr[];
  readonly registers: Register[];
  readonly wires: Wire[];
  readonly memories: MemoryParts[];
  readonly instances: Instance[];
  readonly constants: Constant[];
  readonly unused: ExprId[];
  readonly assertions: Assertion[];
}

/**
 * The design that `printDesign` printed. A line that is not of that form is a Fault HDL_TEXT with its number; the rules of
 * designs are checked where the design is used.
 */
export function parseDesign(text: string): Design {
  const cursor: Cursor = { lines: linesOf(text), at: 0 };
  const head = next(cursor, 'design');
  if (!head.take('design')) head.refuse("the first line does not start with 'design'");
  const top = head.word('the name of the top module');
  head.done();
  const modules: Module[] = [];
  while (cursor.at < cursor.lines.length) modules.push(parseModule(cursor));
  return { top, modules };
}

function next(cursor: Cursor, what: string): WordReader {
  const line = cursor.lines[cursor.at++];
  if (line !== undefined) return readWords(line);
  return readWords({ number: (cursor.lines.at(-1)?.number ?? 0) + 1, words: [] }).refuse(
    `the text ends inside a ${what}`,
  );
}

function peek(cursor: Cursor): string | undefined {
  return cursor.lines[cursor.at]?.words[0];
}

function indexOf(list: readonly { readonly name: string }[], reader: WordReader, what: string): number {
  const name = reader.word(`the name of a ${what}`);
  const index = list.findIndex((one) => one.name === name);
  return index < 0 ? reader.refuse(`there is no ${what} '${name}'`) : index;
}

function parseModule(cursor: Cursor): Module {
  const head = next(cursor, 'design');
  if (!head.take('module')) head.refuse("a module does not start with 'module'");
  const name = head.word('the name of the module');
  const needsClock = head.take('clock');
  const needsReset = head.take('reset');
  const place = head.text('the place');
  head.done();
  const parts: Parts = {
    inputs: [],
    outputs: [],
    nodes: [],
    registers: [],
    wires: [],
    memories: [],
    instances: [],
    constants: [],
    unused: [],
    assertions: [],
  };
  const body: Item[] = [];
  while (peek(cursor) !== 'end') {
    const word = peek(cursor) ?? '';
    if (itemWords.has(word)) body.push(parseItem(cursor, parts));
    else parseDeclaration(next(cursor, 'module'), parts);
  }
  next(cursor, 'module').word('end');
  const { memories, assertions, ...rest } = parts;
  return {
    name,
    place,
    ...rest,
    memories: memories.map(({ head: memory, ...lists }) => ({ ...memory, ...lists })),
    body,
    ...(assertions.length === 0 ? {} : { assertions }),
    needsClock,
    needsReset,
  };
}

function parseDeclaration(reader: WordReader, parts: Parts): void {
  const word = reader.word('a declaration');
  switch (word) {
    case 'input':
      parts.inputs.push({ name: reader.word('a name'), ...reader.type() });
      break;
    case 'output':
      parts.outputs.push({ name: reader.word('a name'), ...reader.type(), value: reader.reference() });
      break;
    case 'constant': {
      const name = reader.word('a name');
      parts.constants.push({ name, width: reader.integer('a width'), value: reader.decimal('a value') });
      break;
    }
    case 'register': {
      const [name, type] = [reader.word('a name'), reader.type()];
      const init = reader.take('reset') ? reader.decimal('a value') : null;
      const label = reader.take('label') ? { initLabel: reader.word('a label') } : {};
      parts.registers.push({ name, ...type, init, ...label, place: reader.text('the place') });
      break;
    }
    case 'wire': {
      const [name, type, value] = [reader.word('a name'), reader.type(), reader.reference()];
      parts.wires.push({ name, ...type, place: reader.text('the place'), value });
      break;
    }
    case 'memory':
      parts.memories.push({ head: parseMemory(reader), fields: [], contents: [], reads: [], writes: [] });
      break;
    case 'field':
    case 'contents':
    case 'write':
    case 'read':
      parseMemoryPart(word, reader, parts.memories.at(-1) ?? reader.refuse(`'${word}' stands before any memory`));
      break;
    case 'instance': {
      const [name, module] = [reader.word('a name'), reader.word('a module')];
      const reset = reader.take('reset') ? { reset: reader.reference() } : {};
      const words = reader.rest();
      const inner = readWords({ number: reader.line, words });
      const inputs = words.slice(0, -1).map(() => inner.reference());
      parts.instances.push({ name, module, inputs, ...reset, place: inner.text('the place') });
      break;
    }
    case 'unused':
      parts.unused.push(...references(reader));
      break;
    case 'assert':
    case 'cover': {
      const [name, condition] = [reader.word('a name'), reader.reference()];
      const [message, place] = [reader.text('the message'), reader.text('the place')];
      parts.assertions.push({ kind: word, name, condition, message, place });
      break;
    }
    default:
      if (word !== `%${parts.nodes.length}` || !reader.take('='))
        reader.refuse(`'${word}' starts neither a declaration nor value %${parts.nodes.length}`);
      parts.nodes.push(parseExpr(reader, parts));
  }
  reader.done();
}

/** All words that are left, as references. */
function references(reader: WordReader): number[] {
  const words = reader.rest();
  const inner = readWords({ number: reader.line, words });
  return words.map(() => inner.reference());
}

function parseMemory(reader: WordReader): MemoryParts['head'] {
  const [name, kind] = [reader.word('a name'), reader.word('rom or ram')];
  if (kind !== 'rom' && kind !== 'ram') return reader.refuse(`'${kind}' is neither rom nor ram`);
  const depth = reader.integer('a depth');
  const width = reader.integer('a width');
  const addressWidth = reader.integer('the width of addresses');
  const collision = reader.take('newData') ? { collision: 'newData' as const } : {};
  const said = memoryStyles.find((word) => reader.take(word));
  const style = said === undefined ? {} : { style: said };
  return { name, kind, depth, width, addressWidth, ...collision, ...style, place: reader.text('the place') };
}

function parseMemoryPart(word: string, reader: WordReader, memory: MemoryParts): void {
  if (word === 'contents') {
    memory.contents.push(parseData(reader));
  } else if (word === 'field') {
    const field = { name: reader.text('a name'), ...reader.type(), low: reader.integer('the lowest bit') };
    const [data, stride, offset] = reader.rest().map(Number);
    const content = data === undefined ? null : { data, stride: stride ?? 1, offset: offset ?? 0 };
    memory.fields.push({ ...field, content });
  } else if (word === 'read') {
    memory.reads.push({ name: reader.word('a name'), address: reader.reference(), enable: reader.referenceOrNone() });
  } else {
    const [address, enable] = [reader.reference(), reader.reference()];
    const data = memory.fields.map(() => reader.reference());
    const masks = reader.take('masks') ? { masks: memory.fields.map(() => reader.referenceOrNone()) } : {};
    memory.writes.push({ address, data, enable, ...masks });
  }
}

function parseExpr(reader: WordReader, parts: Parts): Expr {
  const op = reader.word('an operation');
  const type = reader.type();
  const expr = parseSource(op, type, reader, parts) ?? operationOf(op, type, reader);
  return {
    ...expr,
    ...(reader.take('as') ? { name: reader.word('a name') } : {}),
    ...placeOf(reader),
  };
}

function placeOf(reader: WordReader): { readonly place?: string } {
  const [place] = reader.rest();
  return place === undefined ? {} : { place: readWords({ number: reader.line, words: [place] }).text('the place') };
}

type ExprType = Pick<Expr, 'width' | 'signed'>;

function parseSource(op: string, type: ExprType, reader: WordReader, parts: Parts): Expr | null {
  switch (op) {
    case 'const': {
      const value = reader.decimal('a value');
      return { op, ...type, value, ...(reader.take('label') ? { label: reader.word('a label') } : {}) };
    }
    case 'input':
      return { op, ...type, input: indexOf(parts.inputs, reader, 'input') };
    case 'register':
      return { op, ...type, register: indexOf(parts.registers, reader, 'register') };
    case 'wire':
      return { op, ...type, wire: indexOf(parts.wires, reader, 'wire') };
    case 'memoryRead': {
      const memory = indexOf(
        parts.memories.map(({ head }) => head),
        reader,
        'memory',
      );
      return { op, ...type, memory, port: reader.integer('a port'), field: reader.integer('a field') };
    }
    case 'instanceOutput': {
      const instance = indexOf(parts.instances, reader, 'instance');
      return { op, ...type, instance, output: reader.integer('an output') };
    }
    default:
      return null;
  }
}

const itemWords: ReadonlySet<string> = new Set(['set', 'if', 'case', 'drive', 'place', 'make']);

function parseItem(cursor: Cursor, parts: Parts): Item {
  const word = peek(cursor);
  if (word === 'set' || word === 'if' || word === 'case') return parseStatement(cursor, parts);
  const reader = next(cursor, 'module');
  reader.word('an item');
  const item: Item =
    word === 'drive'
      ? { kind: 'wire', wire: indexOf(parts.wires, reader, 'wire') }
      : word === 'make'
        ? { kind: 'instance', instance: indexOf(parts.instances, reader, 'instance') }
        : {
            kind: 'memory',
            memory: indexOf(
              parts.memories.map(({ head }) => head),
              reader,
              'memory',
            ),
          };
  reader.done();
  return item;
}

function parseStatement(cursor: Cursor, parts: Parts): Statement {
  const reader = next(cursor, 'statement');
  const word = reader.word('a statement');
  if (word === 'set') {
    const register = indexOf(parts.registers, reader, 'register');
    const set = { kind: 'set', register, value: reader.reference(), place: reader.text('the place') } as const;
    reader.done();
    return set;
  }
  if (word === 'if') {
    const place = reader.text('the place');
    const arms: IfArm[] = [];
    while (peek(cursor) === 'arm') {
      const arm = next(cursor, 'if');
      arm.word('arm');
      const condition = arm.reference();
      arm.done();
      arms.push({ condition, body: parseBody(cursor, parts) });
    }
    const hasElse = peek(cursor) === 'otherwise';
    if (hasElse) next(cursor, 'if').word('otherwise');
    const otherwise = hasElse ? parseBody(cursor, parts) : [];
    endOf(cursor, 'if');
    return { kind: 'if', arms, otherwise, place };
  }
  if (word !== 'case') return reader.refuse(`'${word}' is no statement`);
  const subject = reader.reference();
  const place = reader.text('the place');
  const arms: CaseArm[] = [];
  while (peek(cursor) === 'arm') {
    const arm = next(cursor, 'case');
    arm.word('arm');
    const [label, value] = [arm.word('a label'), arm.decimal('a value')];
    arm.done();
    arms.push({ label, value, body: parseBody(cursor, parts) });
  }
  endOf(cursor, 'case');
  return { kind: 'case', subject, arms, place };
}

function parseBody(cursor: Cursor, parts: Parts): Statement[] {
  const body: Statement[] = [];
  for (let word = peek(cursor); word !== 'arm' && word !== 'otherwise' && word !== 'end'; word = peek(cursor))
    body.push(parseStatement(cursor, parts));
  return body;
}

function endOf(cursor: Cursor, what: string): void {
  const reader = next(cursor, what);
  if (!reader.take('end')) reader.refuse(`the ${what} does not end here`);
  reader.done();
}
