import { asksForClockGates } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import { clockGateOf } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { targetNames, targetOf } from '../../sim/synthesis/target.ts';
import { parseHertz } from '../../specs/units.ts';
import { cacheFolder } from '../cache-folder.ts';
import { buildDesign, loadDesign } from '../design.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkOutputFolder, writeFolder, writeInto } from '../files.ts';
import { arithmeticChoices, arithmeticOf, asDesigned, chooseArithmetic } from '../gate/arithmetic.ts';
import { type LibertyFile, readLibertyFiles } from '../gate/liberty-files.ts';
import { checkLibraryTechnology, otherTechnologyNotes, ownCellsWords } from '../gate/library-technology.ts';
import { firstGiven } from '../option-words.ts';
import { progress } from '../progress.ts';
import { expandPath, suggestion } from '../project.ts';
import { checkLibraries, isLibraryPath, readLibrary } from '../synthesis/libraries.ts';
import { checkLimit, checkOwnCells, defaultLimit, optionFault } from '../synthesis/options.ts';
import { defaultDevice, devices } from '../synthesis/place.ts';
import { type SynthesisRequest, synthesise } from '../synthesis/synthesise.ts';
import { openTools } from '../synthesis/tools.ts';
import { synthesisText } from '../synthesis/words.ts';
import type { Terminal } from '../terminal.ts';
import { answer, verb } from './verb.ts';

interface Wanted {
  readonly target: string | undefined;
  readonly liberty: readonly string[] | undefined;
  readonly device: string | undefined;
  readonly place: boolean | undefined;
  readonly arithmetic: string | undefined;
}

/** The target with everything that belongs to it. Errors: SYNTH_TARGET, SYNTH_OPTION, SYNTH_LIBERTY and those of reading a file. */
function targetIn(
  { target, liberty = [], device, place, arithmetic }: Wanted,
  { folder, environment }: Terminal,
): Pick<SynthesisRequest, 'target' | 'libraries' | 'device' | 'place'> & { readonly liberty: () => LibertyFile[] } {
  const named = target !== undefined && isLibraryPath(target) ? [target] : [];
  const paths = [...named, ...liberty];
  if (target === undefined && paths.length === 0)
    throw optionFault('--target', 'is missing', `use one of ${targetNames.join(', ')}, or --liberty FILE`);
  const plain = target === undefined || named.length > 0 ? null : targetOf(target);
  if (plain !== null && paths.length > 0)
    throw optionFault('--liberty', `belongs to no --target ${target}`, 'leave one of the two out');
  if (plain !== null && arithmetic !== undefined) {
    throw optionFault(
      '--arithmetic',
      `belongs to --liberty, not to --target ${target}`,
      'say "arithmetic" under parameters of the design file',
    );
  }
  if (plain !== 'ice40') {
    const idle = firstGiven({ device, place });
    if (idle !== undefined) throw optionFault(idle, 'belongs to --target ice40 only', 'leave it out');
  }
  if (device !== undefined && !devices.includes(device))
    throw optionFault('--device', `'${device}' is no iCE40 device`, suggestion(device, devices));
  const files = paths.map((path) => expandPath(path, folder, environment));
  const libraries = files.map(readLibrary);
  if (libraries.length > 0) checkLibraries(libraries);
  return {
    target: plain ?? 'liberty',
    libraries,
    liberty: () => readLibertyFiles(files),
    device: plain === 'ice40' ? (device ?? defaultDevice) : null,
    place: plain !== 'ice40' || place === false ? 'never' : place === true ? 'must' : 'try',
  };
}

