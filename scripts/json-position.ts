const blank = /[ \t\n\r]*/y;
const text = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

/** Offset of the first character at which `json` stops being JSON; its length when it only ends too early. */
export function firstJsonError(json: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(json);
    if (found) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    skip(blank);
    const character = json[at];
    if (character === undefined) return json.length;
    if (expected === 'value' || expected === 'value or end') {
      if (character === '{' || character === '[') {
        open.push(character);
        expected = character === '{' ? 'key or end' : 'value or end';
        at++;
        continue;
      }
      if (!(expected === 'value or end' && character === ']')) {
        if (!skip(scalar)) return at;
        expected = 'comma or end';
        continue;
      }
    }
    if (expected === 'colon') {
      if (character !== ':') return at;
      expected = 'value';
      at++;
      continue;
    }
    if ((expected === 'key' || expected === 'key or end') && character === '"') {
      if (!skip(text)) return at;
      expected = 'colon';
      continue;
    }
    const inside = open.at(-1);
    if (expected === 'comma or end' && character === ',' && inside !== undefined) {
      expected = inside === '{' ? 'key' : 'value';
      at++;
      continue;
    }
    const closes = inside === '{' ? '}' : inside === '[' ? ']' : undefined;
    if (expected === 'key' || character !== closes) return at;
    open.pop();
    expected = 'comma or end';
    at++;
  }
}
