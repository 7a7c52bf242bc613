import type { CaseStatement, ExprId, IfStatement, Item, Module, SetStatement, Statement } from '../ir/design.ts';
import type { Expressions } from './verilog-expressions.ts';
import { constantText, type Text } from './verilog-text.ts';

/** Statements that assign overlapping registers: one always block, or two when only some of the registers are reset. */
export interface Process {
  readonly statements: readonly Statement[];
  readonly registers: readonly number[];
  /** Index in the module's body behind which the process is printed. */
  readonly after: number;
}

/** Statements on their way into one process. */
interface Group {
  readonly statements: Statement[];
  readonly registers: Set<number>;
  after: number;
  /** Assignments alike under this key may share a block though they assign different registers. */
  key: string | null;
}

/**
 * Groups the body's statements by the registers they assign. Plain assignments that follow each other share a block, and
 * so do assignments under the same condition.
 */
export function processesOf(module: Module): Process[] {
  const groups: Group[] = [];
  const owner = new Map<number, Group>();
  const own = (group: Group, taken: Iterable<number>): void => {
    for (const register of taken) {
      group.registers.add(register);
      owner.set(register, group);
    }
  };
  const order = new Map<Item, number>(module.body.map((item, index) => [item, index]));
  for (const [after, item] of module.body.entries()) {
    if (item.kind !== 'set' && item.kind !== 'if' && item.kind !== 'case') continue;
    const registers = new Set<number>();
    collectTargets([item], registers);
    if (registers.size === 0) continue;
    const joined = [...new Set([...registers].flatMap((register) => owner.get(register) ?? []))];
    const key = joined.length === 0 ? sharingKey(module, item, registers) : null;
    const previous = groups.at(-1);
    if (key !== null && previous?.key === key) {
      const merged = mergeAlike(previous.statements.at(-1)!, item);
      if (merged !== null) {
        order.set(merged, order.get(previous.statements.at(-1)!)!);
        previous.statements.splice(-1, 1, merged);
      } else previous.statements.push(item);
      own(previous, registers);
      previous.after = after;
      continue;
    }
    const [first, ...others] = joined;
    if (first === undefined) {
      const group: Group = { statements: [item], registers: new Set(), after, key };
      own(group, registers);
      groups.push(group);
      continue;
    }
    for (const other of others) {
      first.statements.push(...other.statements);
      own(first, other.registers);
      groups.splice(groups.indexOf(other), 1);
    }
    first.statements.push(item);
    own(first, registers);
    first.after = after;
    first.key = null;
  }
  // Statements of joined groups run in the order they were written.
  return groups
    .map(({ statements, registers, after }) => ({
      statements: statements.toSorted((a, b) => order.get(a)! - order.get(b)!),
      registers: [...registers],
      after,
    }))
    .toSorted((a, b) => a.after - b.after);
}

/** Equal for statements that may share a block: plain assignments, or one condition without `else`, all or none reset. */
function sharingKey(module: Module, item: Statement, registers: ReadonlySet<number>): string | null {
  const resets = [...registers].filter((register) => module.registers[register]!.init !== null).length;
  if (resets !== 0 && resets !== registers.size) return null;
  if (item.kind === 'set') return `set ${resets > 0}`;
  if (item.kind === 'if' && item.arms.length === 1 && item.otherwise.length === 0)
    return `if ${item.arms[0]!.condition} ${resets > 0}`;
  return null;
}

/** Two `if` statements on one condition as one. */
function mergeAlike(first: Statement, second: Statement): Statement | null {
  if (first.kind !== 'if' || second.kind !== 'if') return null;
  const { condition, body } = first.arms[0]!;
  return { ...first, arms: [{ condition, body: [...body, ...second.arms[0]!.body] }] };
}

function collectTargets(items: readonly Item[], into: Set<number>): void {
  for (const item of items) {
    if (item.kind === 'set') into.add(item.register);
    else if (item.kind === 'if') {
      for (const arm of item.arms) collectTargets(arm.body, into);
      collectTargets(item.otherwise, into);
    } else if (item.kind === 'case') for (const arm of item.arms) collectTargets(arm.body, into);
  }
}

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

function read(printer: Printer, id: number, width: number): string {
  const text = printer.expressions.at(id, width);
  printer.onRead(text);
  return text.text;
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

function printIf(printer: Printer, item: IfStatement): string[] {
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
