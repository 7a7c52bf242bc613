import { expect, test } from 'vitest';
import { areas } from '../../scripts/mutate/areas.ts';
import { withoutPlace } from '../../scripts/mutate/places.ts';
import { projectRoot } from '../../scripts/project.ts';

test('every fault that can be planted has its one place in the code of today, and changes it', () => {
  const faults = areas.flatMap((area) => area.faults);
  expect(faults.length).toBeGreaterThan(100);
  expect(withoutPlace(projectRoot, faults).map(({ file, title }) => `${title} (${file})`)).toEqual([]);
  expect(faults.filter(({ from, to }) => from === to)).toEqual([]);
  expect(withoutPlace(projectRoot, [{ ...faults[0]!, from: 'such a text stands nowhere' }])).toHaveLength(1);
});
