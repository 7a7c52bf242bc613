import { Fault } from '../specs/fault.ts';
import type { Environment } from './environment.ts';
import { asTyped } from './option-words.ts';
import { suggestion } from './project.ts';
import { findTool } from './tools/locate.ts';

/** The rungs of the ladder, from the top down, and how many samples each runs when nobody says otherwise. */
export const levelDefaults = { reference: 1000, rtl: 20, verilator: 3, icarus: 1, netlist: 2 } as const;

export type Level = keyof typeof levelDefaults;
export const levelNames = Object.keys(levelDefaults) as Level[];

/** `reference,rtl` in the order of the ladder. Errors: LEVEL_UNKNOWN. */
export function parseLevels(text: string): Level[] {
  const named = text.split(',').map((part) => part.trim());
  for (const name of named) {
    if (levelNames.some((level) => level === name)) continue;
    throw new Fault({
      code: 'LEVEL_UNKNOWN',
      place: '--levels',
      cause: `'${name}' is not a level`,
      wayOut: suggestion(name, levelNames),
    });
  }
  return levelNames.filter((level) => named.includes(level));
}

const mostSamples = 1_000_000;

/** A number of samples from the command line: a whole number from 1 to a million. Errors: SAMPLES_INVALID. */
export function checkSamples(samples: number | undefined): number | undefined {
  if (samples === undefined || (Number.isInteger(samples) && samples >= 1 && samples <= mostSamples)) return samples;
  throw new Fault({
    code: 'SAMPLES_INVALID',
    place: '--samples',
    cause: `found ${asTyped(samples)}`,
    wayOut: `give a whole number from 1 to ${mostSamples}`,
  });
}

/** Every rung that this machine has the tool for, without the netlist: synthesis takes longer than all others together. */
export async function defaultLevels(environment: Environment): Promise<Level[]> {
  const verilator = (await findTool('verilator', environment)) !== null;
  const icarus = (await findTool('iverilog', environment)) !== null;
  const open: Readonly<Record<Level, boolean>> = { reference: true, rtl: true, verilator, icarus, netlist: false };
  return levelNames.filter((level) => open[level]);
}
