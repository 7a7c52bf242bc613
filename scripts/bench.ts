import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../hdl-gen/arch/build.ts';
import { elaborate } from '../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../sim/cycle/cycles.ts';
import { createSimulator, type Simulator } from '../sim/rtl/simulator.ts';
import { runStream } from '../sim/rtl/stream.ts';
import { clockLimit } from '../sim/verify/embedded.ts';
import { referenceTruth } from '../sim/verify/truth.ts';
import { Fault } from '../specs/fault.ts';
import { measureSpeed, type SpeedResult } from './bench/speed.ts';
import { speedSubjects } from './bench/subjects.ts';
import { benchFiles } from './bench-files.ts';
import { type LoadedDesign, loadDesign } from './design.ts';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { dataFolder, projectRoot } from './project.ts';
import { digits } from './report/format.ts';
import { chooseSamples } from './samples.ts';
import { table } from './table.ts';
import { paint, processTerminal, type Terminal } from './terminal.ts';
import { requireTool, type Tool } from './tools/locate.ts';
import { type HarnessRequest, runVerilatorHarness } from './tools/verilator-harness.ts';

const toolSeconds = 900;

interface Subject {
  readonly name: string;
  readonly accelerator: Accelerator;
  readonly input: Int8Array;
  readonly expected: Int8Array;
  readonly frames: number;
}

function subjectOf(design: LoadedDesign, frames: number): Subject {
  const accelerator = buildAccelerator(design.model.graph, design.request);
  const { inputs } = chooseSamples(design.model, {}, frames);
  const input = inputs.subarray(0, frames * accelerator.inputBytes);
  const expected = referenceTruth(accelerator, input, frames).hardware;
  return { name: design.request.name, accelerator, input, expected, frames };
}

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Streams all frames through a simulator and insists on the right bytes: a fast wrong answer is no measurement. */
function runEqual(simulator: Simulator, { name, accelerator, input, expected, frames }: Subject): number {
  const { inputBytes, outputBytes } = accelerator;
  const maxClocks = clockLimit(accelerator, frames);
  const run = runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks });
  if (run.outputs.every((byte, at) => byte === expected[at])) return run.clocks;
  throw new Fault({
    code: 'BENCH_FAILED',
    kind: 'internal',
    place: name,
    cause: 'the embedded simulator differs from the reference',
    wayOut: 'run joulesmith verify for this design',
  });
}

function harnessRequest(subject: Subject, optimise: HarnessRequest['optimise'], tries: number): HarnessRequest {
  const { accelerator, input, expected, frames } = subject;
  const { inputBytes, outputBytes, design } = accelerator;
  const files = benchFiles(accelerator, input, expected);
  return { top: design.top, inputBytes, outputBytes, frames, files, optimise, seconds: toolSeconds, tries };
}

/** From the design to the first compared inference, both sides from nothing; Verilator with the build that answers soonest. */
async function timeToVerified(design: LoadedDesign, tool: Tool) {
  const subject = subjectOf(design, 1);
  // Once, and before anything else of this process has warmed the simulator up.
  const own = seconds(() => {
    const accelerator = buildAccelerator(design.model.graph, design.request);
    runEqual(createSimulator(elaborate(accelerator.design)), { ...subject, accelerator });
  });
  const builds: Record<string, { buildSeconds: number; runSeconds: number }> = {};
  for (const optimise of ['-O0', '-O1'] as const) {
    const { buildSeconds, runSeconds } = await runVerilatorHarness(tool, harnessRequest(subject, optimise, 1));
    builds[optimise] = { buildSeconds, runSeconds };
  }
  const peer = Math.min(...Object.values(builds).map((build) => build.buildSeconds + build.runSeconds));
  return {
    peer: { name: 'Verilator', version: tool.version },
    design: subject.name,
    seconds: { joulesmith: own, Verilator: peer },
    builds,
    ratio: peer / own,
  };
}

/** Clocks per second while running, without any build; Verilator with a C++ main and its fastest build. */
async function simulator(design: LoadedDesign, tool: Tool, frames: number, tries: number) {
  const subject = subjectOf(design, frames);
  const embedded = createSimulator(elaborate(subject.accelerator.design));
  let clocks = 0;
  const times = Array.from({ length: tries }, () =>
    seconds(() => {
      clocks = runEqual(embedded, subject);
    }),
  );
  const builds: Record<string, number> = {};
  for (const optimise of ['-O1', '-O3'] as const) {
    const { loopSeconds } = await runVerilatorHarness(tool, harnessRequest(subject, optimise, tries));
    builds[optimise] = clocks / loopSeconds;
  }
  const own = clocks / Math.min(...times);
  const peer = Math.max(...Object.values(builds));
  return {
    peer: { name: 'Verilator', version: tool.version },
    clocks,
    cyclesPerSecond: { joulesmith: own, Verilator: peer },
    builds,
    ratios: { [subject.name]: own / peer },
  };
}

