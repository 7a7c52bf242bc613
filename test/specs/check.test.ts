import { Type } from 'typebox';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { check, faultsOf } from '../../specs/check.ts';
import { DesignRequest } from '../../specs/design.ts';
import { Fault } from '../../specs/fault.ts';
import { nearest } from '../../specs/nearest.ts';

const good = {
  name: 'kws-stream-64',
  model: 'kws.tflite',
  architecture: 'stream',
  parameters: { foldings: { conv2d_0: { pe: 4, simd: 2 } } },
  target: { multipliers: 64 },
  clock: '100 MHz',
  technology: 'asap7',
};

const message = (data: unknown): string => {
  try {
    check(DesignRequest, data, 'design.json');
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).kind).toBe('request');
    return (error as Fault).message;
  }
  return 'no fault';
};

describe('check', () => {
  it('returns the typed data', () => {
    const request = check(DesignRequest, good, 'design.json');
    expect(request).toBe(good);
    expectTypeOf(request).toEqualTypeOf<DesignRequest>();
    expect(message({ ...good, target: { throughput: '2000 inference/s' } })).toBe('no fault');
    const { target: _, ...free } = good;
    expect(message({ ...free, parameters: {} })).toBe('no fault');
  });

  it.each<[string, object, string]>([
    [
      'number for text',
      { clock: 100 },
      "/clock: found 100, expected a frequency such as '100 MHz'; correct this value",
    ],
    [
      'bad unit',
      { clock: '100 mhz' },
      "/clock: found '100 mhz', expected a frequency such as '100 MHz'; correct this value",
    ],
    [
      'zero clock',
      { clock: '0 Hz' },
      "/clock: found '0 Hz', expected a frequency such as '100 MHz'; correct this value",
    ],
    [
      'unknown architecture',
      { architecture: 'systolic' },
      "/architecture: found 'systolic', expected 'stream'; correct this value",
    ],
    ['empty model', { model: '' }, "/model: found '', expected text such as 'kws.tflite'; correct this value"],
    [
      'bad name',
      { name: '8 bits' },
      "/name: found '8 bits', expected text such as 'kws-stream-64'; correct this value",
    ],
    [
      'typo',
      { clok: 1 },
      "/clok: found an unknown property, expected 'clock' (did you mean that?); correct this value",
    ],
    [
      'typo without likeness',
      { zzzzzz: 1 },
      '/zzzzzz: found an unknown property, expected one of name, model, architecture, profile, parameters, target, clock, technology, voltage, node, include; correct this value',
    ],
    [
      'no lanes',
      { parameters: { foldings: { a: { pe: 0, simd: 1 } } } },
      '/parameters/foldings/a/pe: found 0, expected a whole number of at least 1; correct this value',
    ],
    [
      'half a lane',
      { parameters: { multipliers: 1.5 } },
      '/parameters/multipliers: found 1.5, expected a whole number of at least 1; correct this value',
    ],
    [
      'NaN',
      { parameters: { multipliers: Number.NaN } },
      '/parameters/multipliers: found NaN, expected a whole number of at least 1; correct this value',
    ],
    [
      'Infinity',
      { parameters: { multipliers: Number.POSITIVE_INFINITY } },
      '/parameters/multipliers: found Infinity, expected a whole number of at least 1; correct this value',
    ],
    [
      'folding without simd',
      { parameters: { foldings: { a: { pe: 2 } } } },
      '/parameters/foldings/a/simd: found nothing, expected a whole number of at least 1; correct this value',
    ],
    [
      'target, meant branch',
      { target: { throughput: 'fast' } },
      "/target/throughput: found 'fast', expected a throughput such as '2000 inference/s'; correct this value",
    ],
    [
      'target, no branch',
      { target: { speed: 1 } },
      '/target: found an object with speed, expected an object with multipliers, an object with throughput, an object with area, an object with blockRam, device, an object with lut, device or an object with energy; correct this value',
    ],
    [
      'target, both',
      { target: { multipliers: 1, throughput: '1 inference/s' } },
      '/target: found an object with multipliers, throughput, expected an object with multipliers, an object with throughput, an object with area, an object with blockRam, device, an object with lut, device or an object with energy; correct this value',
    ],
    [
      'slash in a name',
      { parameters: { foldings: { 'a/b~c': 3 } } },
      '/parameters/foldings/a~1b~0c: found 3, expected an object with pe, simd; correct this value',
    ],
    ['null', { technology: null }, "/technology: found null, expected text such as 'asap7'; correct this value"],
  ])('%s', (_, change, expected) => {
    expect(message({ ...good, ...change })).toBe(`design.json: ${expected} [SPEC_INVALID]`);
  });

  it.each([[[]], ['text'], [null], [3], [undefined]])('refuses %j as a document', (data) => {
    expect(message(data)).toContain('the document: found ');
    expect(message(data)).toContain('expected an object with name, model, architecture, parameters, clock, technology');
  });

  it('lists every fault at once', () => {
    const { clock: _, ...rest } = good;
    expect(message({ ...rest, architecture: 3, extra: 1, parameters: { multipliers: 0 } })).toMatchInlineSnapshot(
      `"design.json: /clock: found nothing, expected a frequency such as '100 MHz'; /extra: found an unknown property, expected one of name, model, architecture, profile, parameters, target, clock, technology, voltage, node, include; /architecture: found 3, expected 'stream'; /parameters/multipliers: found 0, expected a whole number of at least 1; correct these 4 values [SPEC_INVALID]"`,
    );
  });

  it('refuses NaN and Infinity in any number', () => {
    const schema = Type.Array(Type.Number());
    expect(faultsOf(schema, [1, Number.NaN, Number.NEGATIVE_INFINITY]).map((f) => f.pointer)).toEqual(['/1', '/2']);
  });

  it('does not change the data', () => {
    const data = structuredClone({ ...good, extra: [1] });
    message(data);
    expect(data).toEqual({ ...good, extra: [1] });
  });
});

it('nearest finds slips and nothing else', () => {
  expect(nearest('asap', ['asap7', 'sky130hd'])).toBe('asap7');
  expect(nearest('SKY130', ['asap7', 'sky130hd'])).toBe('sky130hd');
  expect(nearest('tsmc5', ['asap7', 'sky130hd'])).toBe(null);
});
