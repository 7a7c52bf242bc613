import { Fault } from '../../specs/fault.ts';

/** The message of the fault that running it ends with; anything else that is thrown goes on. */
export function faultText(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
  return 'nothing';
}
