import {
  type MiningBaseline,
  MiningBaselines,
  type PeakBaseline,
  PeakBaselines,
  type TinyBaseline,
  TinyBaselines,
} from './baseline.ts';
import peak from './baselines/accelerator-peak.json' with { type: 'json' };
import mining from './baselines/mining-chips.json' with { type: 'json' };
import tiny from './baselines/mlperf-tiny.json' with { type: 'json' };
import { check } from './check.ts';

/** MLPerf Tiny results, board level. Errors: `SPEC_INVALID`. */
export const mlperfTinyBaselines = (): readonly TinyBaseline[] =>
  check(TinyBaselines, tiny, 'specs/baselines/mlperf-tiny.json');

/** Rated peaks of graphics processors. Errors: `SPEC_INVALID`. */
export const acceleratorPeakBaselines = (): readonly PeakBaseline[] =>
  check(PeakBaselines, peak, 'specs/baselines/accelerator-peak.json');

/** Mining chips from 110 nm to 5 nm, at the wall or at the chip as their scope says. Errors: `SPEC_INVALID`. */
export const miningBaselines = (): readonly MiningBaseline[] =>
  check(MiningBaselines, mining, 'specs/baselines/mining-chips.json');
