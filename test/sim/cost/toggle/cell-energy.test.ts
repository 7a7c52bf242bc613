import { expect, test } from 'vitest';
import { cellEnergy } from '../../../../sim/cost/toggle/cell-energy.ts';
import { toggleTerms } from '../../../../specs/toggle-energy.ts';

const terms = Object.fromEntries(toggleTerms.map((term) => [term, { logic: 2, wires: 1 }]));
const clock = { resting: 3, moving: 5, tree: 7 };
const ten = { pins: 10, tree: 10 };
const one = toggleTerms.map((term) => (term === 'register' ? 4 : 0));

test('terms, flip-flops that rest and that move, and the tree, each at its energy', () => {
  const { logic, wires, clock: pins, clockTree } = cellEnergy({ terms, clock })(one, ten);
  expect(logic * 1e15).toBeCloseTo(4 * 2, 9);
  expect(wires * 1e15).toBeCloseTo(4 * 1, 9);
  expect(pins * 1e15).toBeCloseTo(6 * 3 + 4 * 5, 9);
  expect(clockTree * 1e15).toBeCloseTo(10 * 7, 9);
});

test('single bits: what their transitions draw comes on top, and those without an energy draw nothing more', () => {
  const bits = { nodes: [1, 3], logic: [0.5, 8], wires: [0.25, 0] };
  const { logic, wires } = cellEnergy({ terms, clock, bits })(one, ten, [100, 2, 100, 1]);
  expect(logic * 1e15).toBeCloseTo(8 + 2 * 0.5 + 8, 9);
  expect(wires * 1e15).toBeCloseTo(4 + 2 * 0.25, 9);
  expect(() => cellEnergy({ terms, clock, bits })(one, ten)).toThrow(/single bits/);
});
