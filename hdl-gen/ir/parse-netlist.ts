import type {
  Net,
  NetAssertion,
  NetInput,
  Netlist,
  NetMemory,
  NetNode,
  NetOutput,
  NetReadPort,
  NetRegister,
  NetWritePort,
  NodeId,
} from './netlist.ts';
import { operationOf } from './parse-operation.ts';
import { linesOf, readWords, type WordReader, wordData } from './text.ts';

interface MemoryParts extends Omit<NetMemory, 'reads' | 'writes'> {
  readonly reads: NetReadPort[];
  readonly writes: NetWritePort[];
}

/** A node whose register or memory is declared further down. */
interface Source {
  readonly kind: 'register' | 'memoryRead';
  readonly name: string;
  readonly port: number;
  readonly width: number;
  readonly signed: boolean;
  readonly reader: WordReader;
}

interface Parts {
  readonly nodes: (NetNode | Source)[];
  readonly inputs: NetInput[];
  readonly outputs: NetOutput[];
  readonly registers: Omit<NetRegister, 'node'>[];
  readonly memories: MemoryParts[];
  readonly assertions: NetAssertion[];
  readonly covers: NetAssertion[];
  readonly asides: NetNode[];
  readonly nets: Net[];
}

/**
 * The netlist that `printNetlist(netlist, { contents: true })` printed. A line that is not of that form is a Fault HDL_TEXT
 * with its number; `checkNetlist` checks the rest.
 */
export function parseNetlist(text: string): Netlist {
  const [first, ...lines] = linesOf(plain(text));
  const head = readWords(first ?? { number: 1, words: [] });
  if (head.word('netlist') !== 'netlist') head.refuse("the first line does not start with 'netlist'");
  const name = head.word('the name of the netlist');
  head.done();
  const parts: Parts = {
    nodes: [],
    inputs: [],
    outputs: [],
    registers: [],
    memories: [],
    assertions: [],
    covers: [],
    asides: [],
    nets: [],
  };
  for (const line of lines) parseLine(readWords(line), parts);
  const { nodes, inputs, outputs, memories, assertions, covers, asides, nets } = parts;
  const registerNodes = new Map<number, NodeId>();
  const resolved = nodes.map((node, id): NetNode => {
    if (!('kind' in node)) return node;
    const { kind, width, signed, port, reader } = node;
    const list: readonly { readonly name: string }[] = kind === 'register' ? parts.registers : memories;
    const index = list.findIndex((one) => one.name === node.name);
    if (index < 0) reader.refuse(`there is no ${kind === 'register' ? 'register' : 'memory'} '${node.name}'`);
    if (kind === 'memoryRead') return { op: kind, width, signed, memory: index, port };
    registerNodes.set(index, id);
    return { op: kind, width, signed, register: index };
  });
  const registers = parts.registers.map((register, index) => ({
    ...register,
    node: registerNodes.get(index) ?? head.refuse(`register '${register.name}' has no node`),
  }));
  return {
    name,
    nodes: resolved,
    inputs,
    outputs,
    registers,
    memories,
    ...(assertions.length === 0 ? {} : { assertions }),
    ...(covers.length === 0 ? {} : { covers }),
    ...(nets.length === 0 ? {} : { names: { asides, nets } }),
  };
}

/** Commas between arguments and the high end of `%3[7:0]` say nothing that the types do not. */
function plain(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^ *(?:aside )?%/.test(line) ? line.replaceAll(',', ' ').replace(/\[\d+:(\d+)\]/, ' $1') : line))
    .join('\n');
}

function parseLine(reader: WordReader, parts: Parts): void {
  const word = reader.word('a declaration');
  switch (word) {
    case 'register': {
      const [name, type] = [reader.word('a name'), reader.type()];
      expect(reader, '<-');
      const next = reader.reference();
      const enable = reader.take('when') ? reader.reference() : null;
      const init = reader.take('reset') ? BigInt(reader.decimal('a value')) : null;
      parts.registers.push({ name, ...type, init, next, enable });
      break;
    }
    case 'memory': {
      const [name, type] = [reader.word('a name'), reader.type()];
      expect(reader, 'x');
      const depth = reader.integer('a depth');
      const init = reader.take('with') ? parseInit(reader) : null;
      parts.memories.push({ name, ...type, depth, init, reads: [], writes: [] });
      break;
    }
    case 'write': {
      const data = reader.reference();
      expect(reader, 'at');
      const address = reader.reference();
      expect(reader, 'when');
      memoryOf(reader, parts).writes.push({ address, data, enable: reader.reference() });
      break;
    }
    case 'read': {
      const node = reader.reference();
      expect(reader, 'at');
      const address = reader.reference();
      memoryOf(reader, parts).reads.push({ address, enable: reader.take('when') ? reader.reference() : null, node });
      break;
    }
    case 'output':
    case 'net': {
      const name = reader.word('a name');
      expect(reader, '=');
      (word === 'output' ? parts.outputs : parts.nets).push({ name, node: reader.reference() });
      break;
    }
    case 'aside': {
      const { nodes, asides } = parts;
      expect(reader, `%${nodes.length + asides.length}`);
      expect(reader, '=');
      const node = parseNode(reader, parts);
      asides.push(
        'args' in node || ('op' in node && node.op === 'const')
          ? node
          : reader.refuse('an aside is an operation or a constant'),
      );
      break;
    }
    case 'assert':
    case 'cover': {
      const [name, node] = [reader.word('a name'), reader.reference()];
      const watched = { name, node, message: reader.text('the message'), place: reader.text('the place') };
      (word === 'assert' ? parts.assertions : parts.covers).push(watched);
      break;
    }
    default:
      if (word !== `%${parts.nodes.length}`)
        reader.refuse(`'${word}' starts neither a declaration nor node %${parts.nodes.length}`);
      expect(reader, '=');
      parts.nodes.push(parseNode(reader, parts));
  }
  reader.done();
}

function expect(reader: WordReader, word: string): void {
  if (!reader.take(word)) reader.refuse(`expected '${word}'`);
}

function memoryOf(reader: WordReader, parts: Parts): MemoryParts {
  return parts.memories.at(-1) ?? reader.refuse('a port stands before any memory');
}

function parseInit(reader: WordReader): NonNullable<NetMemory['init']> {
  const name = reader.word('the kind of array');
  const words = reader.rest();
  if (name === 'Array') return words.map((word) => BigInt(word));
  const data = wordData(name, words);
  if (
    data instanceof Int8Array ||
    data instanceof Int16Array ||
    data instanceof Int32Array ||
    data instanceof BigInt64Array
  )
    return data;
  return reader.refuse(`'${name}' is no array of words; print the netlist with { contents: true }`);
}

function parseNode(reader: WordReader, parts: Parts): NetNode | Source {
  const op = reader.word('an operation');
  const type = reader.type();
  switch (op) {
    case 'input':
      parts.inputs.push({ name: reader.word('a name'), node: parts.nodes.length });
      return { op, ...type, input: parts.inputs.length - 1 };
    case 'const':
      return { op, ...type, value: BigInt(reader.decimal('a value')) };
    case 'register':
      return { kind: op, name: reader.word('a name'), port: 0, ...type, reader };
    case 'memoryRead': {
      const name = reader.word('a name');
      expect(reader, 'port');
      return { kind: op, name, port: reader.integer('a port'), ...type, reader };
    }
    default:
      return operationOf(op, type, reader);
  }
}
