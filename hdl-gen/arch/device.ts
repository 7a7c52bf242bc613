import type { BlockDevice, DesignRequest } from '../../specs/design.ts';
import { Fault } from '../../specs/fault.ts';

/** The FPGA family that the request is for, where it names one: under parameters, or in a goal in block memories. A goal in look-up tables counts those of a design that suits every family, unless /parameters names the family too. Errors: DESIGN_TWO_DEVICES. */
export function deviceOf({
  parameters,
  target,
}: Pick<DesignRequest, 'parameters' | 'target'>): BlockDevice | undefined {
  const counted = target !== undefined && 'blockRam' in target ? target.device : undefined;
  const { device = counted } = parameters;
  if (counted !== undefined && device !== counted) {
    throw new Fault({
      code: 'DESIGN_TWO_DEVICES',
      place: '/parameters/device',
      cause: `the design is for ${device}, and its goal counts the blocks of ${counted}`,
      wayOut: 'name the same device, or leave out the one under /parameters',
    });
  }
  return device;
}
