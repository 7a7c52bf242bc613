import type { Technology } from '../../../specs/technology.ts';
import type { Hertz } from '../../../specs/units.ts';
import { plus, times } from '../band.ts';
import { coefficientsOf } from '../coefficients.ts';
import type { HashPrediction } from './predict.ts';

/** Two passes of 64 rounds. */
const stages = 128;

/**
 * Energy and area of two unrolled passes from one stage that was mapped and simulated at gate level. All stages are taken as
 * full ones: where a pass begins and ends some hold fewer words, so this is a little too high; the additions at the end of
 * a pass are left out. Errors: `TECH_ENTRY_MISSING`, `TECH_ENTRY_UNIT`.
 */
export function predictHashFromStages(technology: Technology, clock: Hertz): HashPrediction {
  const k = coefficientsOf(technology);
  const squareMicrons = times(k.take('sha256.stage.area', 'um2/block'), stages);
  const breakdown = {
    stages: times(k.take('sha256.stage.energy', 'J/op'), stages),
    leakage: times(k.take('leakage.logic', 'W/um2'), squareMicrons.value / clock),
  };
  return {
    core: 'sha256d, 128 full stages',
    technology: technology.name,
    volts: technology.volts,
    tier: 'T2',
    joulesPerHash: plus(...Object.values(breakdown)),
    breakdown,
    squareMicrons,
    squareMicronsPerHashPerClock: squareMicrons,
    scope: `core only, ${technology.node}, ${technology.volts} V, ${technology.corner}: one stage at gate level with glitches, estimated wires and clock tree; no pads, regulators or host`,
    origins: k.origins(),
  };
}
