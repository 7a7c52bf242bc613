import { expect, test } from 'vitest';
import { multiplierForms } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { technologyNames, technologyOf } from '../../specs/technologies.ts';
import { fittedTechnologies, toggleEnergiesOf } from '../../specs/toggle-energies.ts';
import { bitKinds, toggleCell, toggleTerms } from '../../specs/toggle-energy.ts';

/** Lanes by the form of their arithmetic, and those that do not multiply. */
const laneKinds = [...multiplierForms, 'ternary', 'binary'];
const elements = ['plain', 'split', 'fused'].flatMap((form) => [4, 8, 16].map((bits) => `element.${form}.${bits}`));

test('every technology has fitted energies of every element', () => {
  expect([...fittedTechnologies].sort()).toEqual([...technologyNames].sort());
  for (const technology of fittedTechnologies) {
    for (const element of elements) {
      const cell = toggleCell(toggleEnergiesOf(technology), element);
      expect(Object.keys(cell.terms), `${technology} ${element}`).toEqual([...toggleTerms]);
    }
  }
});

test('energies of single bits are those of elements alone, each of a bit of its own', () => {
  for (const technology of fittedTechnologies) {
    for (const [name, { bits }] of Object.entries(toggleEnergiesOf(technology).cells)) {
      expect(bits !== undefined, `${technology} ${name}`).toBe(name.startsWith('element.'));
      if (bits === undefined) continue;
      expect(new Set(bits.nodes).size).toBe(bits.nodes.length);
      for (const energies of [bits.logic, bits.wires]) expect(energies.length).toBe(bits.nodes.length);
    }
  }
});

test('stored errors: the worst of the kinds, at most 10 % on data that no fit has seen; a constant energy is worse', () => {
  const over: string[] = [];
  for (const technology of fittedTechnologies) {
    for (const element of elements) {
      const { heldOut } = toggleCell(toggleEnergiesOf(technology), element);
      const errors = Object.values(heldOut.kinds).map(Math.abs);
      expect(errors.length).toBeGreaterThanOrEqual(16);
      expect(heldOut.worst).toBe(Math.max(...errors));
      if (heldOut.worst > 0.1) over.push(`${technology} ${element}: ${heldOut.worst}`);
      expect(heldOut.constant, `${technology} ${element}`).toBeGreaterThan(0.2);
    }
  }
  expect(over).toEqual([]);
});

test('whole designs: modules of networks that no fit has seen are at most 10 % off, a constant energy per module more', () => {
  const cells = fittedTechnologies.flatMap((technology) =>
    Object.keys(toggleEnergiesOf(technology).cells).flatMap((cell) =>
      cell.startsWith('design.') ? [[technology, cell] as const] : [],
    ),
  );
  const names = cells.map((one) => one.join(' '));
  for (const technology of fittedTechnologies)
    for (const cell of ['design.lane.split', 'design.logic']) expect(names).toContain(`${technology} ${cell}`);
  const lanes = fittedTechnologies.flatMap((technology) =>
    laneKinds.map((kind) => `${technology} design.lane.${kind}`),
  );
  expect(lanes.filter((lane) => !names.includes(lane))).toEqual([]);
  // Lanes with clock gates are fitted where the library has such.
  const gated = fittedTechnologies.flatMap((technology) =>
    laneKinds.map((kind) => [technology, `${technology} design.lane.${kind}.gated`] as const),
  );
  const hasClockGates = (technology: string) => technologyOf(technology).entries['clock.gate.rest']!.value < 1;
  const fitted: readonly string[] = gated.filter(([technology]) => hasClockGates(technology)).map(([, lane]) => lane);
  expect(fitted.filter((lane) => !names.includes(lane))).toEqual([]);
  expect(names.filter((name) => name.endsWith('.gated')).every((name) => fitted.includes(name))).toBe(true);
  expect(fitted.length).toBeLessThan(gated.length);
  for (const [technology, cell] of cells) {
    const { heldOut, leakage } = toggleCell(toggleEnergiesOf(technology), cell);
    const own = Object.keys(heldOut.kinds).filter((kind) => !kind.endsWith('with ternary weights'));
    expect(own.sort()).toEqual(['ad-stream-64', 'kws-stream-16']);
    // Modules that do not multiply are held against those of ternary networks too, whose requantizers shift left.
    expect(Object.keys(heldOut.kinds).length - own.length).toBe(cell === 'design.logic' ? 5 : 0);
    expect(heldOut.worst).toBe(Math.max(...Object.values(heldOut.kinds).map(Math.abs)));
    expect(heldOut.worst, `${technology} ${cell}`).toBeLessThanOrEqual(0.1);
    // Binary lanes are the most alike: all of them add or take away in every clock.
    const least = cell.startsWith('design.lane.binary') ? 0.1 : 0.2;
    expect(heldOut.constant, `${technology} ${cell}`).toBeGreaterThan(least);
    expect(leakage!.flipFlop).toBeGreaterThan(0);
  }
});

