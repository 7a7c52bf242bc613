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
import { check, refuse } from './check.ts';
import { Fault } from './fault.ts';
import { parseJoules, parseJoulesPerInference, parseJoulesPerOp } from './units.ts';

/** Rows that reports ask for by name. Each is taken out in the open, here and in its file, or not at all. */
const tinyRows = ['gap9', 'stm32u385', 'stm32u575', 'stm32l4r5', 'stm32h7a3']
  .flatMap((system) => ['ad', 'ic', 'kws', 'vww'].map((task) => `${system}-${task}`))
  .concat(['ndp9120-ic', 'ndp9120-kws', 'ndp9120-vww'])
  .concat(['pynq', 'arty'].flatMap((system) => ['ad', 'ic', 'kws'].map((task) => `${system}-${task}`)));
const peakRows = ['a100', 'h100', 'b200'];
interface Row {
  readonly id: string;
  readonly low: string;
  readonly high: string;
}

/** All named rows are there, and every band holds its value. */
function complete<T extends Row>(
  rows: readonly T[],
  names: readonly string[],
  origin: string,
  textOf: (row: T) => string,
  parse: (text: string, place?: string) => number,
): readonly T[] {
  const missing = names.find((name) => !rows.some(({ id }) => id === name));
  if (missing !== undefined)
    throw new Fault({
      code: 'BASELINE_MISSING',
      place: origin,
      cause: `has no row '${missing}', which reports ask for`,
      wayOut: `add '${missing}' with its source, or take its name out of specs/baselines.ts as well`,
    });
  const faults = rows.flatMap((row, index) => {
    const [low, value, high] = [row.low, textOf(row), row.high].map((text) => parse(text, row.id));
    return low! <= value! && value! <= high!
      ? []
      : [
          {
            pointer: `/${index}`,
            found: `low ${row.low}, value ${textOf(row)}, high ${row.high} (${row.id})`,
            expected: 'low <= value <= high',
          },
        ];
  });
  if (faults.length > 0) refuse(faults, origin);
  return rows;
}

/** MLPerf Tiny results, board level: microcontrollers, accelerators and FPGAs. Errors: `SPEC_INVALID`, `BASELINE_MISSING`. */
export function mlperfTinyBaselines(data: unknown = tiny): readonly TinyBaseline[] {
  const origin = 'specs/baselines/mlperf-tiny.json';
  const rows = check(TinyBaselines, data, origin);
  return complete(rows, tinyRows, origin, ({ joulesPerInference }) => joulesPerInference, parseJoulesPerInference);
}

/** Rated peaks of graphics processors. Errors: `SPEC_INVALID`, `BASELINE_MISSING`. */
export function acceleratorPeakBaselines(data: unknown = peak): readonly PeakBaseline[] {
  const origin = 'specs/baselines/accelerator-peak.json';
  const rows = check(PeakBaselines, data, origin);
  return complete(rows, peakRows, origin, ({ joulesPerOp }) => joulesPerOp, parseJoulesPerOp);
}

/** Mining chips from 110 nm to 5 nm, at the wall or at the chip as their scope says. Errors: `SPEC_INVALID`. */
export function miningBaselines(data: unknown = mining): readonly MiningBaseline[] {
  const origin = 'specs/baselines/mining-chips.json';
  const rows = check(MiningBaselines, data, origin);
  // The comparison with silicon names its chips itself.
  return complete(rows, [], origin, ({ joulesPerHash }) => joulesPerHash, parseJoules);
}
