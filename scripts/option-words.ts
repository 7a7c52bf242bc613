import { Fault } from '../specs/fault.ts';

/** The first of these options that was given, as it is typed: `--tool`, `--no-cache`. */
export function firstGiven(options: Readonly<Record<string, unknown>>): string | undefined {
  const name = Object.keys(options).find((option) => options[option] !== undefined);
  if (name === undefined) return undefined;
  return options[name] === false ? `--no-${name}` : `--${name}`;
}

/** A number of the command line as its faults name it; what is no number has reached us as NaN. */
export const asTyped = (number: number): string => (Number.isNaN(number) ? 'no number' : String(number));

/** Options that say how a file is read, where no such file is given. Errors: COMMAND_LINE. */
export function refuseWithout(file: string, verb: string, options: Readonly<Record<string, unknown>>): void {
  const idle = firstGiven(options);
  if (idle === undefined) return;
  throw new Fault({
    code: 'COMMAND_LINE',
    place: `${verb} ${idle}`,
    cause: `says nothing without --${file}`,
    wayOut: `add --${file} FILE, or leave it out`,
  });
}
