import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Testbench } from '../../hdl-gen/emit/testbench.ts';
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
  /** Every output byte of every frame, and the clock at which it left. */
  readonly outputs: Int8Array;
  readonly outputCycles: Int32Array;
  readonly firstIn: readonly number[];
  readonly lastOut: readonly number[];
  /** The bench's own count: it must agree with a comparison of `outputs`. */
  readonly mismatches: number;
  /** Bytes offered and then withdrawn or changed: a broken handshake. */
  readonly unstable: number;
  readonly tool: string;
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

export function writeBench(folder: string, files: BenchFiles): void {
  for (const { file, text } of [...files.verilog, ...files.data, files.bench]) writeFileSync(join(folder, file), text);
}

/** Reads what the bench printed and recorded. Shape: `frames` lines, `frames * outputBytes` records. */
export function readBench(
  tool: string,
  printed: string,
  recorded: string,
): Pick<BenchRun, 'outputs' | 'outputCycles' | 'firstIn' | 'lastOut' | 'mismatches' | 'unstable'> {
  const fault = (cause: string, wayOut: string) =>
    new Fault({ code: 'BENCH_FAILED', kind: 'internal', place: tool, cause, wayOut });
  const timeout = /^timeout clock (\d+) frame (\d+) byte (\d+)/m.exec(printed);
  if (timeout !== null) {
    throw fault(
      `the accelerator gave no byte ${timeout[3]} of frame ${timeout[2]} within ${timeout[1]} clocks`,
      'report this design as a defect of joulesmith',
    );
  }
  const done = /^done frames (\d+) mismatches (\d+) clocks (\d+)/m.exec(printed);
  if (done === null) throw fault(`the bench did not finish: ${printed.trim().slice(-200)}`, 'report it as a defect');
  const frames = [...printed.matchAll(/^frame (\d+) first_in (\d+) last_out (\d+)/gm)];
  if (frames.length !== Number(done[1])) throw fault(`${frames.length} of ${done[1]} frames came out`, 'report it');

  const records = recorded.split('\n').filter((line) => line !== '');
  const outputs = new Int8Array(records.length);
  const outputCycles = new Int32Array(records.length);
  records.forEach((line, at) => {
    const [value = '', clock = ''] = line.split(/\s+/);
    if (!/^[0-9a-f]{2}$/i.test(value)) throw fault(`byte ${at} left as '${value}' (unknown bits)`, 'report it');
    outputs[at] = Number.parseInt(value, 16);
    outputCycles[at] = Number(clock);
  });
  return {
    outputs,
    outputCycles,
    firstIn: frames.map((frame) => Number(frame[2])),
    lastOut: frames.map((frame) => Number(frame[3])),
    mismatches: Number(done[2]),
    unstable: [...printed.matchAll(/^unstable clock/gm)].length,
  };
}
