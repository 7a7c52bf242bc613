import { type Assertion, argumentsOf, type Expr, type ExprId, type Module, type Wire } from '../ir/design.ts';
import { liveFrom } from './verilog-demand.ts';
import { type Expressions, neededBy, outputNet, renderExpressions } from './verilog-expressions.ts';
import { declareNet, dropped, markReads, type Nets, typeText, unreadParts } from './verilog-nets.ts';
import { placeComment } from './verilog-statements.ts';
import { compose, infix, levels, prefix, type Text } from './verilog-text.ts';

/**
 * The assertions of a module, for simulators: synthesis does not see them. They read the nets of the circuit and have nets of
 * their own for everything else, so that an assertion that is added changes no line of the circuit or of another one.
 */
export function printAssertions(
  module: Module,
  children: ReadonlyMap<string, Module>,
  circuit: Expressions,
  takenNames: ReadonlySet<string>,
): string[] {
  const { assertions } = module;
  if (assertions === undefined) return [];
  const nets: Nets = new Map();
  const reads: string[] = [];
  const taken = new Set(takenNames);
  for (const { name } of circuit.definitions.values()) taken.add(name);
  const define = (expressions: Expressions, texts: readonly Text[]): string[] => {
    return neededBy(texts, expressions, new Set()).map((id) => {
      const { name, width, signed, value } = expressions.definitions.get(id)!;
      taken.add(name);
      declareNet(nets, name, width);
      reads.push(value.text);
      return `wire ${typeText(width, signed)}${name} = ${value.text};`;
    });
  };

  const onCircuit = withNets(withUnreadOutputs(module, children, circuit), circuit);
  const own = namedFor(onCircuit, assertions);
  const namedValues = renderExpressions(onCircuit, children, taken, own);
  const lines = define(
    namedValues,
    own.map(({ id }) => namedValues.at(id, onCircuit.nodes[id]!.width)),
  );
  const onNamed = withNets(onCircuit, namedValues);
  for (const assertion of assertions) {
    const { condition, name } = assertion;
    const expressions = renderExpressions(onNamed, children, taken, [{ id: condition, width: 1, name }]);
    const text = expressions.at(condition, 1);
    reads.push(text.text);
    lines.push(...placeComment(assertion), ...define(expressions, [text]), ...assertionText(module, assertion, text));
  }
  for (const text of reads) markReads(nets, text);
  return ['`ifndef SYNTHESIS', ...lines, ...dropped('unused_checked_bits', unreadParts(nets)), '`endif'];
}

/** The module with every whole value that has a net as that net. */
function withNets(module: Module, { definitions }: Expressions): Module {
  const wires: Wire[] = [...module.wires];
  const nodes = module.nodes.map((node, id): Expr => {
    const net = definitions.get(id);
    if (net === undefined || net.width !== node.width) return node;
    const wire = wires.push({ ...net, place: module.place, value: id }) - 1;
    return { op: 'wire', width: node.width, signed: node.signed, wire };
  });
  return { ...module, nodes, wires };
}

/** The module with the outputs of instances that the circuit does not read under the name of their nets. */
function withUnreadOutputs(module: Module, children: ReadonlyMap<string, Module>, circuit: Expressions): Module {
  const wires: Wire[] = [...module.wires];
  const nodes = module.nodes.map((node, id): Expr => {
    if (node.op !== 'instanceOutput' || circuit.live[id] === 1) return node;
    const { width, signed } = node;
    const name = `unused_${outputNet(module, children, node.instance, node.output)}`;
    return { op: 'wire', width, signed, wire: wires.push({ name, width, signed, place: module.place, value: id }) - 1 };
  });
  return { ...module, nodes, wires };
}

/** The values with names that only assertions read. */
function namedFor(
  module: Module,
  assertions: readonly Assertion[],
): { readonly id: ExprId; readonly width: number; readonly name: string }[] {
  const live = liveFrom(
    module,
    assertions.map(({ condition }) => ({ id: condition })),
  );
  return module.nodes.flatMap((node, id) =>
    live[id] === 1 && node.name !== undefined && argumentsOf(node).length > 0
      ? [{ id, width: node.width, name: node.name }]
      : [],
  );
}

/** Reports at a clock edge outside reset: an assertion that does not hold ends the simulation, a cover is told once. */
function assertionText(module: Module, assertion: Assertion, condition: Text): string[] {
  const { kind, name, place, message } = assertion;
  const reset = module.needsReset ? [prefix('!', compose('rst', levels.primary, []))] : [];
  const when = (wanted: readonly Text[]): string =>
    [...reset, ...wanted].reduce((a, b) => infix('&&', levels.and, a, b)).text;
  const said = place === '' ? message : `${message} (${place})`;
  const report = (what: string): string => `  $display("%0t %m: ${what}: ${quoted(said)}", $time);`;
  if (kind === 'assert') {
    return [
      `always @(posedge clk) if (${when([prefix('!', condition)])}) begin`,
      report('assertion failed'),
      '  $finish;',
      'end',
    ];
  }
  return [
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
