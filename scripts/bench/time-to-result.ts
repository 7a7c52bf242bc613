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
  /** Verilator's build and run, by optimisation; the sooner one is the peer. */
  readonly builds: Readonly<Record<string, { readonly buildSeconds: number; readonly runSeconds: number }>>;
  readonly ratio: number;
}

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
  for (const optimise of ['-O1', '-O3'] as const) {
    await withTemporaryFolder('result', async (folder) => {
      const model = await buildVerilatorModel(tool, folder, subject, optimise);
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
      builds[optimise] = { buildSeconds: model.buildSeconds, runSeconds: seconds };
    });
  }
  const peer = Math.min(...Object.values(builds).map((build) => build.buildSeconds + build.runSeconds));
  return {
    design: subject.name,
    clocks,
    seconds: { joulesmith: own.seconds, Verilator: peer },
    builds,
    ratio: peer / own.seconds,
  };
}
