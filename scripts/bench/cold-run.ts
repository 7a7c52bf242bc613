import { createSimulator } from '../../sim/rtl/simulator.ts';
import { arraySubject } from './subjects.ts';

/**
 * From a description to the checksum in a process that has run nothing before. Arguments: size of the array, clocks.
 * Prints seconds and checksum.
 */
const [size, clocks] = process.argv.slice(2).map(Number) as [number, number];
const start = performance.now();
const { netlist, load, run } = arraySubject(size, clocks);
const simulator = createSimulator(netlist);
const inputs = netlist.inputs.map(({ name }) => simulator.port(name));
for (const row of load(0)) {
  for (const [at, input] of inputs.entries()) input.write(row[at]!);
  simulator.cycle();
}
for (const [at, input] of inputs.entries()) input.write(run[at]!);
simulator.cycle(clocks);
simulator.settle();
const checksum = simulator.port('checksum').read();
console.log(JSON.stringify({ checksum, seconds: (performance.now() - start) / 1000 }));
