#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import yargs, { type Argv } from 'yargs';
import { Fault } from '../specs/fault.ts';
import { accuracy } from './commands/accuracy.ts';
import { compare } from './commands/compare.ts';
import { doctor } from './commands/doctor.ts';
import { generate } from './commands/generate.ts';
import { inspect } from './commands/inspect.ts';
import { quantize } from './commands/quantize.ts';
import { simulate } from './commands/simulate.ts';
import { synth } from './commands/synth.ts';
import type { Verb } from './commands/verb.ts';
import { verify } from './commands/verify.ts';
import { zoo } from './commands/zoo.ts';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { projectVersion, suggestion } from './project.ts';
import { processTerminal, type Terminal } from './terminal.ts';

interface Outcome {
  code: number;
}

function add<T>(parser: Argv<{ json: boolean }>, verb: Verb<T>, terminal: Terminal, outcome: Outcome): void {
  parser.command(verb.command, verb.describe, verb.builder, async (args) => {
    outcome.code = await verb.run(args, terminal);
  });
}

/** yargs's words as a fault of the request; it speaks in several lines at times. */
function usageFault(message: string): Fault {
  return new Fault({
    code: 'COMMAND_LINE',
    place: 'command line',
    cause: message
      .trim()
      .replaceAll(/\s*\n\s*/g, ' ')
      .replace(/^Not enough non-option arguments: .*/, 'the name of what to work on is missing')
      .replace(/^Missing required argument: o$/, 'the folder to write is missing (-o FOLDER)'),
    wayOut: 'see joulesmith --help, or --help after the verb',
  });
}

/** Options that may be given several times. */
const lists: readonly string[] = ['liberty', 'with', 'include'];

/** Options without a value: only these have a `--no-`. */
const switches: readonly string[] = [
  'json',
  'what-if',
  'cache',
  'hierarchy',
  'place',
  'prove',
  'own-cells',
  'per-tensor',
  'power-of-two',
  'equalize',
  'sensitivity',
];

/** An option given twice reaches a verb as a list, and one that is negated as `false`, which few of them expect. */
function refuseOddForms(args: Readonly<Record<string, unknown>>): true {
  // Options of two words come in camel case, too.
  const names = Object.keys(args).filter((name) => /^[a-z-]+$/.test(name));
  const repeated = names.find((name) => Array.isArray(args[name]) && !lists.includes(name));
  if (repeated !== undefined) throw usageFault(`the option '${repeated}' is given more than once`);
  const isNegated = (value: unknown): boolean => (Array.isArray(value) ? value.some(isNegated) : value === false);
  const negated = names.find((name) => isNegated(args[name]) && !switches.includes(name));
  if (negated !== undefined) throw usageFault(`the option '${negated}' has a value and no form '--no-${negated}'`);
  return true;
}

const verbs = [
  'inspect',
  'accuracy',
  'quantize',
  'generate',
  'simulate',
  'verify',
  'synth',
  'compare',
  'zoo',
  'doctor',
];

function unknownVerb(verb: string | undefined): Fault {
  return new Fault({
    code: 'COMMAND_LINE',
    place: 'command line',
    cause: verb === undefined ? 'a verb is missing' : `there is no verb '${verb}'`,
    wayOut: verb === undefined ? `choose one of ${verbs.join(', ')}` : suggestion(verb, verbs),
  });
}

/** Runs one command line (without `node` and the script); returns the exit code and never throws. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const outcome: Outcome = { code: exitCodes.equal };
  const parser = yargs()
    .scriptName('joulesmith')
    .usage('$0 VERB ...\n\nFrom a trained neural network to a fixed-function inference accelerator.')
    .parserConfiguration({ 'parse-positional-numbers': false })
    .check(refuseOddForms)
    .option('json', { type: 'boolean', default: false, describe: 'print one JSON document on the standard output' })
    .version(projectVersion())
    .help()
    .strict()
    .exitProcess(false)
    .wrap(100)
    .fail((message, error) => {
      // yargs's own complaints are a YError or no error at all; anything else comes from a verb.
      throw error === undefined || error === null || error.name === 'YError'
        ? usageFault(message ?? error.message)
        : error;
    });
  add(parser, inspect, terminal, outcome);
  add(parser, accuracy, terminal, outcome);
  add(parser, quantize, terminal, outcome);
  add(parser, generate, terminal, outcome);
  add(parser, simulate, terminal, outcome);
  add(parser, verify, terminal, outcome);
  add(parser, synth, terminal, outcome);
  add(parser, compare, terminal, outcome);
  add(parser, zoo, terminal, outcome);
  add(parser, doctor, terminal, outcome);
  parser.command(
    '$0 [VERB] [REST..]',
    false,
    (rest) => rest.positional('VERB', { type: 'string', describe: 'one of the commands above' }),
    ({ VERB }) => {
      throw unknownVerb(VERB);
    },
  );
  try {
    await parser.parseAsync([...argv], {}, (_error, _args, output) => {
      if (output !== '') terminal.out(`${output}\n`);
    });
    return outcome.code;
  } catch (error) {
    return reportFailure(error, argv.includes('--json'), terminal);
  }
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) {
  // A reader that closes the pipe early (`| head`) is no error.
  process.stdout.on('error', () => process.exit(exitCodes.equal));
  process.exitCode = await main(process.argv.slice(2), processTerminal());
}
