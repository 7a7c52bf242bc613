import type { Netlist, NodeId } from '../../hdl-gen/ir/netlist.ts';
import { failedAssertion } from './assertion.ts';
import { createEvaluator, type Evaluator } from './evaluate.ts';
import { memoryLookup, registerLookup, unknownPort, writtenOutput } from './lookup.ts';
import { observersOf } from './observe.ts';
import { bigReading } from './reading.ts';
import type { Port, Simulator } from './simulator.ts';
import { pattern, wrap } from './value.ts';

/** Follows an interpreter through everything that changes its values. */
export interface Watch {
  /** The state is that of power-on. */
  reset(): void;
  /** All nodes have been computed. */
  settled(): void;
  /** The clock edge comes now: the evaluator has not committed it yet. */
  edge(): void;
  poked(register: number): void;
  /** Whether the value of a node decides nothing. */
  isUnknown(node: NodeId): boolean;
  snapshot(): () => void;
}

/** The simulator interface on the golden model: slow, any width. */
export function createInterpreter(
  netlist: Netlist,
  countToggles = false,
  watching?: (evaluator: Evaluator) => Watch,
): Simulator {
  const evaluator = createEvaluator(netlist);
  const watch = watching?.(evaluator);
  const registerIndex = registerLookup(netlist);
  const memoryIndex = memoryLookup(netlist);
  const outputs = netlist.outputs.map(() => 0n);
  const toggles = new Float64Array(countToggles ? netlist.registers.length : 0);
  const assertions = netlist.assertions ?? [];
  let cycleCount = 0;

  const tick = (): void => {
    watch?.edge();
    const before = countToggles ? evaluator.registers.slice() : [];
    evaluator.tick();
    before.forEach((old, index) => {
      let changed = pattern(old ^ evaluator.registers[index]!, netlist.registers[index]!);
      for (; changed > 0n; changed >>= 1n) toggles[index]! += Number(changed & 1n);
    });
  };

  const sample = (): void => {
    evaluator.settle();
    watch?.settled();
    netlist.outputs.forEach((output, index) => {
      outputs[index] = evaluator.values[output.node]!;
    });
  };

  const ports = new Map<string, Port>();
  netlist.inputs.forEach(({ name, node }, index) => {
    const { width, signed } = netlist.nodes[node]!;
    const writeBig = (value: bigint): void => {
      evaluator.inputs[index] = wrap(value, { width, signed });
    };
    ports.set(name, {
      name,
      direction: 'input',
      width,
      signed,
      read: () => Number(evaluator.inputs[index]),
      readBig: () => evaluator.inputs[index]!,
      write: (value) => writeBig(BigInt(value)),
      writeBig,
    });
  });
  netlist.outputs.forEach(({ name, node }, index) => {
    const { width, signed } = netlist.nodes[node]!;
    const refuse = (): never => {
      throw writtenOutput(netlist, name);
    };
    ports.set(name, {
      name,
      direction: 'output',
      width,
      signed,
      read: () => Number(outputs[index]),
      readBig: () => outputs[index]!,
      write: refuse,
      writeBig: refuse,
    });
  });

  const port = (name: string): Port => {
    const found = ports.get(name);
    if (found === undefined) throw unknownPort(netlist, name);
    return found;
  };
  const peek = (name: string): bigint => evaluator.registers[registerIndex(name)]!;
  const { get, observe, observeWords } = observersOf(netlist)({
    port: (name) => ports.get(name),
    input: (index) => bigReading(() => evaluator.inputs[index]!),
    register: (index) => bigReading(() => evaluator.registers[index]!),
    readData: (memory, port) => bigReading(() => evaluator.readData(memory, port)),
  });

  return {
    netlist,
    engine: 'js-interpreter',
    registers: netlist.registers.map((register) => register.name),
    nets: (netlist.names?.nets ?? []).map((net) => net.name),
    get cycleCount() {
      return cycleCount;
    },
    reset() {
      evaluator.reset();
      watch?.reset();
      toggles.fill(0);
      cycleCount = 0;
    },
    port,
    get,
    observe,
    observeWords,
    set: (name, value) => port(name).writeBig(BigInt(value)),
    word: (name, address) => evaluator.word(memoryIndex(name, address), BigInt(address)),
    settle: sample,
    cycle(n = 1) {
      for (let clock = 0; clock < n; clock += 1) {
        sample();
        const failed = assertions.find(({ node }) => evaluator.values[node] === 0n && watch?.isUnknown(node) !== true);
        tick();
        cycleCount += 1;
        if (failed !== undefined) throw failedAssertion(failed, cycleCount - 1);
      }
    },
    checkpoint() {
      const restore = evaluator.snapshot();
      const restoreWatch = watch?.snapshot();
      const [clocks, counts, sampled] = [cycleCount, toggles.slice(), outputs.slice()];
      return {
        cycleCount: clocks,
        restore() {
          restore();
          restoreWatch?.();
          toggles.set(counts);
          outputs.splice(0, outputs.length, ...sampled);
          cycleCount = clocks;
        },
      };
    },
    toggles: countToggles ? () => toggles.slice() : null,
    peek,
    poke(name, value) {
      const index = registerIndex(name);
      evaluator.registers[index] = wrap(value, netlist.registers[index]!);
      watch?.poked(index);
    },
  };
}
