import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Coder } from '../compile/coder.ts';
import type { Expressions } from '../compile/expression.ts';
import type { Layout } from '../compile/layout.ts';
import type { Group } from '../compile/task.ts';

export interface GroupContext {
  readonly netlist: Netlist;
  readonly layout: Layout;
  readonly code: Coder;
  readonly expressions: Expressions;
  readonly group: Group;
}

/** Address of a source's value, null for one that has none of its own (a constant, an operation). */
export function addressOf({ netlist, layout }: Pick<GroupContext, 'netlist' | 'layout'>, id: NodeId): number | null {
  const node = netlist.nodes[id]!;
  if (node.op === 'register') return layout.registers[node.register]!;
  return node.op === 'memoryRead' ? layout.readData[node.memory]![node.port]! : null;
}
