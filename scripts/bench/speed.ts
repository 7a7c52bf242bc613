import { createBatchSimulator } from '../../sim/rtl/batch.ts';
import { createSimulator } from '../../sim/rtl/simulator.ts';
import { Fault } from '../../specs/fault.ts';
import type { Tool } from '../tools/locate.ts';
import { withTemporaryFolder } from '../tools/run.ts';
import type { SpeedSubject } from './subjects.ts';
import { buildVerilatorModel } from './verilator-model.ts';

export interface SpeedResult {
  readonly clocks: number;
  readonly verilatorBuildSeconds: number;
  /** Clocks per second of processor time, median. */
  readonly clocksPerSecond: { readonly Verilator: number; readonly joulesmith: number };
  /** Clocks x stimuli per second with 16 stimuli at once, median. */
  readonly batchClocksPerSecond: number;
  readonly ratio: number;
  readonly batchRatio: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Processor time, as the peer measures it: others on the machine count less than in elapsed time. */
function processorSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

interface Run {
  /** Of the stimulus that Verilator has, too. */
  readonly checksum: number;
  readonly seconds: number;
}

const lanes = 16;

/** As `embedded`, 16 stimuli at once; the first is the one of the single run. */
function batched({ netlist, load, varying, run, clocks }: SpeedSubject): () => Run {
  const shared = netlist.inputs.map(({ name }) => name).filter((name) => !varying.includes(name));
  const simulator = createBatchSimulator(netlist, { lanes, shared });
  const inputs = netlist.inputs.map(({ name }) => simulator.port(name));
  const loads = Array.from({ length: lanes }, (_, lane) => load(lane));
  return () => {
    simulator.reset();
    for (let clock = 0; clock < loads[0]!.length; clock++) {
      inputs.forEach((input, at) => {
        if (!input.varies) input.writeAll(loads[0]![clock]![at]!);
        else for (let lane = 0; lane < lanes; lane++) input.write(lane, loads[lane]![clock]![at]!);
      });
      simulator.cycle();
    }
    inputs.forEach((input, at) => {
      input.writeAll(run[at]!);
    });
    const seconds = processorSeconds(() => simulator.cycle(clocks));
    simulator.settle();
    return { checksum: simulator.port('checksum').read(0), seconds };
  };
}

/** What a run of the embedded simulator takes, from power-on to the checksum; the load is not counted. */
function embedded(subject: SpeedSubject): () => Run {
  const simulator = createSimulator(subject.netlist);
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
    return { checksum: simulator.port('checksum').read() >>> 0, seconds };
  };
}

/** The engine optimises in the background: runs until it had time for that. */
function warmUp(work: () => Run): void {
  for (let seconds = 0; seconds < 1; ) seconds += work().seconds;
}

/** Same text, same stimulus, same checksum, turn by turn in one run. Fault `BENCH_FAILED` where the checksums differ. */
export async function measureSpeed(tool: Tool, subject: SpeedSubject, tries: number): Promise<SpeedResult> {
  return withTemporaryFolder('speed', async (folder) => {
    const model = await buildVerilatorModel(tool, folder, subject);
    const own = embedded(subject);
    const many = batched(subject);
    warmUp(own);
    warmUp(many);
    const times: { readonly peer: number; readonly own: number; readonly many: number }[] = [];
    for (let attempt = 0; attempt < tries; attempt++) {
      const theirs = await model.measure();
      const ours = own();
      const batch = many();
      for (const { checksum } of [ours, batch]) {
        if (theirs.checksum === checksum) continue;
        throw new Fault({
          code: 'BENCH_FAILED',
          kind: 'internal',
          place: subject.name,
          cause: `the embedded simulator ends with checksum ${checksum}, Verilator with ${theirs.checksum}`,
          wayOut: 'compare both cycle by cycle',
        });
      }
      times.push({ peer: theirs.seconds, own: ours.seconds, many: batch.seconds });
    }
    const clocksPerSecond = {
      Verilator: subject.clocks / median(times.map(({ peer }) => peer)),
      joulesmith: subject.clocks / median(times.map(({ own: seconds }) => seconds)),
    };
    const batchClocksPerSecond = (lanes * subject.clocks) / median(times.map((time) => time.many));
    return {
      clocks: subject.clocks,
      verilatorBuildSeconds: model.buildSeconds,
      clocksPerSecond,
      batchClocksPerSecond,
      batchRatio: batchClocksPerSecond / clocksPerSecond.Verilator,
      ratio: clocksPerSecond.joulesmith / clocksPerSecond.Verilator,
    };
  });
}
