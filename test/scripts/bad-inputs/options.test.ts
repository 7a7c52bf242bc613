import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { npy } from '../../support/npy.ts';
import { refusingFolder } from '../../support/refusals.ts';

const { folder, at, refused } = refusingFolder();
writeFileSync(at('one.bin'), Buffer.alloc(256));
writeFileSync(
  at('one.npy'),
  npy("{'descr': '|i1', 'fortran_order': False, 'shape': (1, 256), }", new Array(256).fill(0)),
);

const idleAt = (option: string, tier: string, needs: string) =>
  new RegExp(
    String.raw`simulate ${option}: says nothing at tier ${tier}; give --tier ${needs} with it, or leave it out \[COMMAND_LINE\]`,
  );
const ofNetlist = (option: string, wayOut: string) =>
  new RegExp(String.raw`: ${option}: belongs to the level netlist; ${wayOut} \[SYNTH_OPTION\]`);
const oneOfTwo = 'add netlist to --levels, or leave one of the two out';
const orNot = String.raw`name that level \(--levels rtl,netlist\), or leave it out`;
const without = (option: string, file: string) =>
  new RegExp(
    String.raw`${option}: says nothing without --${file}; add --${file} FILE, or leave it out \[COMMAND_LINE\]`,
  );

describe('an option that changes nothing', () => {
  test.each<[string[], RegExp]>([
    [['--liberty', 'cells.lib'], idleAt('--liberty', 'T0', 'T2')],
    [['--tier', 'T1', '--liberty', 'cells.lib'], idleAt('--liberty', 'T1', 'T2')],
    [['--tool', 'native'], idleAt('--tool', 'T0', 'T2')],
    [['--tier', 'T1', '--tool', 'package'], idleAt('--tool', 'T1', 'T2')],
    [['--arithmetic', 'fused'], idleAt('--arithmetic', 'T0', 'T1 or T2')],
    [['--samples', '8'], idleAt('--samples', 'T0', 'T1 or T2')],
  ])('simulate %j', (options, sentence) => refused(['simulate', 'good.json', ...options], sentence));

  test.each<[string[], RegExp]>([
    [['--levels', 'rtl', '--liberty', 'cells.lib'], ofNetlist('--liberty', oneOfTwo)],
    [['--levels', 'rtl', '--prove'], ofNetlist('--prove', oneOfTwo)],
    [['--levels', 'rtl', '--tool', 'native'], ofNetlist('--tool', oneOfTwo)],
    [['--levels', 'rtl', '--tool', 'package'], ofNetlist('--tool', oneOfTwo)],
    [['--levels', 'rtl', '--limit', '60'], ofNetlist('--limit', oneOfTwo)],
    [['--levels', 'reference,rtl', '--hierarchy'], ofNetlist('--hierarchy', oneOfTwo)],
    [['--levels', 'rtl', '--no-hierarchy'], ofNetlist('--no-hierarchy', oneOfTwo)],
    [['--levels', 'rtl', '--no-cache'], ofNetlist('--no-cache', oneOfTwo)],
    [['--tool', 'native'], ofNetlist('--tool', orNot)],
    [['--no-hierarchy'], ofNetlist('--no-hierarchy', orNot)],
    [
      ['--levels', 'netlist', '--prove-limit', '5'],
      /: --prove-limit: says nothing without --prove; add --prove, or leave it out \[SYNTH_OPTION\]/,
    ],
    [['--levels', 'rtl', '--prove-limit', '-5'], /: --prove-limit: says nothing without --prove; /],
    [['--levels', 'rtl', '--arithmetic', 'fused'], /: --arithmetic: belongs to --liberty; /],
  ])('verify %j', (options, sentence) => refused(['verify', 'good.json', ...options], sentence));

  test.each<[string[], RegExp]>([
    [['--target', 'ecp5', '--no-place'], /: --no-place: belongs to --target ice40 only; leave it out \[SYNTH_OPTION\]/],
    [['--target', 'generic', '--place'], /: --place: belongs to --target ice40 only; leave it out/],
    [['--target', 'xc7', '--device', 'hx8k'], /: --device: belongs to --target ice40 only; leave it out/],
  ])('synth %j', (options, sentence) => refused(['synth', 'good.json', ...options], sentence));

  test.each<[string[], RegExp]>([
    [['accuracy', 'digits', '--dtype', 'int8'], without('accuracy --dtype', 'inputs')],
    [['accuracy', 'digits', '--layout', 'nhwc'], without('accuracy --layout', 'inputs')],
    [
      ['accuracy', 'digits', '--inputs', 'one.npy', '--dtype', 'uint8'],
      /: --dtype: says nothing of \S*one\.npy, which is \.npy and has its type in it; leave it out \[COMMAND_LINE\]/,
    ],
    [['quantize', 'digits', '-o', 'x.joulesmith.json', '--dtype', 'int8'], without('quantize --dtype', 'calibration')],
    [
      ['quantize', 'digits', '-o', 'x.joulesmith.json', '--layout', 'nchw'],
      without('quantize --layout', 'calibration'),
    ],
    [
      ['quantize', 'digits', '-o', 'x.joulesmith.json', '--percentile', '99'],
      /: --percentile: calibrator min-max takes none; add --calibrator percentile/,
    ],
  ])('%j', (argv, sentence) => refused(argv, sentence));
});

describe('a number that an option cannot take has its own reason', () => {
  test.each<[string, RegExp]>([
    ['1', /found 1; give a whole number from 2 to 256: inputs follow each other, and one alone would never change \[/],
    ['257', /found 257; give a whole number from 2 to 256: each is simulated for a whole interval \[/],
    ['1.5', /found 1\.5; give a whole number from 2 to 256 \[/],
    ['300.5', /found 300\.5; give a whole number from 2 to 256 \[/],
    ['abc', /found no number; give a whole number from 2 to 256 \[/],
    ['0', /found 0; give a whole number from 2 to 256 \[/],
    ['-3', /found -3; give a whole number from 2 to 256 \[/],
  ])('simulate --samples %s', (samples, sentence) =>
    refused(['simulate', 'good.json', '--tier', 'T1', '--samples', samples], sentence),
  );

  test.each<[string[], RegExp]>([
    [['--levels', 'netlist', '--limit', 'soon'], /: --limit: found no number; give seconds, more than 0/],
    [['--levels', 'netlist', '--prove', '--prove-limit', '-1'], /: --prove-limit: found -1; give seconds/],
  ])('verify %j', (options, sentence) => refused(['verify', 'good.json', ...options], sentence));
});

test.each([
  ['verify', 'good.json', '--no-inputs'],
  ['synth', 'good.json', '--no-target'],
  ['inspect', 'digits', '--no-html'],
  ['compare', 'good.json', '-o', 'out', '--no-with'],
])('an option with a value is not negated: %s %s %s', async (...argv) => {
  const name = argv.at(-1)!.slice('--no-'.length);
  await refused(argv, new RegExp(`: the option '${name}' has a value and no form '--no-${name}'; `));
});

test('fewer samples than were asked for are told', async () => {
  const argv = ['verify', 'good.json', '--levels', 'reference', '--inputs', 'one.bin', '--samples'];
  const [more, all] = [await runCli([...argv, '4'], { folder }), await runCli([...argv, '1'], { folder })];
  expect(more.out).toContain('note: 4 samples were asked for, and one is there\n');
  expect([more.code, all.code, all.out.includes('asked for')]).toEqual([0, 0, false]);
});
