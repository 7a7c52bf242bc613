import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recipe } from '../../scripts/report/reproduce.ts';
import { check } from '../../specs/check.ts';
import { Result } from '../../specs/result.ts';
import { runCli } from '../support/cli.ts';

let folder: string;
const design = {
  name: 'own',
  model: 'digits',
  architecture: 'stream',
  parameters: { multipliers: 16 },
  clock: '100 MHz',
  technology: 'asap7',
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-scaled-'));
  writeFileSync(join(folder, 'own.json'), JSON.stringify(design));
  writeFileSync(join(folder, 'low.json'), JSON.stringify({ ...design, voltage: '0.55 V', clock: '200 MHz' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function simulated(...options: readonly string[]): Promise<Result> {
  const { code, out } = await runCli(['simulate', ...options, '--json'], { folder });
  expect(code).toBe(0);
  return check(Result, JSON.parse(out), 'result');
}

describe('another supply and clock', () => {
  test('on the command line and in the design file are the same', async () => {
    const told = await simulated('own.json', '--voltage', '0.55V', '--clock', '200MHz');
    const written = await simulated('low.json');
    expect(told.energy).toEqual(written.energy);
    expect(told.design.technology).toBe('asap7 scaled to 0.55 V');
    expect(told.design.clockHertz).toBe(200e6);
    expect(told.energy.scope).toContain('scaled from 0.7 V, 0.55 V');
  });

  test('label every moved number, and the band holds those of the square law and of the equations', async () => {
    const own = await simulated('own.json', '--clock', '200MHz');
    const low = await simulated('own.json', '--clock', '200MHz', '--voltage', '0.55V');
    for (const origin of low.energy.origins.filter(({ unit }) => /^[fp]J|W/.test(unit))) {
      expect(origin.class, origin.entry).toBe('scaled');
      expect(origin.source).toMatch(/moved from 0\.7 V to 0\.55 V by .*: x0\.\d+ \(0\.\d+ to 0\.\d+\)$/);
    }
    const dynamic = ['mac', 'requantize', 'registers', 'clock', 'weight-memory', 'activation-memory'];
    for (const name of dynamic) {
      const [before, after] = [own.energy.breakdown.byComponent[name]!, low.energy.breakdown.byComponent[name]!];
      expect(after.value).toBeLessThan(before.value);
      // Square of the voltage, high-performance and low-power equations at 7 nm.
      const polynomial = (a: number, b: number, c: number) => {
        const at = (volts: number) => a * volts ** 2 + b * volts + c;
        return at(0.55) / at(0.7);
      };
      const laws = [(0.55 / 0.7) ** 2, polynomial(0.1776, -0.09097, 0.02447), polynomial(0.09365, -0.03409, 0.02043)];
      for (const factor of laws) {
        expect(after.low).toBeLessThan(before.low * factor);
        expect(after.high).toBeGreaterThan(before.high * factor);
      }
    }
    expect(low.area).toEqual(own.area);
  });

  test('can be written down and done again', async () => {
    const result = await simulated('own.json', '--voltage', '0.8V', '--node', '16nm');
    const [file] = recipe([result]).files;
    writeFileSync(join(folder, 'again.json'), file!.text);
    expect(await simulated('again.json')).toEqual(result);
  });
});

describe('another node', () => {
  test('moves energy, area and leakage; names no number of the old one', async () => {
    const result = await simulated('own.json', '--voltage', '0.8V', '--node', '16nm');
    expect(result.design.technology).toBe('asap7 scaled to 16 nm, 0.8 V');
    expect(result.energy.scope).toContain('16 nm, scaled from 7 nm predictive FinFET (ASAP7) at 0.7 V, 0.8 V');
    for (const { unit, class: kind, entry } of [...result.energy.origins, ...result.area.origins])
      if (!['ratio', 'bit/block'].includes(unit)) expect(kind, entry).toBe('scaled');
  });

  test('at its own node it is another supply, and at its own supply itself', async () => {
    const there = await simulated('own.json', '--voltage', '0.55V', '--node', '7nm');
    expect(there.energy).toEqual((await simulated('own.json', '--voltage', '0.55V')).energy);
    const own = await simulated('own.json');
    expect((await simulated('own.json', '--voltage', '0.7V')).energy).toEqual(own.energy);
  });
});

describe('refusals in words', () => {
  test.each([
    [
      ['--voltage', '0.3V'],
      'asap7 at 0.3 V: 0.3 V is below what numbers for 0.7 V can be moved to; use a supply from 0.35 V to 0.805 V [SCALING_RANGE]',
    ],
    [['--voltage', 'low'], "--voltage: found 'low', which does not start with a number"],
    [
      ['--node', '16nm'],
      'own.json: /node: names the node 16nm without a supply, and none is assumed; add the supply there',
    ],
    [['--node', '1nm', '--voltage', '0.7V'], 'nothing covers 7 nm at 0.7 V to 1 nm at 0.7 V'],
    [
      ['--node', '16nm', '--voltage', '3V'],
      '16 nm at 3 V: numbers of libraries around 16 nm cannot be moved to 3 V; use a supply from 0.35 V to 1.265 V',
    ],
    [
      ['--voltage', '0.4V', '--clock', '900MHz'],
      'own.json: /clock: found 900 MHz, and a single multiply-accumulate element of asap7 reaches about 4',
    ],
    [
      ['--clock', '2GHz'],
      '--clock: found 2000 MHz, and a single multiply-accumulate element of asap7 reaches about 929 MHz at 0.7 V',
    ],
    [
      ['--tier', 'T1', '--voltage', '0.6V'],
      'own.json: asks for 0.6V, and tier T1 holds at the supply of its fit alone; leave the supply and the node away',
    ],
    [
      ['--tier', 'T2', '--voltage', '0.8V', '--node', '16nm', '--liberty', 'x.lib'],
      'own.json: asks for 16nm, and tier T2 knows cells at their own node alone; leave the node away',
    ],
  ])('%j', async (options, words) => {
    const { code, err } = await runCli(['simulate', 'own.json', ...options], { folder });
    expect(err.replaceAll(`${folder}/`, '')).toContain(words);
    expect(code).toBe(2);
  });
});

test('the table of technologies, supplies and data is printed when asked for', async () => {
  const { out } = await runCli(['simulate', 'own.json', '--what-if'], { folder });
  expect(out).toMatch(/asap7 +0\.42 V +scaled +452 MHz/);
  expect(out).toMatch(/gt2n +0\.7 V +1\.40 GHz/);
  expect(out).toMatch(/\n\nwhat if: joules per inference at 100 MHz, tier T0\n +technology +supply/);
  expect((await runCli(['simulate', 'own.json'], { folder })).out).not.toContain('element clock');
});

test('terms beside the core are counted when asked for, on the command line as in the file', async () => {
  const told = await simulated('own.json', '--include', 'lpddr4', '--include', 'regulator');
  writeFileSync(join(folder, 'more.json'), JSON.stringify({ ...design, include: ['lpddr4', 'regulator'] }));
  expect((await simulated('more.json')).energy).toEqual(told.energy);
  expect(Object.keys(told.energy.breakdown.byComponent)).toEqual(expect.arrayContaining(['dram', 'regulator']));
  const [file] = recipe([told]).files;
  writeFileSync(join(folder, 'again.json'), file!.text);
  expect((await simulated('again.json')).energy).toEqual(told.energy);
  const { code, err } = await runCli(['simulate', 'own.json', '--include', 'sdram'], { folder });
  expect([code, err]).toEqual([2, expect.stringContaining('sdram')]);
});
