#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import yargs, { type Argv } from 'yargs';
import { Fault } from '../specs/fault.ts';
import { compare } from './commands/compare.ts';
import { doctor } from './commands/doctor.ts';
import { generate } from './commands/generate.ts';
import { inspect } from './commands/inspect.ts';
import { simulate } from './commands/simulate.ts';
import { exitCodes, type Verb } from './commands/verb.ts';
import { verify } from './commands/verify.ts';
import { projectVersion } from './project.ts';
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
    cause: message.trim().replaceAll(/\s*\n\s*/g, ' '),
    wayOut: 'see joulesmith --help',
  });
}

/** Runs one command line (without `node` and the script); returns the exit code and never throws. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const outcome: Outcome = { code: exitCodes.equal };
  const parser = yargs()
    .scriptName('joulesmith')
    .usage('$0 VERB ...\n\nFrom a trained neural network to a fixed-function inference accelerator.')
    .parserConfiguration({ 'duplicate-arguments-array': false, 'parse-positional-numbers': false })
    .option('json', { type: 'boolean', default: false, describe: 'print one JSON document on the standard output' })
    .version(projectVersion())
    .help()
    .strict()
    .demandCommand(1, 1, 'a verb is missing', 'there is more than one verb')
    .exitProcess(false)
    .wrap(100)
    .fail((message, error) => {
      throw error ?? usageFault(message);
    });
  add(parser, inspect, terminal, outcome);
  add(parser, generate, terminal, outcome);
  add(parser, simulate, terminal, outcome);
  add(parser, verify, terminal, outcome);
  add(parser, compare, terminal, outcome);
  add(parser, doctor, terminal, outcome);
  try {
    await parser.parseAsync([...argv], {}, (_error, _args, output) => {
      if (output !== '') terminal.out(`${output}\n`);
    });
    return outcome.code;
  } catch (error) {
    return report(error, argv.includes('--json'), terminal);
  }
}

/** One sentence for people, the parts of the fault for programs; a defect of ours also says where. */
function report(error: unknown, json: boolean, terminal: Terminal): number {
  const fault =
    error instanceof Fault
      ? error
      : new Fault({
          code: 'DEFECT',
          kind: 'internal',
          place: 'joulesmith',
          cause: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
          wayOut: 'this is a defect of joulesmith: set JOULESMITH_TRACE=1 and report what it prints',
        });
  const { code, place, reason, wayOut, kind } = fault;
  terminal.err(`joulesmith: ${fault.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  if (terminal.environment.JOULESMITH_TRACE && error instanceof Error) terminal.err(`${error.stack}\n`);
  if (json) terminal.out(`${JSON.stringify({ error: { code, place, cause: reason, wayOut } }, null, 2)}\n`);
  return exitCodes[kind];
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) {
  // A reader that closes the pipe early (`| head`) is no error.
  process.stdout.on('error', () => process.exit(exitCodes.equal));
  process.exitCode = await main(process.argv.slice(2), processTerminal());
}
