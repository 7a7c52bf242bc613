import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { createSimulator } from '../../sim/rtl/simulator.ts';
import { randomInteger } from './fuzz-pool.ts';
import { type Expected, secondReset, type Trace } from './fuzz-run.ts';
import { seededRandom } from './random.ts';

/**
 * Statements that give all state of a design random values: registers, with a reset value or without, read registers, and
 * the words of memories without contents. They are one of the states that hardware can wake up in.
 */
export function randomState({ design, seed }: Expected): string {
  const random = seededRandom(seed + 31);
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const lines: string[] = [];
  const set = (target: string, width: number): void => {
    lines.push(`    ${target} = ${width}'h${randomInteger(random, width, false).toString(16)};`);
  };
  const visit = (name: string, path: string): void => {
    const { registers, memories, instances } = modules.get(name)!;
    for (const register of registers) set(`${path}.${register.name}`, register.width);
    for (const { name: memory, width, depth, contents, reads } of memories) {
      for (const read of reads) set(`${path}.${read.name}`, width);
      for (let word = 0; contents.length === 0 && word < depth; word++) set(`${path}.${memory}[${word}]`, width);
    }
    for (const instance of instances) visit(instance.module, `${path}.${instance.name}`);
  };
  visit(design.top, 'dut');
  return lines.join('\n');
}

/** Per clock the outputs as binary digits, `x` where a bit is unknown, with the first `resets` clocks in reset. */
export function runChecked(design: Design, { stimulus, seed }: Expected, resets: number): Trace {
  const netlist = elaborate(design);
  const { unknowns } = createSimulator(netlist, { unknowns: 'check' });
  const { unchecked, ofOutput, powerUp } = unknowns!;
  const set = (row: readonly bigint[]): void => {
    for (const [index, { name }] of netlist.inputs.entries()) unchecked.port(name).writeBig(row[index]!);
  };
  const resetClock = (): void => {
    unchecked.cycle();
    for (const { name, init } of netlist.registers) if (init !== null) unchecked.poke(name, init);
  };
  powerUp();
  set(stimulus[0]!);
  for (let clock = 0; clock < resets; clock++) resetClock();
  const held = new Set(secondReset(seed));
  return stimulus.map((row, clock) => {
    set(row);
    if (held.has(clock)) resetClock();
    else unchecked.cycle();
    return netlist.outputs
      .map(({ name }) => {
        const port = unchecked.port(name);
        const digits = (value: bigint): string =>
          BigInt.asUintN(port.width, value).toString(2).padStart(port.width, '0');
        const unknown = digits(ofOutput(name));
        return [...digits(port.readBig())].map((digit, at) => (unknown[at] === '1' ? 'x' : digit)).join('');
      })
      .join('');
  });
}
