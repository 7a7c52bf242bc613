import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Expression, evaluate, parseExpression, pinsOf } from '../../../../../sim/cost/gate/liberty/expression.ts';

function table(text: string, pins: readonly string[]): string {
  const expression = parseExpression(text);
  if (typeof expression === 'string') return expression;
  let bits = '';
  for (let vector = 0; vector < 1 << pins.length; vector++) {
    bits += evaluate(expression, (pin) => ((vector >> pins.indexOf(pin)) & 1) as 0 | 1);
  }
  return bits;
}

describe('Boolean expressions of Liberty', () => {
  test.each([
    ['A & B', '0001'],
    ['A*B', '0001'],
    ['A B', '0001'],
    ['(A)(B)', '0001'],
    ['A | B', '0111'],
    ['A+B', '0111'],
    ['A ^ B', '0110'],
    ["A' B", '0010'],
    ["(A B)'", '1110'],
    ["!A''", '1010'],
    ['!(A+B)', '1000'],
    ['A + B A', '0101'],
    ['A ^ B & A', '0100'],
    ['A & B ^ A', '0100'],
    ['0 | A', '0101'],
    ['1', '1111'],
  ])('%s has the truth table %s (A lowest)', (text, bits) => {
    expect(table(text, ['A', 'B'])).toBe(bits);
  });

  test('reads names of bus bits and names that begin like constants', () => {
    const expression = parseExpression('A[12] & B_1 & C0');
    expect(typeof expression === 'string' ? [] : pinsOf(expression)).toEqual(['A[12]', 'B_1', 'C0']);
  });

  test.each([
    ['A &', 'it ends too early'],
    ['(A', 'a parenthesis stays open at character 3'],
    ['A )', 'character 3 is ")"'],
    ['A # B', 'character 3 is "#"'],
    ['', 'it ends too early'],
  ])('says what is wrong with %j', (text, message) => {
    expect(parseExpression(text)).toBe(message);
  });

  test('a thousand parentheses are refused and do not overflow the stack', () => {
    expect(parseExpression('('.repeat(100_000))).toBe('it is nested more than 200 deep');
    expect(parseExpression('!'.repeat(100_000))).toBe('it is nested more than 200 deep');
  });

  test('what is printed with all parentheses reads back as the same function', () => {
    const pin = fc.constantFrom('A', 'B', 'C').map((name): Expression => ({ kind: 'pin', name }));
    const any = fc.letrec<{ tree: Expression }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        pin,
        tie('tree').map((of): Expression => ({ kind: 'not', of })),
        fc
          .tuple(fc.constantFrom('and', 'or', 'xor'), tie('tree'), tie('tree'))
          .map(([kind, left, right]): Expression => ({ kind, left, right }) as Expression),
      ),
    })).tree;
    const print = (part: Expression): string => {
      if (part.kind === 'pin') return part.name;
      if (part.kind === 'constant') return `${part.value}`;
      if (part.kind === 'not') return `!(${print(part.of)})`;
      return `(${print(part.left)})${{ and: '*', or: '+', xor: '^' }[part.kind]}(${print(part.right)})`;
    };
    fc.assert(
      fc.property(any, (expression) => {
        const again = parseExpression(print(expression));
        if (typeof again === 'string') throw new Error(again);
        for (let vector = 0; vector < 8; vector++) {
          const value = (pin: string) => ((vector >> 'ABC'.indexOf(pin)) & 1) as 0 | 1;
          expect(evaluate(again, value)).toBe(evaluate(expression, value));
        }
      }),
    );
  });
});
