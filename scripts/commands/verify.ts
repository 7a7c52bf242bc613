import type { Mismatch, Verification } from '../../specs/result.ts';
import { buildDesign, loadDesign } from '../design.ts';
import { exitCodes } from '../exit-codes.ts';
import { arithmeticChoices } from '../gate/arithmetic.ts';
import { ownCellsWords } from '../gate/library-technology.ts';
import { checkSamples, defaultLevels, type Level, parseLevels } from '../levels.ts';
import { netlistRequest } from '../netlist-request.ts';
import { firstGiven } from '../option-words.ts';
import { progress } from '../progress.ts';
import { expandPath } from '../project.ts';
import { count } from '../report/format.ts';
import { checkLimit, checkOwnCells, defaultLimit, defaultProof, optionFault } from '../synthesis/options.ts';
import { table } from '../table.ts';
import { paint, type Terminal } from '../terminal.ts';
import type { ToolKind } from '../tools/yosys/open.ts';
import { verifyDesign } from '../verify-design.ts';
import { answer, verb } from './verb.ts';

function mismatchText({ level, sample, layer, index, position, channel, cycle, expected, found }: Mismatch): string {
  const clock = cycle === null ? '' : `, clock ${cycle}`;
  return `first mismatch: ${level}, sample ${sample}, layer ${layer}, index ${index}, position [${position.join(', ')}], channel ${channel}${clock}: expected ${expected}, found ${found}\n`;
}

/** How many modules are proved, and of what. */
function proofText({ proofs = [] }: Verification): string {
  if (proofs.length === 0) return '';
  const proved = proofs.filter(({ verdict }) => verdict === 'proved');
  const bits = proved.reduce((sum, proof) => sum + proof.bits, 0);
  const of = `${count(proved.length)} of ${count(proofs.length)} modules`;
  return `proved equal to their text, for all inputs and states: ${of}, ${count(bits)} bits\n`;
}

/** The ladder as a table, then the verdict. */
function verificationText(name: string, verification: Verification, terminal: Terminal): string {
  const { levels, verdict, firstMismatch, inputs, notes } = verification;
  const rows = Object.entries(levels).map(([level, { samples, matched, cycles, tool }]) => [
    level,
    `${count(matched)} of ${count(samples)}`,
    cycles === null ? '' : count(cycles.latency),
    cycles === null || cycles.interval === null ? '' : count(cycles.interval),
    tool,
  ]);
  const columns = [
    { title: 'level' },
    { title: 'equal samples', align: 'right' },
    { title: 'latency [clocks]', align: 'right' },
    { title: 'interval [clocks]', align: 'right' },
    { title: 'computed by' },
  ] as const;
  return [
    `${paint(terminal, 'bold', name)}, inputs: ${inputs}\n`,
    table(columns, rows),
    firstMismatch === null ? '' : mismatchText(firstMismatch),
    proofText(verification),
    ...notes.map((note) => `note: ${note}\n`),
    `verdict: ${paint(terminal, verdict === 'equal' ? 'green' : 'red', verdict)}\n`,
  ].join('');
}

/**
 * Whoever gives a library, or wants proofs, wants the rung of it (`wanting`); what else belongs to it (`idle`) does not ask for it.
 * Errors: LEVEL_UNKNOWN, SYNTH_OPTION.
 */
async function levelsOf(
  named: string | undefined,
  wanting: string | undefined,
  idle: string | undefined,
  environment: Terminal['environment'],
): Promise<Level[]> {
  const levels =
    named === undefined
      ? [...(await defaultLevels(environment)), ...(wanting === undefined ? [] : ['netlist' as const])]
      : parseLevels(named);
  const option = wanting ?? idle;
  if (option === undefined || levels.includes('netlist')) return levels;
  const wayOut =
    named === undefined
      ? 'name that level (--levels rtl,netlist), or leave it out'
      : 'add netlist to --levels, or leave one of the two out';
  throw optionFault(option, 'belongs to the level netlist', wayOut);
}

/** Options that say how the rung `netlist` is climbed. */
interface NetlistOnly {
  readonly hierarchy: boolean | undefined;
  readonly tool: ToolKind | undefined;
  readonly limit: number | undefined;
  readonly cache: boolean | undefined;
  readonly prove: boolean;
  readonly proveLimit: number | undefined;
}

