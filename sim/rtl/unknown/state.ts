import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Evaluator } from '../evaluate.ts';
import type { Format } from '../value.ts';
import { maskOf, type Operand, resizedMask } from './mask.ts';
import { allOf, createWordMasks, type WordMasks } from './memory.ts';
import { known, type Origin, type Unknown } from './origin.ts';
import { sourceOf } from './trace.ts';

/** Which bits of the state and of the settled nodes are unknown. */
export interface UnknownState {
  readonly netlist: Netlist;
  readonly evaluator: Evaluator;
  /** Per node, a pattern. */
  readonly masks: readonly bigint[];
  /** Per node 1 when any bit is unknown. */
  readonly isUnknown: Uint8Array;
  /** Per register; written by the clock edge. */
  readonly registers: Unknown[];
  /** Per memory and read port; written by the clock edge. */
  readonly reads: Unknown[][];
  readonly words: readonly WordMasks[];
  /** Where the unknown bits of a node came from; only of a node that has any. */
  originOf(node: NodeId): Origin;
  /** A node's unknown bits, read in another format. */
  unknownOf(node: NodeId, format: Format): Unknown;
  /** All that is never written is unknown. */
  reset(): void;
  /** All registers are unknown. */
  powerUp(): void;
  /** Computes the unknown bits of all nodes, after the evaluator has computed their values. */
  settle(): void;
  snapshot(): () => void;
}

export function createUnknownState(netlist: Netlist, evaluator: Evaluator): UnknownState {
  const { nodes, memories } = netlist;
  const { values } = evaluator;
  const masks: bigint[] = nodes.map(() => 0n);
  // One more, always known: what the missing arguments of a node point to.
  const isUnknown = new Uint8Array(nodes.length + 1);
  const argument = (index: number) =>
    Int32Array.from(nodes, (node) => ('args' in node ? (node.args[index] ?? nodes.length) : nodes.length));
  const [first, second, third] = [argument(0), argument(1), argument(2)];
  const registers: Unknown[] = netlist.registers.map(() => known);
  const reads: Unknown[][] = memories.map((memory) => memory.reads.map(() => known));
  const words = memories.map((memory, index) => createWordMasks(memory, (address) => evaluator.word(index, address)));

  const operand = (node: NodeId): Operand => {
    const { width, signed } = nodes[node]!;
    return { width, signed, value: values[node]!, mask: masks[node]! };
  };
  const setMask = (node: NodeId, mask: bigint): void => {
    masks[node] = mask;
    isUnknown[node] = mask === 0n ? 0 : 1;
  };
  const setSource = (node: NodeId, { mask }: Unknown, format: Format): void => {
    const { width, signed } = format;
    setMask(node, mask === 0n ? 0n : resizedMask({ width, signed, value: 0n, mask }, nodes[node]!));
  };
  const originOf = (node: NodeId): Origin => {
    const source = nodes[sourceOf({ nodes, values, masks }, node)]!;
    const state =
      source.op === 'register'
        ? registers[source.register]
        : source.op === 'memoryRead'
          ? reads[source.memory]![source.port]
          : undefined;
    return state!.origin!;
  };
  const neverLoaded = (what: string, name: string, format: Format): Unknown => ({
    mask: allOf(format),
    origin: { what, path: [name] },
  });
  const neverWritten = (index: number): Unknown => {
    const { name, width, signed } = netlist.registers[index]!;
    const what = `register '${name}' has no reset value and was not written before`;
    return neverLoaded(what, name, { width, signed });
  };

  return {
    netlist,
    evaluator,
    masks,
    isUnknown,
    registers,
    reads,
    words,
    originOf,
    unknownOf: (node, format) => {
      if (isUnknown[node] === 0) return known;
      const mask = resizedMask(operand(node), format);
      return mask === 0n ? known : { mask, origin: originOf(node) };
    },
    reset: () => {
      for (const [index, { init }] of netlist.registers.entries())
        registers[index] = init === null ? neverWritten(index) : known;
      for (const [index, memory] of memories.entries()) {
        const what = `memory '${memory.name}' was not read before`;
        for (const port of memory.reads.keys()) reads[index]![port] = neverLoaded(what, memory.name, memory);
        words[index]!.reset();
      }
    },
    powerUp: () => {
      for (const [index, { name, init, ...format }] of netlist.registers.entries())
        registers[index] =
          init === null
            ? neverWritten(index)
            : neverLoaded(`register '${name}' was read before its reset`, name, format);
    },
    settle: () => {
      for (const [index, register] of netlist.registers.entries())
        setSource(register.node, registers[index]!, register);
      for (const [index, memory] of memories.entries())
        for (const [port, { node }] of memory.reads.entries()) setSource(node, reads[index]![port]!, memory);
      for (let node = 0; node < nodes.length; node += 1) {
        const expr = nodes[node]!;
        if ((isUnknown[first[node]!]! | isUnknown[second[node]!]! | isUnknown[third[node]!]!) === 1)
          setMask(node, maskOf(expr, 'args' in expr ? expr.args.map(operand) : []));
        else if (isUnknown[node] === 1 && first[node] !== nodes.length) setMask(node, 0n);
      }
    },
    snapshot: () => {
      const heldRegisters = registers.slice();
      const heldReads = reads.map((ports) => ports.slice());
      const restoreWords = words.map((memory) => memory.snapshot());
      return () => {
        for (const [index, held] of heldRegisters.entries()) registers[index] = held;
        for (const [index, held] of heldReads.entries()) reads[index] = held.slice();
        for (const restore of restoreWords) restore();
      };
    },
  };
}
