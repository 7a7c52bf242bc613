import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { Definition } from '../../hdl-gen/lang/builder.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import { createSimulator, type Port, type Simulator } from '../../sim/rtl/simulator.ts';

/** One library block in the embedded simulator, after reset. */
export interface Block {
  readonly simulator: Simulator;
  /** Sets the named inputs (the others keep their values), runs one clock. Outputs then read as they were during that clock. */
  clock(inputs?: Readonly<Record<string, number | boolean>>): void;
  out(name: string): number;
}

export function blockOf(top: { readonly definition: Definition }): Block {
  const simulator = createSimulator(elaborate(design(top)));
  const ports = new Map<string, Port>();
  const portOf = (name: string): Port => {
    const port = ports.get(name) ?? simulator.port(name);
    ports.set(name, port);
    return port;
  };
  simulator.reset();
  return {
    simulator,
    clock: (inputs = {}) => {
      for (const name in inputs) portOf(name).write(Number(inputs[name]));
      simulator.cycle();
    },
    out: (name) => portOf(name).read(),
  };
}

/** `{ name_0: values[0], name_1: ... }`: the ports of a vector. */
export function lanes(name: string, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, index) => [`${name}_${index}`, value]));
}
