import type { Netlist, NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';

/** What two nodes have in common when their cones are the same up to the sources they read: equal numbers. */
export type Shapes = (id: NodeId) => number;

function detail(node: NetNode): string {
  switch (node.op) {
    case 'shl':
    case 'shr':
      return `${node.op}${node.amount}`;
    case 'slice':
      return `${node.op}${node.low}`;
    case 'input':
    case 'register':
    case 'memoryRead':
      return 'state';
    default:
      return node.op;
  }
}

/** Numbers the shapes of all cones of a netlist. The value of a constant is no part of its shape. */
export function findShapes(netlist: Netlist): Shapes {
  const numbers = new Map<string, number>();
  const shapes = new Int32Array(netlist.nodes.length);
  netlist.nodes.forEach((node, id) => {
    const args = 'args' in node ? node.args.map((arg) => shapes[arg]) : [];
    const key = `${detail(node)} ${node.width} ${node.signed} ${args.join(' ')}`;
    let shape = numbers.get(key);
    if (shape === undefined) {
      shape = numbers.size;
      numbers.set(key, shape);
    }
    shapes[id] = shape;
  });
  return (id) => shapes[id]!;
}
