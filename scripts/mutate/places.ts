import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlantedFault } from './fault.ts';

/** Faults whose text does not stand exactly once in their file: nothing would be planted, or nobody knows where. */
export function withoutPlace(repository: string, faults: readonly PlantedFault[]): PlantedFault[] {
  return faults.filter(({ file, from }) => readFileSync(join(repository, file), 'utf8').split(from).length !== 2);
}
