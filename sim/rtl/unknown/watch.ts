import type { Net, Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Fault } from '../../../specs/fault.ts';
import type { Evaluator } from '../evaluate.ts';
import type { Watch } from '../interpreter.ts';
import { commitEdge } from './edge.ts';
import { finding, type Places, type Reader, unknownText } from './finding.ts';
import type { Seen } from './memory.ts';
import { known } from './origin.ts';
import { createUnknownState } from './state.ts';

/** A watch that follows which bits are unknown, and knows what they reached. */
export interface UnknownWatch extends Watch {
  /** All registers become unknown; the coming clock, that of the reset, has the number -1. */
  powerUp(): void;
  /** What an unknown bit decided in the last clock; null when it decided nothing. */
  readonly finding: Fault | null;
  /** Unknown bits of an output when the outputs were sampled last. */
  output(index: number): bigint;
  /** The Fault of reading an output now; null when it is known. */
  readOutput(index: number): Fault | null;
  /** Unknown bits of a register now. */
  register(index: number): bigint;
  /** The Fault of looking at a register now; null when it is known. */
  readRegister(index: number): Fault | null;
  /** The Fault of looking at a net, as present inputs and state make it; null when it is known. */
  readNet(net: Net): Fault | null;
}

export function createUnknownWatch(netlist: Netlist, evaluator: Evaluator, places: Places): UnknownWatch {
  const { nodes } = netlist;
  const state = createUnknownState(netlist, evaluator);
  const { masks, isUnknown, registers } = state;
  const outputs: Seen[] = netlist.outputs.map(() => ({ value: 0n, unknown: known }));
  const assertions = netlist.assertions ?? [];
  let clock = 0;
  let sampled = 0;
  let found: Fault | null = null;

  /** Remembers the first finding of a clock. */
  const decides = (reader: Reader, node: NodeId): void => {
    const value = unknownText(evaluator.values[node]!, masks[node]!, nodes[node]!);
    found ??= finding(netlist, reader, value, clock, state.originOf(node));
  };

  const watch: UnknownWatch = {
    get finding() {
      return found;
    },
    reset: () => {
      state.reset();
      outputs.fill({ value: 0n, unknown: known });
      clock = 0;
      found = null;
    },
    powerUp: () => {
      state.powerUp();
      clock = -1;
    },
    settled: () => {
      state.settle();
      for (const [index, { node }] of netlist.outputs.entries())
        outputs[index] = { value: evaluator.values[node]!, unknown: state.unknownOf(node, nodes[node]!) };
      sampled = clock;
    },
    edge: () => {
      found = null;
      for (const { name, node, place } of assertions)
        if (isUnknown[node] === 1) decides({ name, what: `the assertion '${name}'`, place }, node);
      commitEdge(state, clock, (part, kind, name, node) =>
        decides({ name, what: `the ${part} of ${kind} '${name}'`, place: places.get(name) }, node),
      );
      clock += 1;
    },
    poked: (register) => {
      registers[register] = known;
    },
    isUnknown: (node) => isUnknown[node] === 1,
    snapshot: () => {
      const restore = state.snapshot();
      const [held, at, sampledAt] = [outputs.slice(), clock, sampled];
      return () => {
        restore();
        for (const [index, output] of held.entries()) outputs[index] = output;
        clock = at;
        sampled = sampledAt;
        found = null;
      };
    },
    output: (index) => outputs[index]!.unknown.mask,
    readOutput: (index) => {
      const { value, unknown } = outputs[index]!;
      if (unknown.origin === null) return null;
      const { name, node } = netlist.outputs[index]!;
      const reader: Reader = { name, what: `the output '${name}'`, place: places.get(name) };
      return finding(netlist, reader, unknownText(value, unknown.mask, nodes[node]!), sampled, unknown.origin);
    },
    register: (index) => registers[index]!.mask,
    readNet: ({ name, node }) => {
      evaluator.settle();
      state.settle();
      const { mask, origin } = state.unknownOf(node, nodes[node]!);
      if (origin === null) return null;
      const reader: Reader = { name, what: `the net '${name}'`, place: places.get(name) };
      return finding(netlist, reader, unknownText(evaluator.values[node]!, mask, nodes[node]!), clock, origin);
    },
    readRegister: (index) => {
      const { mask, origin } = registers[index]!;
      if (origin === null) return null;
      const { name, ...format } = netlist.registers[index]!;
      const reader: Reader = { name, what: `the register '${name}'`, place: places.get(name) };
      return finding(netlist, reader, unknownText(evaluator.registers[index]!, mask, format), clock, origin);
    },
  };
  watch.reset();
  return watch;
}
