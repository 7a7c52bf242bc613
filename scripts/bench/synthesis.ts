import type { Design } from '../../hdl-gen/ir/design.ts';
import { design, module } from '../../hdl-gen/lang/module.ts';
import { delay, reg } from '../../hdl-gen/lang/state.ts';
import { sint } from '../../hdl-gen/lang/types.ts';
import type { Environment } from '../environment.ts';
import { type SynthesisRequest, synthesise } from '../synthesis/synthesise.ts';
import type { JobRunner } from '../tools/job.ts';
import { findTool } from '../tools/locate.ts';
import { nativeRunner } from '../tools/native-job.ts';
import { packagedYosys } from '../tools/yosys/open.ts';
import { median } from './measure.ts';

/** An int8 multiply-accumulate element: two operand registers and an accumulator of 32 bits. */
export const element: Design = design(
  module('element', { in: { a: sint(8), b: sint(8) }, out: { total: sint(32) } }, ({ a, b }) => {
    const total = reg('total', sint(32));
    total.next = total.addWrap(delay('a_q', a).mul(delay('b_q', b)));
    return { total };
  }),
);

/** Seconds of processor time that a warm run may take. */
export const warmBar = 3;

const targets = ['generic', 'ice40'] as const;
const limits = { seconds: 600 };

export interface SynthesisSpeed {
  /** Null without Yosys on PATH. */
  readonly peer: { readonly name: string; readonly version: string } | null;
  readonly tool: string;
  /** Loading, compiling and the very first run. */
  readonly coldSeconds: number;
  /** Seconds of processor time, median: the warm process, the peer, and the first over the second. */
  readonly targets: Readonly<
    Record<
      string,
      { readonly warm: number; readonly native: number | null; readonly ratio: number | null; readonly cells: number }
    >
  >;
}

function requestOf(target: (typeof targets)[number]): SynthesisRequest {
  return {
    name: 'element',
    design: element,
    target,
    libraries: [],
    device: target === 'ice40' ? 'hx8k' : null,
    clockHertz: 100e6,
    flatten: true,
    place: 'never',
    netlist: false,
  };
}

/** A program of its own says itself what it took. */
function saidTime(printed: string): number {
  const [, user = 'NaN', system = 'NaN'] = /CPU: user ([\d.]+)s system ([\d.]+)s/.exec(printed) ?? [];
  return Number(user) + Number(system);
}

/** Synthesis of the element in the process that is kept warm, beside Yosys of the machine where there is one. */
export async function synthesisSpeed(environment: Environment, tries: number): Promise<SynthesisSpeed> {
  const packaged = packagedYosys();
  let inside = 0;
  const own: JobRunner = {
    ...packaged,
    run: async (job, given) => {
      const done = await packaged.run(job, given);
      inside += done.processorSeconds ?? 0;
      return done;
    },
  };
  /** Processor time of this process and of the tool's. */
  const processorTime = async <T>(
    work: () => Promise<T>,
  ): Promise<{ readonly seconds: number; readonly result: T }> => {
    const [start, before] = [process.cpuUsage(), inside];
    const result = await work();
    const { user, system } = process.cpuUsage(start);
    return { seconds: (user + system) / 1e6 + inside - before, result };
  };
  const found = await findTool('yosys', environment);
  let said = '';
  const program = found === null ? null : nativeRunner(found);
  const peer: JobRunner | null =
    program === null
      ? null
      : {
          ...program,
          run: async (job, given) => {
            const done = await program.run(job, given);
            said = done.printed;
            return done;
          },
        };
  const measured: Record<string, SynthesisSpeed['targets'][string]> = {};
  try {
    const run = (yosys: JobRunner, target: (typeof targets)[number]) =>
      synthesise(requestOf(target), { yosys, placer: null }, limits);
    const cold = await processorTime(() => run(own, targets[0]));
    for (const target of targets) {
      // The first run of a target reads its library and is compiled.
      await run(own, target);
      const warm: number[] = [];
      const native: number[] = [];
      let cells = 0;
      for (let attempt = 0; attempt < tries; attempt++) {
        const { seconds, result } = await processorTime(() => run(own, target));
        warm.push(seconds);
        cells = result.result.cells;
        if (peer === null) continue;
        await run(peer, target);
        native.push(saidTime(said));
      }
      const [mine, theirs] = [median(warm), peer === null ? null : median(native)];
      measured[target] = { warm: mine, native: theirs, ratio: theirs === null ? null : mine / theirs, cells };
    }
    return {
      peer: found === null ? null : { name: 'Yosys', version: found.version },
      tool: own.tool,
      coldSeconds: cold.seconds,
      targets: measured,
    };
  } finally {
    await own.close();
  }
}
