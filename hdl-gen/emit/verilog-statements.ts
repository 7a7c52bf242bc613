import type { CaseStatement, ExprId, IfStatement, Module, SetStatement, Statement } from '../ir/design.ts';
import type { Expressions } from './verilog-expressions.ts';
import { collectTargets, type Process } from './verilog-processes.ts';
import { constantText, infix, levels, type Text } from './verilog-text.ts';

/** Calls back with every text that the statements read. */
export type OnRead = (text: Text) => void;

/** The always blocks of a process. */
export function printProcess(module: Module, process: Process, expressions: Expressions, onRead: OnRead): string[] {
  const isReset = (register: number): boolean => module.registers[register]!.init !== null;
  const lines: string[] = [];
  for (const reset of [true, false]) {
    const registers = process.registers.filter((register) => isReset(register) === reset);
    if (registers.length === 0) continue;
    const statements = restrict(process.statements, new Set(registers));
    const printer: Printer = { module, expressions, onRead };
    const body = printList(printer, statements);
    const all = reset ? branches([{ condition: 'rst', body: resets(module, registers) }, ...asElse(body)]) : body;
    if (lines.length > 0) lines.push('');
    lines.push(...placeComment(statements[0]!), ...block('always @(posedge clk)', all));
  }
  return lines;
}

function resets(module: Module, registers: readonly number[]): string[] {
  return registers.map((register) => `${module.registers[register]!.name} <= ${initText(module, register)};`);
}

function initText(module: Module, register: number): string {
  const { init, width, signed, initLabel } = module.registers[register]!;
  return initLabel ?? constantText(init ?? '0', width, signed).text;
}

export function placeComment(statement: { readonly place: string }): string[] {
  return statement.place === '' ? [] : [`// ${statement.place.replace(/:\d+$/, '')}`];
}

/** The statements with only the assignments to `registers`, empty branches dropped. */
function restrict(items: readonly Statement[], registers: ReadonlySet<number>): Statement[] {
  return items.flatMap((item): Statement[] => {
    const targets = new Set<number>();
    collectTargets([item], targets);
    if (![...targets].some((register) => registers.has(register))) return [];
    if (item.kind === 'set') return [item];
    if (item.kind === 'case')
      return [{ ...item, arms: item.arms.map((arm) => ({ ...arm, body: restrict(arm.body, registers) })) }];
    return [
      {
        ...item,
        arms: item.arms.map((arm) => ({ ...arm, body: restrict(arm.body, registers) })),
        otherwise: restrict(item.otherwise, registers),
      },
    ];
  });
}

interface Printer {
  readonly module: Module;
  readonly expressions: Expressions;
  readonly onRead: OnRead;
}

function printList(printer: Printer, items: readonly Statement[]): string[] {
  return items.flatMap((item) => {
    if (item.kind === 'set') return printSet(printer, item);
    return item.kind === 'if' ? printIf(printer, item) : printCase(printer, item);
  });
}

function readText(printer: Printer, id: number, width: number): Text {
  const text = printer.expressions.at(id, width);
  printer.onRead(text);
  return text;
}

function read(printer: Printer, id: number, width: number): string {
  return readText(printer, id, width).text;
}

function printSet(printer: Printer, item: SetStatement): string[] {
  const { name, width } = printer.module.registers[item.register]!;
  return [`${name} <= ${read(printer, item.value, width)};`];
}

interface Branch {
  /** null = else. */
  readonly condition: string | null;
  readonly body: readonly string[];
}

/** Longest joined condition of an `if` that stood alone in another one. */
const conditionLimit = 80;

