import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Accelerator, acceleratorPorts as port } from '../../hdl-gen/arch/architecture.ts';
import { recordFile } from '../../hdl-gen/emit/testbench.ts';
import { Fault } from '../../specs/fault.ts';
import { type BenchFiles, type BenchRun, readBench, writeBench } from './bench.ts';
import type { Tool } from './locate.ts';
import { run, toolFailure, withTemporaryFolder } from './run.ts';

/** The accelerator and what streams through it; see `Accelerator`. */
interface Streams extends Pick<Accelerator, 'inputBytes' | 'outputBytes' | 'inputBits' | 'outputBits'> {
  readonly top: string;
  readonly frames: number;
}

/** A C++ main around Verilator's model: what a person writes who wants Verilator at its fastest, without its event scheduler. */
function harness({ top, inputBytes, outputBytes, inputBits, outputBits, frames }: Streams): string {
  return `#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>
#include "V${top}.h"
#include "verilated.h"

template <typename Element>
static std::vector<Element> load(const char* name) {
  std::vector<Element> elements;
  FILE* file = std::fopen(name, "r");
  unsigned element;
  while (file && std::fscanf(file, "%x", &element) == 1) elements.push_back(static_cast<Element>(element));
  if (file) std::fclose(file);
  return elements;
}

int main() {
  const auto input = load<uint${inputBits}_t>("input.hex");
  const auto expected = load<uint${outputBits}_t>("expected.hex");
  std::vector<uint${outputBits}_t> output(expected.size());
  std::vector<uint32_t> clocks(expected.size());
  std::vector<uint32_t> first(${frames});
  VerilatedContext context;
  V${top} top{&context};
  top.${port.inValid} = 0;
  top.${port.outReady} = 0;
  top.rst = 1;
  for (int edge = 0; edge < 8; edge++) {
    top.clk = edge & 1;
    top.eval();
  }
  top.clk = 0;
  top.rst = 0;
  top.${port.outReady} = 1;
  size_t taken = 0, given = 0;
  uint32_t clock = 0;
  const std::clock_t start = std::clock();
  for (; given < expected.size(); clock++) {
    const bool left = taken < input.size();
    top.${port.inValid} = left;
    if (left) top.${port.inData} = input[taken];
    top.clk = 0;
    top.eval();
    const bool moves = left && top.${port.inReady};
    if (top.${port.outValid}) {
      output[given] = top.${port.outData};
      clocks[given++] = clock;
    }
    if (moves) {
      if (taken % ${inputBytes} == 0) first[taken / ${inputBytes}] = clock;
      taken++;
    }
    top.clk = 1;
    top.eval();
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  unsigned wrong = 0;
  FILE* record = std::fopen("${recordFile}", "w");
  for (size_t at = 0; at < output.size(); at++) {
    wrong += output[at] != expected[at];
    std::fprintf(record, "%0${outputBits / 4}x %u\\n", output[at], clocks[at]);
  }
  std::fclose(record);
  for (unsigned frame = 0; frame < ${frames}; frame++)
    std::printf("frame %u first_in %u last_out %u\\n", frame, first[frame], clocks[(frame + 1) * ${outputBytes} - 1]);
  std::printf("done frames ${frames} mismatches %u clocks %u\\nseconds %.9f\\n", wrong, clock, seconds);
  return 0;
}
`;
}

export interface HarnessRequest extends Streams {
  readonly files: BenchFiles;
  /** C++ optimisation: `-O0` builds sooner, `-O3` runs sooner. */
  readonly optimise: '-O0' | '-O1' | '-O3';
  readonly seconds: number;
  /** How often the built program runs. */
  readonly tries: number;
}

/** `loopSeconds` is the processor time of the clock loop alone, without the start of the process, in every run. */
export type HarnessRun = BenchRun & { readonly loopSeconds: readonly number[] };

/** Verilator's model of the emitted text behind a C++ main: built, run, read. */
export function runVerilatorHarness(tool: Tool, request: HarnessRequest): Promise<HarnessRun> {
  const { top, files, optimise, seconds, tries } = request;
  return withTemporaryFolder('harness', async (folder) => {
    writeBench(folder, files);
    writeFileSync(join(folder, 'main.cpp'), harness(request));
    const flags = optimise === '-O3' ? '-O3 -march=native' : optimise;
    const built = await run(
      tool.path,
      [
        ...['--cc', '--exe', '--build', '-O3', '--x-assign', 'fast', '--x-initial', 'fast', '--noassert'],
        ...['-Wno-fatal', '--top-module', top, '-o', 'bench', '--build-jobs', String(availableParallelism())],
        // The makefile puts its own -Os behind -CFLAGS, where it wins.
        ...['-MAKEFLAGS', `OPT_FAST="${flags}" OPT_SLOW="${flags}" OPT_GLOBAL="${flags}"`],
        ...['main.cpp', ...files.verilog.map(({ file }) => file)],
      ],
      { folder, seconds },
    );
    if (built.code !== 0) throw toolFailure('verilator', built);
    const loops: number[] = [];
    let ran = built;
    for (let attempt = 0; attempt < tries; attempt++) {
      ran = await run(join(folder, 'obj_dir', 'bench'), [], { folder, seconds });
      const loop = /^seconds ([\d.]+)/m.exec(ran.stdout)?.[1];
      if (ran.code !== 0 || loop === undefined) throw toolFailure('verilator', ran);
      loops.push(Number(loop));
    }
    const read = readBench('verilator', ran.stdout, readFileSync(join(folder, recordFile), 'utf8'));
    if (read.mismatches > 0) {
      throw new Fault({
        code: 'BENCH_FAILED',
        kind: 'internal',
        place: 'verilator',
        cause: `${read.mismatches} output bytes differ from the reference`,
        wayOut: 'run joulesmith verify for this design',
      });
    }
    return {
      ...read,
      tool: tool.version,
      buildSeconds: built.seconds,
      runSeconds: ran.seconds,
      loopSeconds: loops,
    };
  });
}