/** Inferences per second of the exact cycle model against RTL in the embedded simulator. */
function cycleModel(design: LoadedDesign, frames: number, tries: number, rtlCyclesPerSecond: number) {
  const { accelerator, name } = subjectOf(design, 1);
  let interval = 0;
  const best = Math.min(
    ...Array.from({ length: tries }, () =>
      seconds(() => {
        const { lastOut } = simulateCycles(accelerator.schedule, { frames });
        interval = lastOut[frames - 1]! - lastOut[frames - 2]!;
      }),
    ),
  );
  const own = frames / best;
  const rtl = rtlCyclesPerSecond / interval;
  return {
    peer: { name: 'embedded RTL simulator of joulesmith', version: 'this one' },
    design: name,
    inferencesPerSecond: { cycleModel: own, rtl },
    ratio: own / rtl,
  };
}

/** Designs made for this measurement, with one stimulus and with 16 at once. */
async function simulatorDesigns(tool: Tool, short: boolean, tries: number, terminal: Terminal) {
  const results: Record<string, SpeedResult> = {};
  for (const subject of speedSubjects(short)) {
    terminal.err(`  ${subject.name} ...\n`);
    results[subject.name] = await measureSpeed(tool, subject, tries);
  }
  return results;
}

function ratiosOf(results: Readonly<Record<string, SpeedResult>>, key: 'ratio' | 'batchRatio'): Record<string, number> {
  return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, result[key]]));
}

async function bench(terminal: Terminal, argv: readonly string[]): Promise<number> {
  const { environment } = terminal;
  const unknown = argv.find((flag) => flag !== '--json' && flag !== '--short');
  if (unknown !== undefined) {
    const wayOut = 'use --json or --short';
    throw new Fault({ code: 'COMMAND_LINE', place: 'bench', cause: `there is no flag '${unknown}'`, wayOut });
  }
  const short = argv.includes('--short');
  const json = argv.includes('--json');
  const data = dataFolder(environment);
  const real = !short && data !== null && existsSync(join(data, 'mlperf_kws'));
  if (!real)
    terminal.err(`the built-in network instead of keyword spotting: ${short ? '--short' : 'no data folder'}\n`);
  const design = loadDesign(real ? 'kws-stream-64' : 'digits-stream-64', projectRoot, environment);
  const tool = await requireTool('verilator', environment);
  const tries = short ? 2 : 5;

  terminal.err('time to verified ...\n');
  const answerTime = await timeToVerified(design, tool);
  terminal.err('simulator ...\n');
  const speed = await simulator(design, tool, real ? 10 : 50, tries);
  const designs = await simulatorDesigns(tool, short, tries, terminal);
  terminal.err('cycle model ...\n');
  const model = cycleModel(design, 20, tries, speed.cyclesPerSecond.joulesmith);
  const ratios = { ...speed.ratios, ...ratiosOf(designs, 'ratio') };
  const simulated = { ...speed, designs, ratios, batchRatios: ratiosOf(designs, 'batchRatio') };
  const document = { timeToVerified: answerTime, simulator: simulated, cycleModel: model };
  if (json) {
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    return exitCodes.equal;
  }
  const ratio = speed.ratios[design.request.name]!;
  const rate = (value: number) => `${digits(value)} clocks/s`;
  const rows = [
    [
      'time to verified',
      `${digits(answerTime.seconds.joulesmith)} s`,
      `${digits(answerTime.seconds.Verilator)} s`,
      `${digits(answerTime.ratio)} x shorter`,
      tool.version,
    ],
    [
      'simulator',
      rate(speed.cyclesPerSecond.joulesmith),
      rate(speed.cyclesPerSecond.Verilator),
      `${digits(ratio)} x`,
      tool.version,
    ],
    ...Object.entries(designs).flatMap(([name, result]) => [
      [
        name,
        rate(result.clocksPerSecond.joulesmith),
        rate(result.clocksPerSecond.Verilator),
        `${digits(result.ratio)} x`,
        tool.version,
      ],
      [
        `${name}, 16 stimuli`,
        rate(result.batchClocksPerSecond),
        rate(result.clocksPerSecond.Verilator),
        `${digits(result.batchRatio)} x`,
        tool.version,
      ],
    ]),
    [
      'cycle model',
      `${digits(model.inferencesPerSecond.cycleModel)} inference/s`,
      `${digits(model.inferencesPerSecond.rtl)} inference/s`,
      `${digits(model.ratio)} x`,
      model.peer.name,
    ],
  ];
  terminal.out(`${paint(terminal, 'bold', design.request.name)}\n`);
  terminal.out(
    table(
      [
        { title: 'section' },
        { title: 'joulesmith', align: 'right' },
        { title: 'peer', align: 'right' },
        { title: 'ratio', align: 'right' },
        { title: 'peer is' },
      ],
      rows,
    ),
  );
  return exitCodes.equal;
}

const terminal = processTerminal();
const argv = process.argv.slice(2);
process.exitCode = await bench(terminal, argv).catch((error: unknown) =>
  reportFailure(error, argv.includes('--json'), terminal),
);
