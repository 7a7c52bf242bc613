import { Fault } from '../../specs/fault.ts';
import { asTyped } from '../option-words.ts';

export function optionFault(place: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'SYNTH_OPTION', place, cause, wayOut });
}

/** Seconds from the command line. Errors: SYNTH_OPTION. */
export function checkLimit(seconds: number, option = '--limit'): number {
  // Timers count milliseconds in 32 bits.
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 2_000_000) return seconds;
  throw optionFault(option, `found ${asTyped(seconds)}`, 'give seconds, more than 0 and at most 2000000');
}

/** Only measuring asks whose the cells are: all else is counted as it comes. Errors: SYNTH_OPTION. */
export function checkOwnCells(ownCells: boolean, arithmetic: string | undefined): void {
  if (!ownCells || arithmetic === 'measured') return;
  throw optionFault('--own-cells', 'belongs to --arithmetic measured', 'leave it out');
}

/** Seconds that a tool may take when nobody says otherwise. */
export const defaultLimit = 3600;

/** Seconds for the proof of one module. */
export const defaultProof = 60;
