import type { DesignRequest } from '../../../specs/design.ts';
import { clockEnablePort, withClockEnable } from '../../ir/clock-enable.ts';
import type { Design } from '../../ir/design.ts';
import type { Accelerator } from '../architecture.ts';
import { clash, namedAfter } from '../layer-names.ts';
import { axiWrapper } from './axi.ts';

/**
 * The circuit that a request asks for, with its ports: the accelerator itself, or an AXI wrapper around it; with a clock enable
 * where one is wanted. `modelSha256` goes into the registers of the wrapper. Errors: DESIGN_NAME, LAYER_NAME.
 */
export function withInterface(
  accelerator: Accelerator,
  { name, parameters }: DesignRequest,
  modelSha256: string | null,
): Design {
  const { design, schedule } = accelerator;
  const { stages } = schedule;
  const top = name.replaceAll('-', '_');
  const circuit =
    parameters.interface === 'axi'
      ? namedAfter(top, stages, () => axiWrapper(top, design, accelerator, modelSha256))
      : design;
  if (parameters.clockEnable !== true) return circuit;
  if (stages.some((stage) => stage.name === clockEnablePort)) throw clash(clockEnablePort, clockEnablePort);
  return withClockEnable(circuit);
}
