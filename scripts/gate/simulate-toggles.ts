import { layerStatistics } from '../../models/statistics.ts';
import { energyT1 } from '../../sim/cost/energy-t1.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import type { LaneForm } from '../../specs/design.ts';
import type { Result } from '../../specs/result.ts';
import { toggleEnergiesOf } from '../../specs/toggle-energies.ts';
import { cycles, ops, parseHertz } from '../../specs/units.ts';
import { buildDesign, type LoadedDesign } from '../design.ts';
import { resultOf } from '../evaluate-design.ts';
import { arithmeticOf, arithmeticWords, forLibrary } from './arithmetic.ts';
import { energyInputs } from './energy-inputs.ts';

/**
 * The result of one design with energy of tier T1, on the inputs that come with its model, else on seeded random ones; no
 * library and no synthesis is needed. With `samples` it is that of so many inputs, without them that of one inference in their midst.
 * Errors: `T1_MISSING` and those of `energyInputs`.
 */
export function simulateToggles(asked: LoadedDesign, form: LaneForm | undefined, samples: number | undefined): Result {
  const chosen = forLibrary(asked, form);
  const { design } = chosen;
  const accelerator = buildDesign(design);
  const { technology, request, model } = design;
  const { inputs, origin, sha256 } = energyInputs(model, samples);
  const macs = layerStatistics(model.graph).reduce((sum, layer) => sum + layer.macs, 0);
  const energy = energyT1({
    accelerator,
    inputs,
    ...(samples === undefined ? {} : { inputsSha256: sha256 }),
    energies: toggleEnergiesOf(technology.name),
    technology,
    clock: parseHertz(request.clock),
    interval: cycles(steadyState(accelerator.schedule).interval),
    operations: ops(2 * macs),
  });
  const arithmetic = arithmeticWords(arithmeticOf(accelerator, chosen));
  const scope = `${energy.scope}; arithmetic: ${arithmetic}; inputs: ${origin}`;
  return resultOf(design, accelerator, null, { ...energy, scope }, {});
}
