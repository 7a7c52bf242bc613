import type { DesignRequest } from '../../../specs/design.ts';
import { Fault } from '../../../specs/fault.ts';
import type { Scaling } from '../../../specs/scalings.ts';
import type { Technology } from '../../../specs/technology.ts';
import { parseHertz, parseNanometres, parseVolts } from '../../../specs/units.ts';
import { checkClock } from './element-clock.ts';
import { atNode } from './node-technology.ts';
import { atSupply, pointOf } from './supply-technology.ts';

/** What the move rests on besides the technology itself. */
export interface ScalingBasis {
  readonly scaling: Scaling;
  /** All technologies: their leakage bounds that of a node without a library. */
  readonly libraries: readonly Technology[];
}

/**
 * The technology that a request asks for: as its file has it, or moved to the request's supply and node.
 * Errors: `SCALING_NODE`, `SCALING_RANGE`, `CLOCK_TOO_FAST`, and those of the quantities.
 */
export function requestTechnology(
  request: Pick<DesignRequest, 'voltage' | 'node' | 'clock'>,
  technology: Technology,
  { scaling, libraries }: ScalingBasis,
  place: string,
): Technology {
  const { voltage, node, clock } = request;
  if (voltage === undefined) {
    if (node === undefined) return technology;
    throw new Fault({
      code: 'SCALING_NODE',
      place: `${place}/node`,
      cause: `names the node ${node} without a supply, and none is assumed`,
      wayOut: "add the supply there, such as '0.8 V' for voltage",
    });
  }
  const from = pointOf(scaling, technology);
  const volts = parseVolts(voltage, `${place}/voltage`);
  const nanometres = node === undefined ? from.nanometres : parseNanometres(node, `${place}/node`);
  const moved =
    nanometres === from.nanometres
      ? atSupply(technology, scaling, volts)
      : atNode(technology, scaling, libraries, nanometres, volts);
  checkClock(scaling, from, { ...from, nanometres, volts }, parseHertz(clock, `${place}/clock`), `${place}/clock`);
  return moved;
}
