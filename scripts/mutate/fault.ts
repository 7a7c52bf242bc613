/** A planted fault: a text that stands exactly once in a file, and what it becomes. */
export interface PlantedFault {
  readonly title: string;
  /** Relative to the repository. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Faults of one file, each `[title, from, to]`. */
export function faultsIn(file: string, faults: readonly (readonly [string, string, string])[]): PlantedFault[] {
  return faults.map(([title, from, to]) => ({ title, file, from, to }));
}