test('what is missing is named, with a way out', () => {
  const energies = toggleEnergiesOf('gt2n');
  expect(() => toggleEnergiesOf('nangate45')).toThrow(
    'technology nangate45: tier T1 has not been fitted for it, only for asap7, gt2n, ihp-sg13g2, sky130hd; take tier T0, or tier T2 with the Liberty files of the technology [T1_MISSING]',
  );
  expect(() => toggleCell(energies, 'element.plain.7')).toThrow(
    /^specs\/tech\/t1\/gt2n.json: has no cell 'element.plain.7' \(the nearest is 'element.plain.\d+'\); fit it with: npm run calibrate -- --liberty FOLDER --technology gt2n; or take tier T0 or T2 \[T1_MISSING\]$/,
  );
  const { 'design.logic': _, ...others } = energies.cells;
  expect(() => toggleCell({ ...energies, cells: others }, 'design.logic')).toThrow(
    'fit it with: npm run calibrate -- --liberty FOLDER --technology gt2n --designs; or take tier T0 or T2 [T1_MISSING]',
  );
  // A form of lane that is not fitted has one beside it that is, as long as that is there.
  const { 'design.lane.plain': _plain, ...withoutPlain } = energies.cells;
  expect(() => toggleCell({ ...energies, cells: withoutPlain }, 'design.lane.plain')).toThrow(
    'fit it with: npm run calibrate -- --liberty FOLDER --technology gt2n --designs; or take --arithmetic split, tier T0 or T2 [T1_MISSING]',
  );
  const { 'design.lane.plain.gated': _gated, ...withoutGates } = toggleEnergiesOf('asap7').cells;
  expect(() => toggleCell({ ...toggleEnergiesOf('asap7'), cells: withoutGates }, 'design.lane.plain.gated')).toThrow(
    "has no cell 'design.lane.plain.gated' (the nearest is 'design.lane.split.gated'); fit it with: npm run calibrate -- --liberty FOLDER --technology asap7 --designs; or take --arithmetic split, tier T0 or T2 [T1_MISSING]",
  );
  const { 'design.lane.split': _split, ...unsplit } = energies.cells;
  for (const [lane, left] of [
    ['design.lane.split', unsplit],
    ['design.lane.plain', {}],
  ] as const) {
    expect(() => toggleCell({ ...energies, cells: left }, lane)).toThrow(
      '--designs; or take tier T0 or T2 [T1_MISSING]',
    );
  }
  // No form of arithmetic makes multipliers of lanes that have none.
  for (const name of ['design.lane.ternary', 'design.lane.binary']) {
    const { [name]: _lane, ...cells } = energies.cells;
    expect(() => toggleCell({ ...energies, cells }, name)).toThrow(
      'fit it with: npm run calibrate -- --liberty FOLDER --technology gt2n --designs; or take tier T0 or T2 [T1_MISSING]',
    );
  }
  const cell = energies.cells['element.plain.8']!;
  for (const kind of bitKinds) {
    const { [kind]: _gone, ...terms } = cell.terms;
    const cut = { ...energies, cells: { 'element.plain.8': { ...cell, terms } } };
    expect(() => toggleCell(cut, 'element.plain.8')).toThrow(`cell 'element.plain.8' has no term '${kind}'`);
  }
});
