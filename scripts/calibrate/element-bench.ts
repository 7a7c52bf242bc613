import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import type { ShellPort } from '../../hdl-gen/ir/shell.ts';
import { design, module } from '../../hdl-gen/lang/module.ts';
import { bool, sint } from '../../hdl-gen/lang/types.ts';
import { MacElement } from '../../hdl-gen/library/arithmetic/mac-element.ts';
import type { MultiplierForm } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import type { OperandStream } from '../../sim/cost/gate/measure-element.ts';
import { namesOf, type ShellInstance, shellInstances } from '../../sim/cost/replay/instances.ts';
import { type Rows, rowWords } from '../../sim/cost/replay/rows.ts';
import { createSimulator } from '../../sim/rtl/simulator.ts';

/** Operand bits of the elements that are measured, and the bits of their accumulators. */
export const accumulatorBits: Readonly<Record<number, number>> = { 4: 16, 8: 32, 16: 40 };

/** Products per sum. */
const sumLength = 64;

/** An element inside a module of its own, so that a replay checks what it gives. */
export interface ElementBench {
  readonly whole: Design;
  readonly instance: ShellInstance;
  /** Of the recorded rows. */
  readonly columns: ReadonlyMap<string, number>;
  /** Values of the element's ports and registers, clock by clock. */
  readonly record: (stream: OperandStream) => Rows;
}

function inputsOf({ top, modules }: Design): ShellPort[] {
  const { inputs } = modules.find(({ name }) => name === top)!;
  return inputs.map(({ name, width }) => ({ port: name, width, name }));
}

export function elementBench(form: MultiplierForm, bits: number): ElementBench {
  const shape = { form, aBits: bits, bBits: bits, aSigned: true, accumulatorBits: accumulatorBits[bits]! };
  const element = MacElement(shape);
  const top = module(
    `bench_of_${form}_${bits}`,
    { in: { a: sint(bits), b: sint(bits), clear: bool }, out: { total: sint(shape.accumulatorBits) } },
    ({ a, b, clear }) => ({ total: element('element', { a, b, clear }).total }),
  );
  const whole = design(top);
  // Nothing is cut out of it: tree and registers settle together.
  const alone = design(element);
  const outer = shellInstances(whole).find(({ path }) => path === 'element.')!;
  const instance = { ...outer, shell: { ...outer.shell, design: alone, inputs: inputsOf(alone) } };
  const names = namesOf(instance);
  const netlist = elaborate(whole);
  return {
    whole,
    instance,
    columns: new Map(names.map((name, column) => [name, column])),
    record({ a, b }) {
      const simulator = createSimulator(netlist);
      const { start, read } = simulator.observeWords(names);
      const each = rowWords({ start });
      const words = new Int32Array(a.length * each);
      a.forEach((value, clock) => {
        simulator.set('a', value);
        simulator.set('b', b[clock]!);
        simulator.set('clear', Number(clock % sumLength === sumLength - 1));
        simulator.settle();
        read(words, clock * each);
        simulator.cycle();
      });
      return { length: a.length, start, words };
    },
  };
}
