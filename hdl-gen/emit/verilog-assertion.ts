import type { Assertion, Module } from '../ir/design.ts';
import { placeComment } from './verilog-statements.ts';
import { compose, infix, levels, prefix, type Text } from './verilog-text.ts';

/** Reports at a clock edge outside reset: an assertion that does not hold ends the simulation, a cover is told once. */
export function assertionText(module: Module, assertion: Assertion, condition: Text): string[] {
  const { kind, name, place, message } = assertion;
  const reset = module.needsReset ? [prefix('!', compose('rst', levels.primary, []))] : [];
  const when = (wanted: readonly Text[]): string =>
    [...reset, ...wanted].reduce((a, b) => infix('&&', levels.and, a, b)).text;
  const report = (what: string): string => `  $display("%0t %m: ${what}: ${quoted(`${message} (${place})`)}", $time);`;
  if (kind === 'assert') {
    return [
      ...placeComment(assertion),
      `always @(posedge clk) if (${when([prefix('!', condition)])}) begin`,
      report('assertion failed'),
      '  $finish;',
      'end',
    ];
  }
  return [
    ...placeComment(assertion),
    `reg ${name} = 1'b0;`,
    `always @(posedge clk) if (${when([condition, prefix('!', compose(name, levels.primary, []))])}) begin`,
    report('covered'),
    `  ${name} <= 1'b1;`,
    'end',
  ];
}

/** The text inside the quotes of a format string. */
function quoted(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%');
}
