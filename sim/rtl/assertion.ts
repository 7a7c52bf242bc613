import type { NetAssertion, Netlist } from '../../hdl-gen/ir/netlist.ts';
import { Fault } from '../../specs/fault.ts';

/** The netlist with one more output for every assertion, behind its own. */
export function withAssertionOutputs(netlist: Netlist): Netlist {
  const assertions = netlist.assertions ?? [];
  if (assertions.length === 0) return netlist;
  return { ...netlist, outputs: [...netlist.outputs, ...assertions.map(({ name, node }) => ({ name, node }))] };
}

export function failedAssertion({ name, message, place }: NetAssertion, clock: number, lane?: number): Fault {
  const where = lane === undefined ? '' : ` of lane ${lane}`;
  return new Fault({
    code: 'SIM_ASSERTION',
    place,
    cause: `the assertion '${name}' does not hold in clock ${clock}${where}: ${message}`,
    wayOut: 'look at what leads to it, or correct the assertion',
  });
}
