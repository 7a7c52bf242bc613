import { expect, test } from 'vitest';
import { layoutEstimate } from '../../../../sim/cost/gate/wire-model.ts';
import { technologyOf } from '../../../../specs/technologies.ts';

test('wires and clock tree come from the technology, in SI units, as the middle or the ends of their bands', () => {
  const technology = technologyOf('gt2n');
  const { wires, clockTree } = layoutEstimate(technology);
  const { entries } = technology;
  expect(wires.faradsPerMetre).toBe(entries['wires.capacitance']!.value * 1e-9);
  expect(wires.cellPitches).toBe(entries['wires.pitches']!.value);
  expect(clockTree).toBe(entries['clock.treePins']!.value);
  const [low, high] = [layoutEstimate(technology, 'low'), layoutEstimate(technology, 'high')];
  expect(low.wires.cellPitches).toBeLessThan(wires.cellPitches);
  expect(high.wires.faradsPerMetre).toBeGreaterThan(wires.faradsPerMetre);
  expect(high.clockTree).toBeGreaterThan(low.clockTree);
});

test('a technology without these numbers is refused by the name of the missing one', () => {
  const technology = technologyOf('gt2n');
  const { 'wires.pitches': _, ...entries } = technology.entries;
  expect(() => layoutEstimate({ ...technology, entries })).toThrow("technology gt2n: has no entry 'wires.pitches'");
});
