import { withInterface } from '../../hdl-gen/arch/wrap/interface.ts';
import { referenceTruth } from '../../sim/verify/truth.ts';
import { benchFiles } from '../bench-files.ts';
import { blockFiles } from '../block-files.ts';
import { buildDesign, loadDesign } from '../design.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkOutputFolder, writeFolder, writeInto } from '../files.ts';
import { checkSamples } from '../levels.ts';
import { namingFile } from '../naming-file.ts';
import { expandPath } from '../project.ts';
import { registerFiles } from '../register-files.ts';
import { counted } from '../report/format.ts';
import { chooseSamples } from '../samples.ts';
import { answer, verb } from './verb.ts';

const defaultVectors = 3;

/** Files of one kind are counted, all others named; where to begin comes last. */
function writtenText(target: string, top: string, names: readonly string[]): string {
  const ending = (suffix: string) => names.filter((name) => name.endsWith(suffix)).length;
  const others = names.filter((name) => !/\.(v|hex)$/.test(name) && name !== 'README.md');
  const kinds = [
    `${counted(ending('.v'), 'Verilog file')} (top module ${top})`,
    counted(ending('.hex'), 'file of memory contents and vectors', 'files of memory contents and vectors'),
    ...others,
  ];
  return `wrote ${counted(names.length, 'file')} to ${target}: ${kinds.join(', ')}; begin with README.md\n`;
}

export const generate = verb({
  command: 'generate <DESIGN>',
  describe: 'Verilog, ROM images, self-checking testbench with vectors, constraints and flow files',
  builder: (parser) =>
    parser
      .positional('DESIGN', { type: 'string', demandOption: true, describe: 'design file or known design' })
      .option('o', { alias: 'out', type: 'string', demandOption: true, requiresArg: true, describe: 'folder to write' })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: `vectors for the bench (default ${defaultVectors})`,
      }),
  async run(args, terminal) {
    const { folder, environment } = terminal;
    const target = expandPath(args.o, folder, environment);
    checkOutputFolder(target);
    const wanted = checkSamples(args.samples) ?? defaultVectors;
    const design = loadDesign(args.DESIGN, folder, environment);
    const core = buildDesign(design);
    const accelerator = {
      ...core,
      design: namingFile(design.source, () => withInterface(core, design.request, design.model.sha256)),
    };
    const samples = chooseSamples(design.model, {}, wanted);
    const count = Math.min(wanted, samples.count);
    const { hardware } = referenceTruth(accelerator, samples.inputs, count);
    const input = samples.inputs.subarray(0, count * accelerator.inputBytes);
    const bench = benchFiles(accelerator, input, hardware);
    const vectors = `the first ${count} of ${samples.origin}; the expected bytes are the integer reference's`;
    const files = [
      ...blockFiles(design, accelerator, bench, { input, expected: hardware, origin: vectors }),
      ...registerFiles(design, accelerator),
    ];
    await writeFolder(target, async (partial) => {
      for (const { file, text } of files) await writeInto(partial, file, text);
    });
    const names = files.map(({ file }) => file);
    const document = {
      design: design.request.name,
      folder: target,
      top: accelerator.design.top,
      vectors,
      files: names,
    };
    const wrote = writtenText(target, accelerator.design.top, names);
    const text = `${wrote}bench vectors: ${vectors}\n`;
    answer(terminal, args.json, document, text);
    return exitCodes.equal;
  },
});
