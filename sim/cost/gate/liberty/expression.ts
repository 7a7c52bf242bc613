/** A Boolean function of pins, as `function`, `when` and `next_state` write it. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: 0 | 1 }
  | { readonly kind: 'pin'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or' | 'xor'; readonly left: Expression; readonly right: Expression };

const deepest = 200;
const namePattern = /[A-Za-z_][A-Za-z0-9_$]*(?:\[\d+\])?|[01](?![A-Za-z0-9_])/y;

/**
 * Reads a Liberty expression: `!a` and `a'` invert, then `^`, then `&`, `*` or mere neighbourhood, then `|` or `+`.
 * Returns what is wrong as text, since only the caller knows the place.
 */
export function parseExpression(text: string): Expression | string {
  let at = 0;
  let depth = 0;
  const skip = (): void => {
    while (at < text.length && (text.charCodeAt(at) <= 32 || text[at] === '\\')) at++;
  };
  const peek = (): string => {
    skip();
    return text[at] ?? '';
  };
  const startsOperand = (mark: string): boolean => mark !== '' && /[A-Za-z_0-9(!]/.test(mark);

  const operand = (): Expression => {
    if (++depth > deepest) throw new SyntaxError(`it is nested more than ${deepest} deep`);
    const mark = peek();
    let result: Expression;
    if (mark === '!') {
      at++;
      result = { kind: 'not', of: operand() };
    } else if (mark === '(') {
      at++;
      result = sum();
      if (peek() !== ')') throw new SyntaxError(`a parenthesis stays open at character ${at + 1}`);
      at++;
    } else {
      namePattern.lastIndex = at;
      const name = namePattern.exec(text)?.[0];
      if (name === undefined) {
        throw new SyntaxError(mark === '' ? 'it ends too early' : `character ${at + 1} is ${JSON.stringify(mark)}`);
      }
      at += name.length;
      result = name === '0' || name === '1' ? { kind: 'constant', value: name === '1' ? 1 : 0 } : { kind: 'pin', name };
    }
    while (peek() === "'") {
      at++;
      result = { kind: 'not', of: result };
    }
    depth--;
    return result;
  };
  const difference = (): Expression => {
    let left = operand();
    while (peek() === '^') {
      at++;
      left = { kind: 'xor', left, right: operand() };
    }
    return left;
  };
  const product = (): Expression => {
    let left = difference();
    for (;;) {
      const mark = peek();
      if (mark === '&' || mark === '*') at++;
      else if (!startsOperand(mark)) return left;
      left = { kind: 'and', left, right: difference() };
    }
  };
  const sum = (): Expression => {
    let left = product();
    while (peek() === '|' || peek() === '+') {
      at++;
      left = { kind: 'or', left, right: product() };
    }
    return left;
  };

  try {
    const result = sum();
    if (peek() !== '') return `character ${at + 1} is ${JSON.stringify(peek())}`;
    return result;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/** Names of the pins an expression reads, each once, in order of appearance. */
export function pinsOf(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'pin') names.add(part.name);
    else if (part.kind === 'not') visit(part.of);
    else if (part.kind !== 'constant') {
      visit(part.left);
      visit(part.right);
    }
  };
  visit(expression);
  return [...names];
}

/** The value under an assignment of pins. */
export function evaluate(expression: Expression, pinValue: (pin: string) => 0 | 1): 0 | 1 {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'pin':
      return pinValue(expression.name);
    case 'not':
      return evaluate(expression.of, pinValue) === 1 ? 0 : 1;
    default: {
      const left = evaluate(expression.left, pinValue);
      const right = evaluate(expression.right, pinValue);
      if (expression.kind === 'and') return (left & right) as 0 | 1;
      return (expression.kind === 'or' ? left | right : left ^ right) as 0 | 1;
    }
  }
}
