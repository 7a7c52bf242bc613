import { createBatchSimulator } from '../../sim/rtl/batch.ts';
import { createSimulator } from '../../sim/rtl/simulator.ts';
import type { Tool } from '../tools/locate.ts';
import { withTemporaryFolder } from '../tools/run.ts';
import { measureSpeed, processorSeconds, type Run, type SpeedResult, stimuli } from './measure.ts';
import type { SpeedSubject } from './subjects.ts';
import { buildVerilatorModel } from './verilator-model.ts';

/** As `embedded`, 16 stimuli at once; the first is the one of the single run. */
function batched({ netlist, load, varying, run, clocks }: SpeedSubject, toggles: boolean): () => Run {
  const shared = netlist.inputs.map(({ name }) => name).filter((name) => !varying.includes(name));
  const simulator = createBatchSimulator(netlist, { lanes: stimuli, shared, toggles });
  const inputs = netlist.inputs.map(({ name }) => simulator.port(name));
  const loads = Array.from({ length: stimuli }, (_, lane) => load(lane));
  return () => {
    simulator.reset();
    for (let clock = 0; clock < loads[0]!.length; clock++) {
      inputs.forEach((input, at) => {
        if (!input.varies) input.writeAll(loads[0]![clock]![at]!);
        else for (let lane = 0; lane < stimuli; lane++) input.write(lane, loads[lane]![clock]![at]!);
      });
      simulator.cycle();
    }
    inputs.forEach((input, at) => {
      input.writeAll(run[at]!);
    });
    const seconds = processorSeconds(() => simulator.cycle(clocks));
    simulator.settle();
    return { result: simulator.port('checksum').read(0), seconds };
  };
}

/** What a run of the embedded simulator takes, from power-on to the checksum; the load is not counted. */
function embedded(subject: SpeedSubject, toggles: boolean): () => Run {
  const simulator = createSimulator(subject.netlist, { toggles });
  const inputs = subject.netlist.inputs.map(({ name }) => simulator.port(name));
  const rows = subject.load(0);
  const apply = (row: Int32Array) => {
    inputs.forEach((input, at) => {
      input.write(row[at]!);
    });
  };
  return () => {
    simulator.reset();
    for (const row of rows) {
      apply(row);
      simulator.cycle();
    }
    apply(subject.run);
    const seconds = processorSeconds(() => simulator.cycle(subject.clocks));
    simulator.settle();
    return { result: simulator.port('checksum').read() >>> 0, seconds };
  };
}

/** Same text, same stimulus, same checksum, turn by turn in one run. */
export async function measureDesign(tool: Tool, subject: SpeedSubject, tries: number): Promise<SpeedResult> {
  return withTemporaryFolder('speed', async (folder) => {
    const peer = await buildVerilatorModel(tool, folder, subject, '-O3');
    const own = {
      one: embedded(subject, false),
      oneToggles: embedded(subject, true),
      sixteen: batched(subject, false),
      sixteenToggles: batched(subject, true),
    };
    return measureSpeed(subject.name, subject.clocks, peer, own, tries);
  });
}
