import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../specs/fault.ts';
import type { Tool } from '../tools/locate.ts';
import { run, withTemporaryFolder } from '../tools/run.ts';
import { arraySubject } from './subjects.ts';
import { buildVerilatorModel } from './verilator-model.ts';

export interface TimeToResult {
  readonly design: string;
  readonly clocks: number;
  readonly seconds: { readonly joulesmith: number; readonly Verilator: number };
  /**
   * Verilator's builds and runs. The peer is its best build (-O3, as in all other figures) made by one job, as this side has one
   * thread; `ratioToSoonest` takes the build that answers soonest, on all cores.
   */
  readonly builds: Readonly<Record<string, { readonly buildSeconds: number; readonly runSeconds: number }>>;
  readonly ratio: number;
  readonly ratioToSoonest: number;
}

const buildings = [
  { name: '-O3, one job', optimise: '-O3', jobs: 1 },
  { name: '-O3, all cores', optimise: '-O3', jobs: availableParallelism() },
  { name: '-O1, all cores', optimise: '-O1', jobs: availableParallelism() },
] as const;

const size = 16;

/** From the description of an array to its checksum after many clocks, both sides from nothing, elapsed time. */
export async function timeToResult(tool: Tool, clocks: number): Promise<TimeToResult> {
  const subject = arraySubject(size, clocks);
  const script = fileURLToPath(new URL('cold-run.ts', import.meta.url));
  const cold = await run(process.execPath, ['--import', 'tsx', script, String(size), String(clocks)], {
    folder: fileURLToPath(new URL('.', import.meta.url)),
    seconds: 300,
  });
  const own = JSON.parse(cold.stdout) as { checksum: number; seconds: number };
  const builds: Record<string, { buildSeconds: number; runSeconds: number }> = {};
  for (const { name, optimise, jobs } of buildings) {
    await withTemporaryFolder('result', async (folder) => {
      const model = await buildVerilatorModel(tool, folder, subject, optimise, jobs);
      const { result, seconds } = await model.measure();
      if (result !== own.checksum) {
        throw new Fault({
          code: 'BENCH_FAILED',
          kind: 'internal',
          place: subject.name,
          cause: `the embedded simulator ends with ${own.checksum}, Verilator with ${result}`,
          wayOut: 'compare both cycle by cycle',
        });
      }
      builds[name] = { buildSeconds: model.buildSeconds, runSeconds: seconds };
    });
  }
  const total = (name: string) => builds[name]!.buildSeconds + builds[name]!.runSeconds;
  const peer = total(buildings[0].name);
  return {
    design: subject.name,
    clocks,
    seconds: { joulesmith: own.seconds, Verilator: peer },
    builds,
    ratio: peer / own.seconds,
    ratioToSoonest: Math.min(...Object.keys(builds).map(total)) / own.seconds,
  };
}
