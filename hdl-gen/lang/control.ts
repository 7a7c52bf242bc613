import type { CaseArm, ExprId, IfArm, Item, Statement } from '../ir/design.ts';
import { addItem, addNode, type Builder, claim, currentBuilder, type Mutable, mistake } from './builder.ts';
import { constantCase } from './members.ts';
import { here } from './place.ts';
import { Bool } from './signal.ts';
import { bool, flatten } from './types.ts';

export interface WhenChain {
  /** Taken when no condition before it held and this one does. */
  elsewhen(condition: Bool, body: () => unknown): WhenChain;
  /** Taken when no condition before it held. */
  otherwise(body: () => unknown): void;
}

/** Assignments in `body` take effect in clocks where the condition is 1. Prints as `if`. */
export function when(condition: Bool, body: () => unknown): WhenChain {
  const builder = currentBuilder('when(...)');
  const arms: IfArm[] = [];
  const statement = { kind: 'if' as const, arms, otherwise: [] as Statement[], place: here() };
  const list = builder.open.at(-1)!;
  addItem(builder, statement);
  let none: ExprId | null = null;
  let finished = false;

  const extendChain = (what: string): void => {
    if (finished || list.at(-1) !== statement) {
      mistake(
        'HDL_WHEN_CHAIN',
        `${what} does not directly follow its when(...)`,
        'write the chain as one expression, without statements between',
      );
    }
  };
  const addArm = (next: Bool, arm: () => unknown): WhenChain => {
    const [given] = flatten(bool, next, 'condition of when(...)');
    const taken = none === null ? given!.id : both(builder, none, given!.id);
    arms.push({ condition: given!.id, body: runBody(builder, taken, arm) });
    const not = addNode(builder, { op: 'not', width: 1, signed: false, args: [given!.id] });
    none = none === null ? not : both(builder, none, not);
    return chain;
  };
  const chain: WhenChain = {
    elsewhen: (next, arm) => {
      extendChain('.elsewhen(...)');
      return addArm(next, arm);
    },
    otherwise: (arm) => {
      extendChain('.otherwise(...)');
      finished = true;
      statement.otherwise.push(...runBody(builder, none!, arm));
    },
  };
  return addArm(condition, body);
}

function both(builder: Builder, a: ExprId, b: ExprId): ExprId {
  return addNode(builder, { op: 'and', width: 1, signed: false, args: [a, b] });
}

/** Runs a conditional body and returns its statements; other declarations in it (instances, memories) are unconditional. */
function runBody(builder: Builder, condition: ExprId, body: () => unknown): Statement[] {
  const outer = builder.conditions.at(-1);
  const items: Item[] = [];
  builder.open.push(items);
  builder.conditions.push(outer === undefined ? condition : both(builder, outer, condition));
  try {
    if (body() instanceof Promise)
      mistake('HDL_ASYNC', 'a conditional body is asynchronous', 'remove async and await from it');
  } finally {
    builder.open.pop();
    builder.conditions.pop();
  }
  const statements: Statement[] = [];
  for (const item of items) {
    if (item.kind === 'set' || item.kind === 'if' || item.kind === 'case') statements.push(item);
    else builder.body.push(item);
  }
  return statements;
}

/** A state machine over named states; it starts in the first one. */
export interface Fsm<S extends string> {
  /** One body per state; tsc rejects a missing or unknown one. Prints as `case`. */
  cases(arms: { readonly [K in S]: () => unknown }): void;
  /** The state after the next clock edge. */
  go(state: S): void;
  /** Whether the machine is in the state now. */
  is(state: S): Bool;
}

export function fsm<const S extends readonly string[]>(name: string, states: S): Fsm<S[number]> {
  const builder = currentBuilder(`fsm '${name}'`);
  const place = here();
  if (states.length < 2 || new Set(states).size !== states.length) {
    mistake(
      'HDL_FSM_STATES',
      `fsm '${name}' has the states [${states.join(', ')}]`,
      'give two or more different names',
    );
  }
  const width = Math.ceil(Math.log2(states.length));
  claim(builder, name, 'fsm', place);
  const initLabel = `${constantCase(name)}_${constantCase(states[0]!)}`;
  builder.registers.push({ name, width, signed: false, init: '0', initLabel, place });
  const register = builder.registers.length - 1;
  const subject = addNode(builder, { op: 'register', width, signed: false, register });
  const labels = new Map<string, { readonly label: string; readonly id: ExprId; readonly value: string }>();
  for (const [index, state] of states.entries()) {
    const label = claim(
      builder,
      `${constantCase(name)}_${constantCase(state)}`,
      `state '${state}' of fsm '${name}'`,
      place,
    );
    const value = String(index);
    builder.constants.push({ name: label, width, value });
    labels.set(state, { label, value, id: addNode(builder, { op: 'const', width, signed: false, value, label }) });
  }
  const find = (state: string): { readonly label: string; readonly id: ExprId; readonly value: string } =>
    labels.get(state) ??
    mistake('HDL_FSM_STATES', `'${state}' is not a state of fsm '${name}'`, `use one of ${states.join(', ')}`);

  return {
    cases: (arms) =>
      caseOver(
        `fsm '${name}'`,
        subject,
        states.map((state) => ({ name: state, ...find(state) })),
        arms,
        find,
      ),
    go: (state) =>
      addItem(currentBuilder(`fsm '${name}'`), { kind: 'set', register, value: find(state).id, place: here() }),
    is: (state) =>
      new Bool(builder, addNode(builder, { op: 'eq', width: 1, signed: false, args: [subject, find(state).id] })),
  };
}

/** One name of a case statement: its localparam, its number and that as an expression. */
export interface CaseMember {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly id: ExprId;
}

/** A case statement with one arm per member; `find` throws for a name that is no member. */
export function caseOver(
  what: string,
  subject: ExprId,
  members: readonly CaseMember[],
  arms: { readonly [name: string]: () => unknown },
  find: (name: string) => unknown,
): void {
  const builder = currentBuilder(what);
  for (const name of Object.keys(arms)) find(name);
  const made: CaseArm[] = [];
  const statement: Mutable<Extract<Statement, { kind: 'case' }>> = { kind: 'case', subject, arms: made, place: here() };
  addItem(builder, statement);
  for (const { name, label, value, id } of members) {
    const body = arms[name];
    if (body === undefined)
      mistake('HDL_FSM_STATES', `${what} has no arm for state '${name}'`, `add '${name}: () => {}'`);
    // Patterns that are no member take the last arm.
    const serves = made.length === members.length - 1 && members.length < 2 ** builder.nodes[subject]!.width;
    const before = serves ? addNode(builder, { op: 'lt', width: 1, signed: false, args: [subject, id] }) : null;
    const isHere =
      before === null
        ? addNode(builder, { op: 'eq', width: 1, signed: false, args: [subject, id] })
        : addNode(builder, { op: 'not', width: 1, signed: false, args: [before] });
    made.push({ label, value, body: runBody(builder, isHere, body) });
  }
}
