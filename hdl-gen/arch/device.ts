import type { BlockDevice, DesignRequest } from '../../specs/design.ts';
import { Fault } from '../../specs/fault.ts';

/** The FPGA family that the request is for, where it names one: under parameters, or in a goal in block memories or look-up tables. Errors: DESIGN_TWO_DEVICES. */
export function deviceOf({
  parameters,
  target,
}: Pick<DesignRequest, 'parameters' | 'target'>): BlockDevice | undefined {
  const counted = target !== undefined && 'device' in target ? target.device : undefined;
  const { device = counted } = parameters;
  if (counted !== undefined && device !== counted) {
    throw new Fault({
      code: 'DESIGN_TWO_DEVICES',
      place: '/parameters/device',
      cause: `the design is for ${device}, and its goal counts what ${counted} has`,
      wayOut: 'name the same device, or leave out the one under /parameters',
    });
  }
  return device;
}
