import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstJsonError } from '../../scripts/json-position.ts';

test.each([
  ['{"a": 1,\n "b" 2}', 14],
  ['{"a": [1, 2}', 11],
  ['{"a": 1', 7],
  ['', 0],
  ['{"a": oops}', 6],
  ['[1,]', 3],
  ['{"a":1,}', 7],
  ['{a: 1}', 1],
  ['[1] 2', 4],
  ["{'a': 1}", 1],
  ['{"a": 01}', 7],
  ['"unfinished', 0],
  ['[}', 1],
  [']', 0],
])('%j breaks at %i', (text, at) => {
  expect(firstJsonError(text)).toBe(at);
});

test('whatever JSON.parse takes is right to its end, and one character more is not', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(firstJsonError(text)).toBe(text.length);
      expect(firstJsonError(`${text} ]`)).toBe(text.length + 1);
    }),
  );
});

test('an error that JSON.parse sees is inside the text or at its end', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.string({ minLength: 1, maxLength: 2 }), (value, where, noise) => {
      const text = JSON.stringify(value);
      const at = where % (text.length + 1);
      const broken = text.slice(0, at) + noise + text.slice(at);
      let valid = true;
      try {
        JSON.parse(broken);
      } catch {
        valid = false;
      }
      const found = firstJsonError(broken);
      if (valid) {
        expect(found).toBe(broken.length);
        return;
      }
      // Everything before the place could still become JSON, and with the character there it cannot.
      expect(firstJsonError(broken.slice(0, found))).toBe(found);
      expect(firstJsonError(broken.slice(0, found + 1))).toBe(found);
    }),
  );
});
