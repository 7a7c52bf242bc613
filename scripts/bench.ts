import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildAccelerator } from '../hdl-gen/arch/build.ts';
import { elaborate } from '../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../sim/cycle/cycles.ts';
import { createSimulator } from '../sim/rtl/simulator.ts';
import { Fault } from '../specs/fault.ts';
import { acceleratorSubject, harnessRequest, measureAccelerator, runEqual } from './bench/accelerator.ts';
import { type Mode, modes, type SpeedResult } from './bench/measure.ts';
import { referenceSpeed } from './bench/reference.ts';
import { measureDesign } from './bench/speed.ts';
import { acceleratorBars, type SpeedBars, speedSubjects } from './bench/subjects.ts';
import { type SynthesisSpeed, synthesisSpeed, warmBar } from './bench/synthesis.ts';
import { timeToResult } from './bench/time-to-result.ts';
import { type ToggleTierSpeed, toggleTierBar, toggleTierSpeed } from './bench/toggle-tier.ts';
import { type LoadedDesign, loadDesign } from './design.ts';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { dataFolder, projectRoot } from './project.ts';
import { digits } from './report/format.ts';
import { table } from './table.ts';
import { paint, processTerminal, type Terminal } from './terminal.ts';
import { requireTool, type Tool } from './tools/locate.ts';
import { runVerilatorHarness } from './tools/verilator-harness.ts';

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** From the design to the first compared inference, both sides from nothing; Verilator with the build that answers soonest. */
async function timeToVerified(design: LoadedDesign, tool: Tool) {
  const subject = acceleratorSubject(design, 1);
  // Once, and before anything else of this process has warmed the simulator up.
  const own = seconds(() => {
    const accelerator = buildAccelerator(design.model.graph, design.request);
    runEqual(createSimulator(elaborate(accelerator.design, { names: false })), { ...subject, accelerator });
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

/** Inferences per second of the exact cycle model against RTL in the embedded simulator. */
function cycleModel(design: LoadedDesign, frames: number, tries: number, rtlCyclesPerSecond: number) {
  const { accelerator, name } = acceleratorSubject(design, 1);
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

function ratiosOf(results: Readonly<Record<string, SpeedResult>>, mode: Mode): Record<string, number> {
  return Object.fromEntries(Object.entries(results).map(([name, { ratios }]) => [name, ratios[mode]]));
}

const headings: Readonly<Record<Mode, string>> = {
  one: '1 stimulus',
  oneToggles: '1, toggles',
  sixteen: '16 stimuli',
  sixteenToggles: '16, toggles',
};

function barOf({ one, sixteen }: SpeedBars, mode: Mode): number {
  return { one, oneToggles: one / 2, sixteen, sixteenToggles: sixteen / 2 }[mode];
}

/** Clocks x stimuli per second over Verilator's clocks per second, each beside what is wanted at least. */
function speedTable(results: Readonly<Record<string, SpeedResult>>, bars: Readonly<Record<string, SpeedBars>>): string {
  return table(
    [
      { title: 'design' },
      { title: 'Verilator, clocks/s', align: 'right' },
      ...modes.flatMap((mode) => [
        { title: headings[mode], align: 'right' as const },
        { title: 'bar', align: 'right' as const },
      ]),
    ],
    Object.entries(results).map(([name, { clocksPerSecond, ratios }]) => [
      name,
      digits(clocksPerSecond.Verilator),
      ...modes.flatMap((mode) => [`${digits(ratios[mode])} x`, digits(barOf(bars[name]!, mode))]),
    ]),
  );
}

function synthesisTable({ targets }: SynthesisSpeed): string {
  return table(
    [
      { title: 'target' },
      { title: 'cells', align: 'right' },
      { title: 'warm process', align: 'right' },
      { title: 'bar', align: 'right' },
      { title: 'native', align: 'right' },
      { title: 'ratio', align: 'right' },
    ],
    Object.entries(targets).map(([name, { cells, warm, native, ratio }]) => [
      name,
      String(cells),
      `${digits(warm)} s`,
      `${warmBar} s`,
      native === null ? 'not here' : `${digits(native)} s`,
      ratio === null ? '' : `${digits(ratio)} x`,
    ]),
  );
}

function toggleTierTable(designs: readonly ToggleTierSpeed[]): string {
  return table(
    [
      { title: 'design' },
      { title: 'simulation', align: 'right' },
      { title: 'tier T1', align: 'right' },
      { title: 'ratio', align: 'right' },
      { title: 'bar', align: 'right' },
    ],
    designs.map(({ design, seconds, ratio }) => [
      design,
      `${digits(seconds.simulation)} s`,
      `${digits(seconds.tierT1)} s`,
      `${digits(ratio)} x`,
      `${toggleTierBar} x`,
    ]),
  );
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
  const peer = { name: 'Verilator', version: tool.version };
  const { name } = design.request;

  // First: the engine optimises for what has run before, and the reference is what most programs run alone.
  terminal.err('integer reference ...\n');
  const reference = await referenceSpeed(real ? data : null, tries);
  terminal.err('time to verified ...\n');
  const answerTime = await timeToVerified(design, tool);
  terminal.err('time to result ...\n');
  const result = await timeToResult(tool, short ? 100_000 : 1_000_000);
  terminal.err('simulator ...\n');
  const subject = acceleratorSubject(design, real ? 10 : 50);
  const designs: Record<string, SpeedResult> = { [name]: await measureAccelerator(tool, subject, tries) };
  const bars: Record<string, SpeedBars> = { [name]: acceleratorBars };
  for (const made of speedSubjects(short)) {
    terminal.err(`  ${made.name} ...\n`);
    designs[made.name] = await measureDesign(tool, made, tries);
    bars[made.name] = made.bars;
  }
  terminal.err('cycle model ...\n');
  const model = cycleModel(design, 20, tries, designs[name]!.clocksPerSecond.one);
  terminal.err('tier T1 ...\n');
  const toggleTier = (real ? ['kws-stream-16', 'kws-stream-64', 'kws-stream-256'] : [name]).map((each) =>
    toggleTierSpeed(loadDesign(each, projectRoot, environment), tries),
  );
  terminal.err('synthesis ...\n');
  const synthesis = await synthesisSpeed(environment, short ? 1 : 3);
  const simulator = {
    peer,
    designs,
    bars,
    ratios: ratiosOf(designs, 'one'),
    toggleRatios: ratiosOf(designs, 'oneToggles'),
    batchRatios: ratiosOf(designs, 'sixteen'),
    batchToggleRatios: ratiosOf(designs, 'sixteenToggles'),
  };
  const document = {
    timeToVerified: answerTime,
    timeToResult: { peer, ...result },
    simulator,
    cycleModel: model,
    reference,
    toggleTier,
    synthesis,
  };
  if (json) {
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    return exitCodes.equal;
  }
  const shorter = ({ seconds: { joulesmith, Verilator }, ratio }: typeof result | typeof answerTime) => [
    `${digits(joulesmith)} s`,
    `${digits(Verilator)} s`,
    `${digits(ratio)} x shorter`,
    tool.version,
  ];
  terminal.out(`${paint(terminal, 'bold', name)}\n`);
  terminal.out(
    table(
      [
        { title: 'section' },
        { title: 'joulesmith', align: 'right' },
        { title: 'peer', align: 'right' },
        { title: 'ratio', align: 'right' },
        { title: 'peer is' },
      ],
      [
        ['time to verified', ...shorter(answerTime)],
        [`${result.design}, ${digits(result.clocks)} clocks from nothing, one core (bar 40 x)`, ...shorter(result)],
        [
          'cycle model',
          `${digits(model.inferencesPerSecond.cycleModel)} inference/s`,
          `${digits(model.inferencesPerSecond.rtl)} inference/s`,
          `${digits(model.ratio)} x`,
          model.peer.name,
        ],
        [
          `integer reference, ${reference.network} (bar 500 M, 5 x)`,
          `${digits(reference.macsPerSecond.joulesmith / 1e6)} M MAC/s`,
          `${digits(reference.macsPerSecond.TensorFlow / 1e6)} M MAC/s`,
          `${digits(reference.ratio)} x`,
          `${reference.peer.name} ${reference.peer.version}`,
        ],
      ],
    ),
  );
  terminal.out(`\nsimulator: clocks x stimuli per second over ${tool.version}, which never counts toggles\n`);
  terminal.out(speedTable(designs, bars));
  terminal.out(
    '\njoules of one inference by tier T1 beside the embedded simulation of one, processor time, both from the design on\n',
  );
  terminal.out(toggleTierTable(toggleTier));
  terminal.out(
    `\nsynthesis of an int8 multiply-accumulate element, processor time: ${synthesis.tool} (first run ${digits(synthesis.coldSeconds)} s) and ${synthesis.peer?.version ?? 'no Yosys on PATH'}\n`,
  );
  terminal.out(synthesisTable(synthesis));
  return exitCodes.equal;
}

const terminal = processTerminal();
const argv = process.argv.slice(2);
process.exitCode = await bench(terminal, argv).catch((error: unknown) =>
  reportFailure(error, argv.includes('--json'), terminal),
);
