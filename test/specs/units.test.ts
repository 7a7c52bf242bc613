import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as units from '../../specs/units.ts';

const {
  formatCycles,
  formatHertz,
  formatJoules,
  formatJoulesPerInference,
  formatSquareMicrons,
  hertz,
  joules,
  parseCycles,
  parseHertz,
  parseJoules,
  parseJoulesPerInference,
  parseSquareMicrons,
  parseVolts,
} = units;

describe('parse', () => {
  it('reads decimal text to the nearest double', () => {
    expect(parseJoules('0.8 pJ')).toBe(0.8e-12);
    expect(parseHertz('100 MHz')).toBe(100e6);
    expect(parseJoulesPerInference('12.3 µJ/inference')).toBe(12.3e-6);
    expect(parseHertz('  2.5e1MHz ')).toBe(25e6);
    expect(parseVolts('-700 mV')).toBe(-0.7);
    expect(units.parseInferencesPerSecond('2000 inferences/s')).toBe(2000);
  });

  it('reads u, the micro sign and the Greek letter mu alike', () => {
    for (const micro of ['u', '\u00b5', '\u03bc']) {
      expect(parseJoules(`3 ${micro}J`)).toBe(3e-6);
      expect(parseSquareMicrons(`3 ${micro}m2`)).toBe(3);
    }
    expect(parseSquareMicrons('2 mm²')).toBe(2e6);
  });

  it.each([
    [
      '100',
      "/clock: found '100' without a unit; write a frequency such as '100 MHz'; units are Hz, kHz, MHz, GHz, THz [UNIT_MISSING]",
    ],
    [
      '100 mhz',
      "/clock: found '100 mhz', whose unit 'mhz' is no unit of a frequency; write a frequency such as '100 MHz'; units are Hz, kHz, MHz, GHz, THz [UNIT_WRONG]",
    ],
    [
      'fast',
      "/clock: found 'fast', which does not start with a number; write a frequency such as '100 MHz' [QUANTITY_NOT_A_NUMBER]",
    ],
    [
      'NaN MHz',
      "/clock: found 'NaN MHz', which does not start with a number; write a frequency such as '100 MHz' [QUANTITY_NOT_A_NUMBER]",
    ],
    [
      '',
      "/clock: found '', which does not start with a number; write a frequency such as '100 MHz' [QUANTITY_NOT_A_NUMBER]",
    ],
    ['-1 MHz', "/clock: found '-1 MHz', which is negative; give a frequency such as '100 MHz' [QUANTITY_RANGE]"],
    ['0 Hz', "/clock: found '0 Hz', which is zero; give a frequency such as '100 MHz' [QUANTITY_RANGE]"],
    [
      '1e999 Hz',
      "/clock: found '1e999 Hz', which is not a finite number; give a frequency such as '100 MHz' [QUANTITY_RANGE]",
    ],
  ])('refuses %j in words', (text, message) => {
    expect(() => parseHertz(text, '/clock')).toThrow(message);
  });

  it('refuses half a cycle and half a bit', () => {
    expect(() => parseCycles('1.5 cycles')).toThrow('is not a whole number');
    expect(() => units.bits(0.5)).toThrow('is not a whole number');
    expect(parseCycles('59300 cycles')).toBe(59300);
  });

  it('refuses numbers that are none in the constructors', () => {
    expect(() => joules(Number.NaN)).toThrow('QUANTITY_RANGE');
    expect(() => joules(-1e-12)).toThrow('is negative');
    expect(() => hertz(Number.POSITIVE_INFINITY)).toThrow('is not a finite number');
  });
});

describe('format', () => {
  it('writes three significant digits with the prefix that fits', () => {
    expect(formatJoules(joules(0.8e-12))).toBe('800 fJ');
    expect(formatJoules(joules(1.2345e-6))).toBe('1.23 µJ');
    expect(formatJoules(joules(9.996e-13))).toBe('1.00 pJ');
    expect(formatJoules(joules(0))).toBe('0 J');
    expect(formatJoules(joules(3e-21))).toBe('3.00e-21 J');
    expect(formatHertz(hertz(100e6))).toBe('100 MHz');
    expect(formatHertz(hertz(33.333e6), 5)).toBe('33.333 MHz');
    expect(formatJoulesPerInference(units.joulesPerInference(12.34e-6))).toBe('12.3 µJ/inference');
    expect(formatSquareMicrons(units.squareMicrons(1_234_567))).toBe('1.23 mm²');
    expect(formatCycles(units.cycles(59300))).toBe('59300 cycles');
  });
});

const kinds = [
  ['joules', units.joules, units.parseJoules, units.formatJoules],
  ['joulesPerInference', units.joulesPerInference, units.parseJoulesPerInference, units.formatJoulesPerInference],
  ['joulesPerOp', units.joulesPerOp, units.parseJoulesPerOp, units.formatJoulesPerOp],
  ['seconds', units.seconds, units.parseSeconds, units.formatSeconds],
  ['hertz', units.hertz, units.parseHertz, units.formatHertz],
  ['inferencesPerSecond', units.inferencesPerSecond, units.parseInferencesPerSecond, units.formatInferencesPerSecond],
  ['watts', units.watts, units.parseWatts, units.formatWatts],
  ['volts', units.volts, units.parseVolts, units.formatVolts],
  ['squareMicrons', units.squareMicrons, units.parseSquareMicrons, units.formatSquareMicrons],
] as const;
const counted = [
  ['cycles', units.cycles, units.parseCycles, units.formatCycles],
  ['ops', units.ops, units.parseOps, units.formatOps],
  ['bits', units.bits, units.parseBits, units.formatBits],
] as const;

const positive = fc
  .tuple(fc.double({ min: 1, max: 9.999999, noNaN: true }), fc.integer({ min: -24, max: 18 }))
  .map(([mantissa, exponent]) => mantissa * 10 ** exponent);

describe('round trip', () => {
  it.each(kinds)('%s: text keeps three digits, and text of text is the same text', (_, make, parse, format) => {
    fc.assert(
      fc.property(positive, (value) => {
        const text = (format as (x: number) => string)(make(value));
        const back: number = parse(text);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(0.005001 * value);
        expect((format as (x: number) => string)(back)).toBe(text);
      }),
    );
  });

  it.each(kinds)('%s: 17 digits keep the double', (_, make, parse, format) => {
    fc.assert(
      fc.property(positive, (value) => {
        expect(parse((format as (x: number, digits: number) => string)(make(value), 17))).toBe(value);
      }),
    );
  });

  it.each(counted)('%s', (_, make, parse, format) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.constantFrom(1, 1e3, 1e6, 1e9), (count, scale) => {
        const value = count * scale;
        expect(parse((format as (x: number) => string)(make(value)))).toBe(value);
      }),
    );
  });
});

it('keeps units apart in types', () => {
  expectTypeOf(units.joules(1)).not.toEqualTypeOf<units.Watts>();
  expectTypeOf<units.Watts>().not.toExtend<units.Joules>();
  expectTypeOf<units.Joules>().toExtend<number>();
});
