import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Testbench, watchFile } from '../../hdl-gen/emit/testbench.ts';
import type { TensorData } from '../../models/graph.ts';
import { elementsOf } from '../../models/tensor-type.ts';
import type { Watched } from '../../sim/rtl/stream.ts';
import { Fault } from '../../specs/fault.ts';

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** Everything a simulator of Verilog text needs, as files of one folder. */
export interface BenchFiles {
  readonly verilog: readonly TextFile[];
  /** Memory images and vectors. */
  readonly data: readonly TextFile[];
  readonly bench: Testbench;
}

/** What the emitted text did under a tool, with what the tool cost. */
export interface BenchRun {
  /** Every output element of every frame, and the clock at which it left. */
  readonly outputs: TensorData;
  readonly outputCycles: Int32Array;
  readonly firstIn: readonly number[];
  readonly lastOut: readonly number[];
  /** What the bench saw on the stream that it watches. */
  readonly watched?: Watched;
  /** The bench's own count: it must agree with a comparison of `outputs`. */
  readonly mismatches: number;
  /** Bytes offered and then withdrawn or changed: a broken handshake. */
  readonly unstable: number;
  readonly tool: string;
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

/** What the bench wrote about the stream that it watches; null when it watches none. */
export function watchedIn(folder: string): string | null {
  const file = join(folder, watchFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

export function writeBench(folder: string, files: BenchFiles): void {
  for (const { file, text } of [...files.verilog, ...files.data, files.bench]) writeFileSync(join(folder, file), text);
}

/** Reads what the bench printed and recorded. Shape: `frames` lines, `frames * outputBytes` records; `seen` is what it wrote about the stream that it watches. */
export function readBench(
  tool: string,
  printed: string,
  recorded: string,
  seen: string | null = null,
): Pick<BenchRun, 'outputs' | 'outputCycles' | 'firstIn' | 'lastOut' | 'mismatches' | 'unstable' | 'watched'> {
  const fault = (cause: string, wayOut: string) =>
    new Fault({ code: 'BENCH_FAILED', kind: 'internal', place: tool, cause, wayOut });
  const timeout = /^timeout clock (\d+) frame (\d+) (byte|element) (\d+)/m.exec(printed);
  if (timeout !== null) {
    throw fault(
      `the accelerator gave no ${timeout[3]} ${timeout[4]} of frame ${timeout[2]} within ${timeout[1]} clocks`,
      'report this design as a defect of joulesmith',
    );
  }
  const done = /^done frames (\d+) mismatches (\d+) clocks (\d+)/m.exec(printed);
  if (done === null) throw fault(`the bench did not finish: ${printed.trim().slice(-200)}`, 'report it as a defect');
  const frames = [...printed.matchAll(/^frame (\d+) first_in (\d+) last_out (\d+)/gm)];
  if (frames.length !== Number(done[1])) throw fault(`${frames.length} of ${done[1]} frames came out`, 'report it');

  const movesOf = (text: string): Watched => {
    const records = text.split('\n').filter((line) => line !== '');
    // As many digits as the stream's elements have.
    const digits = records[0]?.search(/\s/) === 4 ? 4 : 2;
    const values = elementsOf(digits === 4 ? 16 : 8, records.length);
    const known = new RegExp(`^[0-9a-f]{${digits}}$`, 'i');
    const clocks = new Int32Array(records.length);
    records.forEach((line, at) => {
      const [value = '', clock = ''] = line.split(/\s+/);
      if (!known.test(value))
        throw fault(`${digits === 4 ? 'element' : 'byte'} ${at} left as '${value}' (unknown bits)`, 'report it');
      values[at] = Number.parseInt(value, 16);
      clocks[at] = Number(clock);
    });
    return { values, clocks };
  };
  const { values, clocks } = movesOf(recorded);
  return {
    outputs: values,
    outputCycles: clocks,
    ...(seen === null ? {} : { watched: movesOf(seen) }),
    firstIn: frames.map((frame) => Number(frame[2])),
    lastOut: frames.map((frame) => Number(frame[3])),
    mismatches: Number(done[2]),
    unstable: [...printed.matchAll(/^unstable clock/gm)].length,
  };
}