/** An `if` that is all there is inside another one without `else`: both conditions in one, when that stays short. */
function joinedIf(printer: Printer, item: IfStatement): string[] | null {
  const conditions: ExprId[] = [];
  let body: readonly Statement[] = [item];
  for (let [only, ...more] = body; only?.kind === 'if' && more.length === 0; [only, ...more] = body) {
    const [arm, ...others] = only.arms;
    if (arm === undefined || others.length > 0 || only.otherwise.length > 0) break;
    if (printer.module.nodes[arm.condition]!.op === 'const') break;
    conditions.push(arm.condition);
    body = arm.body;
  }
  if (conditions.length < 2 || body.length === 0) return null;
  const texts = conditions.map((id) => printer.expressions.at(id, 1));
  const all = texts.reduce((a, b) => infix('&&', levels.and, a, b)).text;
  if (all.length > conditionLimit) return null;
  const inner = printList(printer, body);
  if (inner.length === 0) return [];
  for (const text of texts) printer.onRead(text);
  return block(`if (${all})`, inner);
}

function printIf(printer: Printer, item: IfStatement): string[] {
  const together = joinedIf(printer, item);
  if (together !== null) return together;
  const arms: { readonly condition: ExprId | null; readonly body: readonly string[] }[] = [];
  for (const arm of item.arms) {
    const known = printer.module.nodes[arm.condition]!;
    if (known.op === 'const' && known.value === '0') continue;
    const condition = known.op === 'const' ? null : arm.condition;
    arms.push({ condition, body: printList(printer, arm.body) });
    if (condition === null) break;
  }
  if (arms.at(-1)?.condition !== null) arms.push({ condition: null, body: printList(printer, item.otherwise) });
  // The condition of an arm that is not printed must not count as read.
  const last = arms.findLastIndex(({ body }) => body.length > 0);
  return branches(
    arms.slice(0, last + 1).map(({ condition, body }) => ({
      condition: condition === null ? null : read(printer, condition, 1),
      body,
    })),
  );
}

function asElse(lines: readonly string[]): Branch[] {
  return lines.length === 0 ? [] : [{ condition: null, body: lines }];
}

/** An if-else chain whose last branch is not empty; a lone `if` in its last branch continues the chain as `else if`. */
function branches(arms: readonly Branch[]): string[] {
  const [first] = arms;
  if (first === undefined) return [];
  if (first.condition === null) return [...first.body];
  const lines: string[] = [];
  for (const [index, arm] of arms.entries()) {
    const chained = arm.condition === null && isChain(arm.body);
    const head = arm.condition === null ? 'else' : `${index === 0 ? '' : 'else '}if (${arm.condition})`;
    const previous = lines.at(-1);
    const opening = chained ? [`else ${arm.body[0]!}`, ...arm.body.slice(1)] : block(head, arm.body);
    if (index > 0 && previous === 'end') lines.splice(-1, 1, `end ${opening[0]!}`, ...opening.slice(1));
    else lines.push(...opening);
  }
  return lines;
}

/** Whether the lines are one if-else chain and nothing else. */
function isChain(lines: readonly string[]): boolean {
  return lines[0]!.startsWith('if (') && lines.slice(1).every((line) => /^( |end$|end else|else)/.test(line));
}

/** A head with its body: on one line, or between begin and end. */
function block(head: string, body: readonly string[]): string[] {
  if (body.length === 0) return [`${head} begin`, 'end'];
  if (body.length === 1 && !body[0]!.startsWith('if (') && head.length + body[0]!.length < 90)
    return [`${head} ${body[0]!}`];
  return [`${head} begin`, ...indent(body), 'end'];
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `  ${line}`));
}

function printCase(printer: Printer, item: CaseStatement): string[] {
  const subject = printer.module.nodes[item.subject]!;
  const lines = [`case (${read(printer, item.subject, subject.width)})`];
  for (const [index, arm] of item.arms.entries()) {
    const body = printList(printer, arm.body);
    const full = item.arms.length === 2 ** subject.width;
    const last = index === item.arms.length - 1;
    const head = last && !full ? `default:` : `${arm.label}:`;
    const note = last && !full ? ` // ${arm.label}` : '';
    if (body.length === 0) lines.push(`  ${head} begin${note}`, '  end');
    else if (body.length === 1 && note === '' && !body[0]!.startsWith('if (')) lines.push(`  ${head} ${body[0]!}`);
    else lines.push(`  ${head} begin${note}`, ...indent(indent(body)), '  end');
  }
  return [...lines, 'endcase'];
}