/** Seconds for a proof; null: none are wanted. Errors: SYNTH_OPTION. */
function proofSeconds({ prove, proveLimit }: NetlistOnly): number | null {
  if (prove) return checkLimit(proveLimit ?? defaultProof, '--prove-limit');
  if (proveLimit === undefined) return null;
  throw optionFault('--prove-limit', 'says nothing without --prove', 'add --prove, or leave it out');
}

export const verify = verb({
  command: 'verify <DESIGN>',
  describe: 'prove that the hardware computes the network bit for bit',
  builder: (parser) =>
    parser
      .positional('DESIGN', { type: 'string', demandOption: true, describe: 'design file or known design' })
      .option('levels', {
        type: 'string',
        requiresArg: true,
        describe:
          'reference,rtl,verilator,icarus,netlist (default: all that this machine has tools for, without netlist)',
      })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: 'inputs for every level (default: reference 1000, rtl 20, verilator 3, icarus 1, netlist 2)',
      })
      .option('inputs', {
        type: 'string',
        requiresArg: true,
        describe: 'raw int8 (int16: little-endian) or .npy, samples concatenated',
      })
      .option('expect', { type: 'string', requiresArg: true, describe: "the network's outputs for these inputs" })
      .option('expect-logits', { type: 'string', requiresArg: true, describe: 'the bytes before the final softmax' })
      .option('liberty', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        describe:
          'level netlist: cells of a library (.lib or .lib.gz) instead of plain gates; several make one library',
      })
      .option('arithmetic', {
        choices: arithmeticChoices,
        requiresArg: true,
        describe: 'with --liberty: form of multipliers and sums, as synth takes it',
      })
      .option('own-cells', {
        type: 'boolean',
        default: false,
        describe: `with --arithmetic measured: ${ownCellsWords}`,
      })
      .option('hierarchy', {
        type: 'boolean',
        describe: 'level netlist: map every module once (default with --liberty); --no-hierarchy: the design as one',
      })
      .option('tool', {
        choices: ['package', 'native'] as const,
        requiresArg: true,
        describe: 'level netlist: Yosys from npm (default), or the one on PATH',
      })
      .option('limit', {
        type: 'number',
        requiresArg: true,
        describe: `level netlist: seconds that Yosys may take (default ${defaultLimit})`,
      })
      .option('prove', {
        type: 'boolean',
        default: false,
        describe: 'level netlist: prove every module equal to its text, for all inputs and states',
      })
      .option('prove-limit', {
        type: 'number',
        requiresArg: true,
        describe: `with --prove: seconds that the proof of one module may take (default ${defaultProof})`,
      })
      .option('cache', {
        type: 'boolean',
        describe: 'level netlist: use answers that were kept (default; --no-cache: do not)',
      }),
  async run(args, terminal) {
    const { environment, folder } = terminal;
    const samples = checkSamples(args.samples);
    const { hierarchy, tool, limit, cache } = args;
    const seconds = checkLimit(limit ?? defaultLimit);
    const proveSeconds = proofSeconds(args);
    checkOwnCells(args.ownCells, args.arithmetic);
    const liberty = (args.liberty ?? []).map((path) => expandPath(path, folder, environment));
    const wanting = firstGiven({ liberty: args.liberty, prove: args.prove || undefined });
    const levels = await levelsOf(args.levels, wanting, firstGiven({ hierarchy, tool, limit, cache }), environment);
    const loaded = loadDesign(args.DESIGN, folder, environment);
    const file = (path: string | undefined) => (path === undefined ? undefined : expandPath(path, folder, environment));
    const files = { inputs: file(args.inputs), expect: file(args.expect), expectLogits: file(args.expectLogits) };
    const bar = progress(terminal);
    const { arithmetic, ownCells } = args;
    const how = { hierarchy, tool: tool ?? 'package', seconds, cache: cache ?? true, proveSeconds };
    const wanted = { liberty, arithmetic, ownCells, ...how };
    const { design, netlist } = await netlistRequest(wanted, loaded, environment, bar);
    const accelerator = buildDesign(design);
    const verification = await verifyDesign(design, accelerator, { levels, samples, files, netlist }, environment, bar);
    const document = { design: design.request.name, model: design.model.source, ...verification };
    answer(terminal, args.json, document, verificationText(design.request.name, verification, terminal));
    return verification.verdict === 'equal' ? exitCodes.equal : exitCodes.different;
  },
});
