import type { DesignRequest } from '../../../specs/design.ts';
import { withClockEnable } from '../../ir/clock-enable.ts';
import type { Design } from '../../ir/design.ts';
import type { Accelerator } from '../architecture.ts';
import { axiWrapper } from './axi.ts';

/**
 * The circuit that a request asks for, with its ports: the accelerator itself, or an AXI wrapper around it; with a clock enable
 * where one is wanted. `modelSha256` goes into the registers of the wrapper. Errors: DESIGN_NAME.
 */
export function withInterface(
  accelerator: Accelerator,
  { name, parameters }: DesignRequest,
  modelSha256: string | null,
): Design {
  const { design } = accelerator;
  const circuit =
    parameters.interface === 'axi' ? axiWrapper(name.replaceAll('-', '_'), design, accelerator, modelSha256) : design;
  return parameters.clockEnable === true ? withClockEnable(circuit) : circuit;
}
