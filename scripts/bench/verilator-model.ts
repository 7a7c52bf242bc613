import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import type { Tool } from '../tools/locate.ts';
import { run, toolFailure } from '../tools/run.ts';
import type { Peer } from './measure.ts';
import type { SpeedSubject } from './subjects.ts';

/** A main that loads, then clocks the model in a bare loop: no event scheduler, no trace, one model evaluation per edge. */
function mainText({ netlist, load, run: inputs, clocks }: SpeedSubject, top: string): string {
  const rows = load(0);
  const assign = (source: string) =>
    netlist.inputs.map(({ name }, at) => `    top.${name} = ${source}[${at}];`).join('\n');
  const table = rows.map((row) => `{${row.join(',')}}`).join(',\n');
  return `#include <cstdint>
#include <cstdio>
#include <ctime>
#include "V${top}.h"
#include "verilated.h"

static const int32_t rows[${rows.length}][${netlist.inputs.length}] = {${table}};
static const int32_t idle[${netlist.inputs.length}] = {${inputs.join(',')}};

int main() {
  VerilatedContext context;
  V${top} top{&context};
  top.rst = 1;
  for (int edge = 0; edge < 8; edge++) {
    top.clk = edge & 1;
    top.eval();
  }
  top.rst = 0;
  for (const auto& row : rows) {
${assign('row')}
    top.clk = 0;
    top.eval();
    top.clk = 1;
    top.eval();
  }
${assign('idle')}
  const std::clock_t start = std::clock();
  for (long clock = 0; clock < ${clocks}; clock++) {
    top.clk = 0;
    top.eval();
    top.clk = 1;
    top.eval();
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("checksum %u seconds %.9f\\n", top.checksum, seconds);
  return 0;
}
`;
}

/** Verilator's build of the emitted text; every measurement runs the counted clocks from power-on. */
export async function buildVerilatorModel(
  tool: Tool,
  folder: string,
  subject: SpeedSubject,
  optimise: '-O1' | '-O3',
  jobs = availableParallelism(),
): Promise<Peer> {
  const flags = optimise === '-O3' ? '-O3 -march=native' : optimise;
  const { files, top } = emitVerilog(subject.design);
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'main.cpp'), mainText(subject, top));
  const built = await run(
    tool.path,
    [
      ...['--cc', '--exe', '--build', '-O3', '--x-assign', 'fast', '--x-initial', 'fast', '--noassert', '-Wno-fatal'],
      ...['--top-module', top, '-o', 'speed', '--build-jobs', String(jobs)],
      // The makefile's own -Os stands behind -CFLAGS and would win.
      ...['-MAKEFLAGS', `OPT_FAST="${flags}" OPT_SLOW="${flags}" OPT_GLOBAL="${flags}"`],
      ...['main.cpp', ...files.map(({ name }) => name)],
    ],
    { folder, seconds: 900 },
  );
  if (built.code !== 0) throw toolFailure('verilator', built);
  return {
    buildSeconds: built.seconds,
    async measure() {
      const ran = await run(join(folder, 'obj_dir', 'speed'), [], { folder, seconds: 900 });
      const said = /checksum (\d+) seconds ([\d.]+)/.exec(ran.stdout);
      if (ran.code !== 0 || said === null) throw toolFailure('verilator', ran);
      return { result: Number(said[1]), seconds: Number(said[2]) };
    },
  };
}
