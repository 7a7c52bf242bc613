import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../specs/fault.ts';
import { commit, mistakes } from './rejected-by-tsc.ts';

const source = readFileSync(new URL('./rejected-by-tsc.ts', import.meta.url), 'utf8');

/** The fault that running it ends with, and the place as file and line. */
function faultOf(make: () => unknown): { readonly code: string; readonly file: string } {
  try {
    make();
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, file: error.place.replace(/:\d+:\d+$/, '') };
    throw error;
  }
  return { code: 'none', file: '' };
}

describe('forty mistakes', () => {
  test('are forty different ones, at least 60 % rejected by tsc itself', () => {
    expect(mistakes).toHaveLength(40);
    expect(new Set(mistakes.map(([name]) => name)).size).toBe(40);
    const rejected = [...source.matchAll(/^ *\/\/ @ts-expect-error /gm)].length;
    expect(rejected).toBe(30);
    expect(rejected / mistakes.length).toBeGreaterThanOrEqual(0.6);
  });

  for (const [name, code, make] of mistakes) {
    test(`${name}: found before simulation, at the author's line`, () => {
      expect(faultOf(() => commit(make))).toEqual({ code, file: 'test/hdl-gen/lang/rejected-by-tsc.ts' });
    });
  }
});
