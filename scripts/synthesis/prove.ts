import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';
import { readYosysModule, readYosysModules, type YosysModule } from '../../sim/synthesis/netlist/yosys-json.ts';
import { type Cut, cutModule } from '../../sim/synthesis/proof/cut.ts';
import { type Miter, miterOf, type Stand, strangeIn } from '../../sim/synthesis/proof/miter.ts';
import { goldScript, proofFiles, sweepScript } from '../../sim/synthesis/proof/script.ts';
import { type Guess, tryModule } from '../../sim/synthesis/proof/trial.ts';
import { Fault } from '../../specs/fault.ts';
import type { ModuleProof } from '../../specs/result.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';

/** Steps of search for each pair of nodes: what takes more is rarely worth it. */
const conflicts = 10_000;
const trialClocks = 300;

const notFinished = (seconds: number): string => `not finished in ${seconds} s`;

type Modules = Readonly<Record<string, YosysModule>>;

/** The modules of the text as simple gates in the two forms of `goldScript`; `flatten`: all in one. Errors: those of the runner, SYNTH_NETLIST. */
export async function writtenModules(
  design: Design,
  flatten: boolean,
  yosys: JobRunner,
  limits: JobLimits,
): Promise<Modules[]> {
  const verilog = emitVerilog(design, { sourceLines: false });
  const files = Object.fromEntries([
    ...verilog.files.map(({ name, text }) => [name, text] as const),
    ...verilog.images.map(({ file, text }) => [file, text] as const),
    ['gold.ys', goldScript(verilog, flatten)] as const,
  ]);
  const outputs = [proofFiles.gold, proofFiles.unmerged];
  const done = await yosys.run({ args: ['-q', '-s', 'gold.ys'], files, outputs }, limits);
  return outputs.map((file) => readYosysModules(new TextDecoder().decode(done.files[file]), design.top));
}

/** Of the bits of `bad` those that are not proved to be 0. */
async function openBits({ module }: Miter, yosys: JobRunner, seconds: number): Promise<number[]> {
  const files = {
    [proofFiles.miter]: JSON.stringify({ creator: 'joulesmith', modules: { miter: module } }),
    'sweep.ys': sweepScript(conflicts),
  };
  const done = await yosys.run({ args: ['-q', '-s', 'sweep.ys'], files, outputs: [proofFiles.swept] }, { seconds });
  const swept = readYosysModule(new TextDecoder().decode(done.files[proofFiles.swept]), 'miter');
  return swept.ports.bad!.bits.flatMap((bit, at) => (bit === '0' ? [] : [at]));
}

const standsOf = (guesses: readonly Guess[]): Stand[] =>
  guesses.flatMap(({ register, as: [as] }) => (as === undefined ? [] : [{ register, as }]));

/** Guesses that do not hold give way to the next ones. */
function withoutFailed(guesses: readonly Guess[], failed: ReadonlySet<string>): Guess[] {
  return guesses.map((guess) => (failed.has(guess.register) ? { ...guess, as: guess.as.slice(1) } : guess));
}

type Order = (as: Stand['as']) => number;

/** A register may equal several others, and mapping have kept one for some of its readers, another for others: each order is tried. */
const orders: readonly Order[] = [
  () => 0,
  (as) => (typeof as === 'string' ? 0 : 1),
  (as) => (typeof as === 'string' ? Number.POSITIVE_INFINITY : Number(/\[(\d+)\]$/.exec(as.register)?.[1] ?? 0)),
];

const inOrder = (guesses: readonly Guess[], order: Order): Guess[] =>
  guesses.map(({ register, as }) => ({ register, as: as.toSorted((a, b) => order(a) - order(b) || 0) }));

async function prove(
  module: string,
  gold: Cut,
  gate: Cut,
  yosys: JobRunner,
  seconds: number,
  end: number,
): Promise<Omit<ModuleProof, 'module'>> {
  const bits = [...gate.outputs.values()].reduce((sum, wires) => sum + wires.length, gate.registers.size);
  const strange = strangeIn(gold, gate);
  if (strange !== null) return { verdict: 'open', bits, reason: strange };
  const trial = tryModule(module, gold, gate, trialClocks);
  if (trial.difference !== null) {
    const { output, clock } = trial.difference;
    return { verdict: 'different', bits, reason: `${output} differs at clock ${clock} after reset, on random inputs` };
  }
  let reason = '';
  for (const order of orders) {
    let guesses = inOrder(trial.guesses, order);
    for (;;) {
      const miter = miterOf(gold, gate, standsOf(guesses));
      const left = (end - performance.now()) / 1000;
      if (left <= 0) return { verdict: 'open', bits, reason: notFinished(seconds) };
      const open = (await openBits(miter, yosys, left)).map((at) => miter.claims[at]!);
      if (open.length === 0) return { verdict: 'proved', bits, reason: null };
      const failed = new Set(open.flatMap(({ stand }) => (stand === null ? [] : [stand.register])));
      reason = `${open.length} of ${bits} bits are not proved, ${open[0]!.name} the first of them`;
      if (failed.size === 0) break;
      guesses = withoutFailed(guesses, failed);
    }
  }
  return { verdict: 'open', bits, reason };
}

/**
 * Proves the modules of a design as written equal to the same as mapped, each on its own: for every input and every state of its
 * registers the same outputs and the same next state. `seconds`: that each may take. Errors: those of the runner but
 * SYNTH_TIMEOUT.
 */
export async function proveModules(
  written: readonly Modules[],
  mapped: Modules,
  yosys: JobRunner,
  seconds: number,
  onModule: (name: string, at: number, all: number) => void,
): Promise<ModuleProof[]> {
  const proofs: ModuleProof[] = [];
  const names = Object.keys(mapped).sort();
  for (const [at, module] of names.entries()) {
    onModule(module, at, names.length);
    const open = (reason: string): ModuleProof => ({ module, verdict: 'open', bits: 0, reason });
    const end = performance.now() + 1000 * seconds;
    let proof = open('the text has no module of this name');
    for (const [attempt, modules] of written.entries()) {
      const text = modules[module];
      if (text === undefined || (attempt > 0 && performance.now() > end)) continue;
      try {
        const [gold, gate] = [cutModule(text, modules), cutModule(mapped[module]!, mapped)];
        proof = { module, ...(await prove(module, gold, gate, yosys, seconds, end)) };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (error.code === 'SYNTH_TIMEOUT') proof = open(notFinished(seconds));
        else if (error.code === 'SYNTH_NETLIST') proof = open(`${error.place}: ${error.reason}`);
        else throw error;
      }
      if (proof.verdict !== 'open') break;
    }
    proofs.push(proof);
  }
  return proofs;
}
