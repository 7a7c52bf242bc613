import fc from 'fast-check';
import type { Netlist, NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { operations } from '../../support/operations.ts';
import { netlistBuilder } from './netlist-builder.ts';

interface Format {
  readonly width: number;
  readonly signed: boolean;
}

/** Raw choices; each `pick` selects, modulo, among the nodes that exist at that point. */
export interface Recipe {
  readonly inputs: readonly Format[];
  readonly registers: readonly (Format & {
    init: bigint | null;
    next: number;
    enable: number | null;
    holds: number[];
  })[];
  readonly memories: readonly (Format & {
    depth: number;
    init: readonly bigint[] | null;
    reads: readonly { address: number; enable: number | null; format: Format | null }[];
    writes: readonly { address: number; data: number; enable: number }[];
  })[];
  readonly operations: readonly (Format & { op: string; a: number; b: number; c: number; amount: number })[];
  readonly outputs: readonly number[];
}

export const allOperations = ['const', ...operations] as const;

const edges = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 192, 193, 200];
const pick = fc.nat({ max: 0xffff });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

/** Integers of any size up to a width, small ones, and those around whole machine words. */
export function wordUpTo(widest: number): fc.Arbitrary<bigint> {
  const top = 1n << BigInt(widest);
  const around = edges.filter((edge) => edge >= 31 && edge <= widest).map((edge) => 1n << BigInt(edge));
  return fc.oneof(
    fc.bigInt({ min: -top, max: top }),
    fc.bigInt({ min: -4n, max: 8n }),
    fc.constantFrom(...around, ...around.map((value) => value - 1n)),
  );
}

function recipeUpTo(widest: number): fc.Arbitrary<Recipe> {
  const width = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...edges.filter((edge) => edge <= widest)) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: widest }) },
  );
  const format = fc.record({ width, signed: fc.boolean() });
  const word = wordUpTo(widest);
  return fc.record({
    inputs: fc.array(format, { minLength: 1, maxLength: 3 }),
    registers: fc.array(
      fc.record({
        width,
        signed: fc.boolean(),
        init: maybe(word),
        next: pick,
        enable: maybe(pick),
        holds: fc.array(pick, { maxLength: 2 }),
      }),
      { maxLength: 8 },
    ),
    memories: fc.array(
      fc.record({
        width,
        signed: fc.boolean(),
        depth: fc.integer({ min: 1, max: 6 }),
        init: maybe(fc.array(word, { maxLength: 6 })),
        reads: fc.array(fc.record({ address: pick, enable: maybe(pick), format: maybe(format) }), { maxLength: 3 }),
        writes: fc.array(fc.record({ address: pick, data: pick, enable: pick }), { maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
    operations: fc.array(
      fc.record({
        width,
        signed: fc.boolean(),
        op: fc.constantFrom<string>(...allOperations),
        a: pick,
        b: pick,
        c: pick,
        amount: fc.oneof(fc.nat({ max: widest + 6 }), fc.nat({ max: 8 })),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    outputs: fc.array(pick, { maxLength: 4 }),
  });
}

/** Every value fits one machine word. */
export const recipe = recipeUpTo(64);
/** Values of up to four machine words. */
export const wideRecipe = recipeUpTo(200);

/** An operation of the given kind on existing nodes, or on constants made for it. */
function operation(
  builder: ReturnType<typeof netlistBuilder>,
  choice: Recipe['operations'][number],
  at: (pick: number) => NodeId,
  bit: (pick: number) => NodeId,
): NetNode {
  const own = { width: choice.width, signed: choice.signed };
  const a = at(choice.a);
  const b = at(choice.b);
  switch (choice.op) {
    case 'const':
      return { op: 'const', value: (BigInt(choice.a) << 48n) ^ (BigInt(choice.b) << 16n) ^ BigInt(choice.c), ...own };
    case 'neg':
    case 'not':
    case 'extend':
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor':
      return { op: choice.op, args: [a], ...own };
    case 'shl':
    case 'shr':
      return { op: choice.op, args: [a], amount: choice.amount, ...own };
    case 'slice':
      return { op: 'slice', args: [a], low: choice.amount % (builder.nodes[a]!.width + 1), ...own };
    case 'mux':
      return { op: 'mux', args: [bit(choice.c), a, b], ...own };
    default:
      return { op: choice.op as 'add', args: [a, b], ...own };
  }
}

/** Every node is observable through an output or through the state, so no error can hide. */
export function buildRandom(choices: Recipe): Netlist {
  const b = netlistBuilder('random');
  choices.inputs.forEach((input, index) => {
    b.input(`in_${index}`, input.width, input.signed);
  });
  const registers = choices.registers.map((register, index) =>
    b.register(`r_${index}`, register.width, register.signed, register.init),
  );
  const readNodes = choices.memories.map((memory, index) =>
    memory.reads.map((read, port) =>
      b.add({
        op: 'memoryRead',
        memory: index,
        port,
        width: read.format?.width ?? memory.width,
        signed: read.format?.signed ?? memory.signed,
      }),
    ),
  );
  const at = (choice: number): NodeId => {
    // Recent nodes more often than old ones: long chains find more.
    const recent = Math.min(b.nodes.length, 8);
    return choice % 2 === 0 ? (choice >> 1) % b.nodes.length : b.nodes.length - 1 - ((choice >> 1) % recent);
  };
  let condition: NodeId | null = null;
  // Conditions build on each other, so that one often implies another, as the enables of real designs do.
  const bit = (choice: number): NodeId => {
    const node = at(choice);
    const plain =
      b.nodes[node]!.width === 1
        ? node
        : b.add({ op: 'slice', args: [node], low: choice % b.nodes[node]!.width, width: 1, signed: false });
    const own = { width: 1, signed: choice % 7 === 0 };
    const before: NodeId | null = condition;
    if (before === null || choice % 4 === 0) condition = plain;
    else if (choice % 4 === 1) condition = b.add({ op: 'and', args: [before, plain], ...own });
    else if (choice % 4 === 2) {
      const both = b.add({ op: 'and', args: [before, plain], ...own });
      condition = b.add({ op: 'or', args: [both, before], ...own });
    } else condition = b.add({ op: 'mux', args: [plain, before, before], ...own });
    return condition;
  };
  for (const choice of choices.operations) b.add(operation(b, choice, at, bit));
  choices.registers.forEach((register, index) => {
    const node = registers[index]!;
    let next = at(register.next);
    register.holds.forEach((hold, level) => {
      const condition = bit(hold);
      const args: [NodeId, NodeId, NodeId] =
        (hold + level) % 3 === 0 ? [condition, node, next] : [condition, next, node];
      next = b.add({ op: 'mux', args, width: register.width, signed: register.signed });
    });
    b.drive(node, next, register.enable === null ? null : bit(register.enable));
  });
  choices.memories.forEach(({ width, signed, depth, init, reads, writes }, index) => {
    b.memories.push({
      name: `m_${index}`,
      width,
      signed,
      depth,
      init: init === null ? null : init.slice(0, depth),
      reads: reads.map((read, port) => ({
        address: at(read.address),
        enable: read.enable === null ? null : bit(read.enable),
        node: readNodes[index]![port]!,
      })),
      writes: writes.map((write) => ({ address: at(write.address), data: at(write.data), enable: bit(write.enable) })),
    });
  });
  choices.outputs.forEach((output, index) => {
    b.output(`out_${index}`, at(output));
  });
  return b.netlist();
}
