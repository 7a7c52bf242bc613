import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { createEvaluator } from './evaluate.ts';
import { registerLookup, unknownPort, writtenOutput } from './lookup.ts';
import type { Port, Simulator } from './simulator.ts';
import { wrap } from './value.ts';

/** The simulator interface on the golden model: slow, any width. */
export function createInterpreter(netlist: Netlist): Simulator {
  const evaluator = createEvaluator(netlist);
  const registerIndex = registerLookup(netlist);
  const outputs = netlist.outputs.map(() => 0n);
  let cycleCount = 0;

  const sample = (): void => {
    evaluator.settle();
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

  return {
    netlist,
    engine: 'js-interpreter',
    registers: netlist.registers.map((register) => register.name),
    get cycleCount() {
      return cycleCount;
    },
    reset() {
      evaluator.reset();
      cycleCount = 0;
    },
    port(name) {
      const port = ports.get(name);
      if (port === undefined) throw unknownPort(netlist, name);
      return port;
    },
    settle: sample,
    cycle(n = 1) {
      for (let clock = 0; clock < n; clock += 1) {
        sample();
        evaluator.tick();
      }
      cycleCount += n;
    },
    peek: (name) => evaluator.registers[registerIndex(name)]!,
    poke(name, value) {
      const index = registerIndex(name);
      evaluator.registers[index] = wrap(value, netlist.registers[index]!);
    },
  };
}
