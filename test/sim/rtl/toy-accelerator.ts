import { acceleratorPorts } from '../../../hdl-gen/arch/architecture.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { netlistBuilder } from './netlist-builder.ts';

/**
 * A chain of one-entry register slices that adds 1 to every byte in each slice. A slice takes a byte when it is empty or
 * being emptied, so ready runs combinationally from the sink to the source.
 */
export function toyAccelerator(slices: number): Netlist {
  const b = netlistBuilder('toy');
  const inValid = b.input(acceleratorPorts.inValid, 1);
  const inData = b.input(acceleratorPorts.inData, 8, true);
  const outReady = b.input(acceleratorPorts.outReady, 1);
  const one = b.constant(1n, 1);
  const full = Array.from({ length: slices }, (_, i) => b.register(`slice_${i}.full`, 1));
  const data = Array.from({ length: slices }, (_, i) => b.register(`slice_${i}.data`, 8, true, null));
  const cycles = b.register('counters.cycles', 32);
  const inputStalls = b.register('counters.input_stalls', 32);
  const outputStalls = b.register('counters.output_stalls', 32);
  let ready = outReady;
  for (let i = slices - 1; i >= 0; i -= 1) {
    const empty = b.add({ op: 'not', args: [full[i]!], width: 1, signed: false });
    ready = b.add({ op: 'or', args: [empty, ready], width: 1, signed: false });
    const valid = i === 0 ? inValid : full[i - 1]!;
    const bytes = i === 0 ? inData : data[i - 1]!;
    const take = b.add({ op: 'and', args: [valid, ready], width: 1, signed: false });
    b.drive(data[i]!, b.add({ op: 'add', args: [bytes, one], width: 8, signed: true }), take);
    b.drive(full[i]!, valid, ready);
  }
  const count = (register: number, condition: number | null): void =>
    b.drive(register, b.add({ op: 'add', args: [register, one], width: 32, signed: false }), condition);
  const notReady = b.add({ op: 'not', args: [ready], width: 1, signed: false });
  const notTaken = b.add({ op: 'not', args: [outReady], width: 1, signed: false });
  count(cycles, null);
  count(inputStalls, b.add({ op: 'and', args: [inValid, notReady], width: 1, signed: false }));
  count(outputStalls, b.add({ op: 'and', args: [full.at(-1)!, notTaken], width: 1, signed: false }));
  b.output(acceleratorPorts.inReady, ready);
  b.output(acceleratorPorts.outValid, full.at(-1)!);
  b.output(acceleratorPorts.outData, data.at(-1)!);
  b.output(acceleratorPorts.busy, full.at(-1)!);
  b.output(acceleratorPorts.cycles, cycles);
  b.output(acceleratorPorts.inputStalls, inputStalls);
  b.output(acceleratorPorts.outputStalls, outputStalls);
  return b.netlist();
}
