import type { Assertion } from '../ir/design.ts';
import { addNode, claim, currentBuilder, mistake } from './builder.ts';
import { here } from './place.ts';
import type { Bool } from './signal.ts';
import { bool, flatten } from './types.ts';

/**
 * States that the condition holds at every clock edge outside reset (inside `when`: while its condition holds). The
 * simulators stop with the message and the place where it does not; the Verilog text says the same to simulators and hides
 * it from synthesis. The message names it: two in one module need different ones.
 */
export function assert(condition: Bool, message: string): void {
  watch('assert', condition, message);
}

/** States that a test should see the condition at 1 at least once; simulators tell when they did. */
export function cover(condition: Bool, message: string): void {
  watch('cover', condition, message);
}

function watch(kind: Assertion['kind'], condition: Bool, message: string): void {
  const what = `${kind}(...)`;
  const builder = currentBuilder(what);
  const place = here();
  if (!/^[ -~]*[A-Za-z0-9][ -~]*$/.test(message))
    mistake(
      'HDL_MESSAGE',
      `${what}: the message is ${JSON.stringify(message)}`,
      'say in one line of plain letters what must hold',
    );
  const [given] = flatten(bool, condition, `condition of ${what}`);
  const name = claim(builder, nameOf(kind, message), kind, place);
  const outer = builder.conditions.at(-1);
  const bit = { width: 1, signed: false } as const;
  let id = given!.id;
  if (outer !== undefined && kind === 'cover') id = addNode(builder, { ...bit, op: 'and', args: [outer, id] });
  if (outer !== undefined && kind === 'assert') {
    const elsewhere = addNode(builder, { ...bit, op: 'not', args: [outer] });
    id = addNode(builder, { ...bit, op: 'or', args: [elsewhere, id] });
  }
  builder.assertions.push({ kind, name, condition: id, message, place });
}

/** `count stays below 8` names `assert_count_stays_below_8`. */
function nameOf(kind: string, message: string): string {
  const words = message.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return [kind, ...words].join('_').slice(0, 60).replace(/_$/, '');
}
