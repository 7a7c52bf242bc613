/** A Yosys JSON document from `cell: [type, {pin: net}]`; nets are names, `0` and `1` constants, ports given apart. */
export function smallNetlist(
  ports: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  cells: Readonly<Record<string, readonly [type: string, pins: Readonly<Record<string, string>>]>>,
): { modules: Record<string, unknown> } {
  const numbers = new Map<string, number>();
  const bit = (net: string): number | string => {
    if (net === '0' || net === '1' || net === 'x') return net;
    if (!numbers.has(net)) numbers.set(net, numbers.size + 2);
    return numbers.get(net)!;
  };
  const port = (direction: string) => (name: string) => [name, { direction, bits: [bit(name)] }] as const;
  const module = {
    ports: Object.fromEntries([...ports.inputs.map(port('input')), ...ports.outputs.map(port('output'))]),
    cells: Object.fromEntries(
      Object.entries(cells).map(([name, [type, pins]]) => [
        name,
        { type, connections: Object.fromEntries(Object.entries(pins).map(([pin, net]) => [pin, [bit(net)]])) },
      ]),
    ),
    netnames: {},
  };
  const netnames = Object.fromEntries([...numbers].map(([name, number]) => [name, { hide_name: 0, bits: [number] }]));
  return { modules: { top: { ...module, netnames } } };
}