export const synth = verb({
  command: 'synth <DESIGN>',
  describe: 'area, cells and clock frequency after synthesis',
  builder: (parser) =>
    parser
      .positional('DESIGN', { type: 'string', demandOption: true, describe: 'design file or known design' })
      .option('target', { type: 'string', requiresArg: true, describe: `${targetNames.join(', ')} or FILE.lib[.gz]` })
      .option('liberty', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        describe: 'library of cells (.lib or .lib.gz); several make one library together',
      })
      .option('arithmetic', {
        choices: arithmeticChoices,
        requiresArg: true,
        describe:
          "with --liberty: form of multipliers and sums; measured: by energy on the design's own data, layer by layer",
      })
      .option('own-cells', {
        type: 'boolean',
        default: false,
        describe: `with --arithmetic measured: ${ownCellsWords}`,
      })
      .option('device', { type: 'string', requiresArg: true, describe: `iCE40 device (default ${defaultDevice})` })
      .option('place', {
        type: 'boolean',
        describe: 'place and route: must (--place), never (--no-place); default: where nextpnr is installed',
      })
      .option('hierarchy', { type: 'boolean', default: false, describe: 'make every module once and keep them apart' })
      .option('tool', {
        choices: ['package', 'native'] as const,
        default: 'package' as const,
        requiresArg: true,
        describe: 'the tools from npm, or those on PATH',
      })
      .option('limit', {
        type: 'number',
        default: defaultLimit,
        requiresArg: true,
        describe: 'seconds that each tool may take',
      })
      .option('cache', { type: 'boolean', default: true, describe: 'use answers that were kept (--no-cache: do not)' })
      .option('o', {
        alias: 'out',
        type: 'string',
        requiresArg: true,
        describe: 'folder for script, netlist and bitstream',
      }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    const seconds = checkLimit(args.limit);
    checkOwnCells(args.ownCells, args.arithmetic);
    const out = args.o === undefined ? null : expandPath(args.o, folder, environment);
    if (out !== null) checkOutputFolder(out);
    const wanted = targetIn(args, terminal);
    const loaded = loadDesign(args.DESIGN, folder, environment);
    const { name, clock } = loaded.request;
    const bar = progress(terminal);
    const tools = await openTools({
      kind: args.tool,
      place: wanted.place,
      cache: args.cache ? cacheFolder(environment) : null,
      environment,
    });
    try {
      const limits = { seconds };
      // Reading whole libraries takes seconds.
      const gating = wanted.target === 'liberty' && asksForClockGates(loaded.request.parameters);
      const isMeasured = args.arithmetic === 'measured';
      const cells = gating || isMeasured ? wanted.liberty() : [];
      if (isMeasured) checkLibraryTechnology(cells, loaded, args.ownCells);
      const chosen =
        wanted.target === 'liberty'
          ? await chooseArithmetic(loaded, args.arithmetic, cells, tools.yosys, limits, bar)
          : asDesigned(loaded);
      const accelerator = buildDesign(chosen.design);
      const { design } = accelerator;
      bar.step(0, 1, `${name}: ${tools.yosys.tool}`);
      const { result: counts, files } = await synthesise(
        {
          ...wanted,
          name,
          design,
          clockGate: gating ? clockGateOf(cells) : null,
          clockHertz: parseHertz(clock),
          flatten: !args.hierarchy,
          netlist: out !== null,
        },
        tools,
        { ...limits, onLine: (line) => bar.step(0, 1, `${name}: ${line.slice(0, 100)}`) },
      );
      bar.end();
      const { architecture, parameters } = loaded.request;
      const of = { modelSha256: loaded.model.sha256, architecture, parameters, clockHertz: parseHertz(clock) };
      const notes = [
        ...otherTechnologyNotes(
          wanted.libraries.flatMap(({ state }) => state.names),
          loaded,
        ),
        ...counts.notes,
      ];
      const result = { ...counts, of, notes, arithmetic: arithmeticOf(accelerator, chosen) };
      if (out !== null) {
        await writeFolder(out, async (partial) => {
          for (const [file, content] of Object.entries(files)) await writeInto(partial, file, content);
        });
      }
      answer(terminal, args.json, result, synthesisText(result, terminal));
      return exitCodes.equal;
    } finally {
      bar.end();
      await tools.close();
    }
  },
});
