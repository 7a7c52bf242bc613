import type { Assertion, Design, Expr, ExprId, Item, Memory, Module, Statement } from './design.ts';

/** Name of the input that `withClockEnable` adds. */
export const clockEnablePort = 'ce';

/**
 * The design with a clock enable: an input `ce` of every module that has state, first behind `clk` and `rst`. In a clock with
 * `ce` = 0 no register, no memory and no read port changes, and no assertion is checked; the clocks with `ce` = 1 are those of
 * the design without it. The reset of the whole design (`rst`) works in every clock, as the set and reset inputs of flip-flops
 * do; the reset that a design gives an instance of its own works in enabled clocks only, being part of what the design does.
 *
 * A module that has something of that name already is a Fault HDL_NAME_CLASH where the design is used.
 */
export function withClockEnable(design: Design): Design {
  const clocked = new Set(design.modules.filter(({ needsClock }) => needsClock).map(({ name }) => name));
  return { ...design, modules: design.modules.map((module) => (module.needsClock ? gated(module, clocked) : module)) };
}

function gated(module: Module, clocked: ReadonlySet<string>): Module {
  const bit = { width: 1, signed: false } as const;
  const nodes: Expr[] = module.nodes.map((node) => (node.op === 'input' ? { ...node, input: node.input + 1 } : node));
  const add = (expr: Expr): ExprId => nodes.push(expr) - 1;
  const enable = add({ ...bit, op: 'input', input: 0 });
  const known = new Map<ExprId, ExprId>();
  /** The condition in enabled clocks. */
  const enabled = (condition: ExprId): ExprId => {
    const node = module.nodes[condition]!;
    if (node.op === 'const') return node.value === '0' ? condition : enable;
    const found = known.get(condition) ?? add({ ...bit, op: 'and', args: [enable, condition] });
    known.set(condition, found);
    return found;
  };
  const checked = (assertion: Assertion): Assertion => {
    if (assertion.kind === 'cover') return { ...assertion, condition: enabled(assertion.condition) };
    const off = add({ ...bit, op: 'not', args: [enable] });
    return { ...assertion, condition: add({ ...bit, op: 'or', args: [off, assertion.condition] }) };
  };
  const memories = module.memories.map(
    (memory): Memory => ({
      ...memory,
      reads: memory.reads.map((read) => ({ ...read, enable: read.enable === null ? enable : enabled(read.enable) })),
      writes: memory.writes.map((write) => ({ ...write, enable: enabled(write.enable) })),
    }),
  );
  const instances = module.instances.map((instance) => ({
    ...instance,
    inputs: clocked.has(instance.module) ? [enable, ...instance.inputs] : instance.inputs,
    ...(instance.reset === undefined ? {} : { reset: enabled(instance.reset) }),
  }));
  const body = module.body.map((item): Item => (isStatement(item) ? whenEnabled(item, enable) : item));
  return {
    ...module,
    inputs: [{ name: clockEnablePort, ...bit }, ...module.inputs],
    memories,
    instances,
    body,
    ...(module.assertions === undefined ? {} : { assertions: module.assertions.map(checked) }),
    nodes,
  };
}

function isStatement(item: Item): item is Statement {
  return item.kind === 'set' || item.kind === 'if' || item.kind === 'case';
}

function whenEnabled(statement: Statement, enable: ExprId): Statement {
  return { kind: 'if', arms: [{ condition: enable, body: [statement] }], otherwise: [], place: statement.place };
}
