import type { MappedShell } from '../replay/replay.ts';

/** How many cells of a mapped module are clock gates: their clock pin opens a latch and sets off no edge. */
export function clockGatesIn({ netlist, timing }: MappedShell): number {
  const { isClock } = timing.clock;
  const { cellKind, inputNet, inputStart } = netlist;
  const isGate = (kind: number, cell: number): boolean => {
    const { state, inputs, clockMask } = netlist.kinds[kind]!;
    return (
      state !== null &&
      state.edge === null &&
      inputs.some((_, pin) => (clockMask >> pin) % 2 === 1 && isClock[inputNet[inputStart[cell]! + pin]!] === 1)
    );
  };
  return cellKind.reduce((sum, kind, cell) => sum + Number(isGate(kind, cell)), 0);
}
