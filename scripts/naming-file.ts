import { Fault } from '../specs/fault.ts';

/** A fault from deep inside speaks of operators or JSON pointers; the person needs the file as well. */
export function namingFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Fault) || error.place.includes(path)) throw error;
    const { code, place, reason, wayOut, kind } = error;
    throw new Fault({ code, place: `${path}: ${place}`, cause: reason, wayOut, kind });
  }
}
