/**
 * Fits the look-up tables that bits of adders, multiplexers and so on take to synthesis (docs/luts.md): `npx tsx scripts/fit/luts.ts
 * [--device ice40] [--training 102-113] [--calibrating 1000,1001] [--held-out 2000,2002] [--parts native] [--write]`. Answers of Yosys are
 * kept in the cache,
 * so that it can be ended and started again.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fpgaEstimate } from '../../sim/cost/luts.ts';
import { lutSites } from '../../sim/synthesis/lut-sites.ts';
import type { BlockDevice } from '../../specs/design.ts';
import { type LutFeatures, type LutFit, lutFeatures } from '../../specs/luts.ts';
import { cacheFolder } from '../cache-folder.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import type { SynthesisTools } from '../synthesis/synthesise.ts';
import { openTools } from '../synthesis/tools.ts';
import { processTerminal } from '../terminal.ts';
import { leastSquares } from './least-squares.ts';
import { measured } from './measure.ts';
import { type Row, rowsOf } from './rows.ts';

const devices: readonly BlockDevice[] = ['ice40', 'ecp5', 'xc7'];
/** Errors of small parts count as of parts of so many tables. */
const smallPart = 25;

const terminal = processTerminal();
const { values } = parseArgs({
  options: {
    device: { type: 'string', multiple: true, default: [...devices] },
    training: { type: 'string', default: '102-113' },
    calibrating: { type: 'string', default: '1000-1001' },
    'held-out': { type: 'string', default: '2000,2002' },
    parts: { type: 'string', default: 'package' },
    write: { type: 'boolean', default: false },
  },
});

/** `100-103,200`: the designs of these numbers. */
const seeds = (text: string): number[] =>
  text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Parts of designs synthesised module by module, design by design. */
async function rowsOfParts(device: BlockDevice, tools: SynthesisTools): Promise<Row[][]> {
  const designs: Row[][] = [];
  let left = 0;
  for (const seed of seeds(values.training)) {
    const { accelerator, result } = await measured(seed, device, false, tools);
    const cells = new Map(Object.entries(result.modules).map(([name, { cellsByType }]) => [name, cellsByType]));
    const all = rowsOf(accelerator, device, cells);
    // Where synthesis took a block memory and the estimate tables, or the reverse, tables say nothing of the rest.
    const alike = all.filter(({ blocks, estimated }) => blocks === estimated.blocks);
    designs.push(alike);
    left += all.length - alike.length;
    terminal.err(
      `${device} ${seed}: ${result.cached ? 'kept' : 'synthesised'}, ${alike.length} parts, ${left} left out\n`,
    );
  }
  return designs;
}

function fitted(rows: readonly Row[]): LutFeatures {
  const found = leastSquares(
    rows.map(({ estimated, luts }) => ({
      features: lutFeatures.map((feature) => estimated.features[feature]),
      value: luts,
      weight: 1 / (luts + smallPart),
    })),
  );
  return Object.fromEntries(
    lutFeatures.map((feature, at) => [feature, Number(found[at]!.toPrecision(4))]),
  ) as LutFeatures;
}

/** Of every design: what synthesis finds over the estimate by a fit to the others. */
function leaveOneOut(designs: readonly (readonly Row[])[]): number[] {
  return designs.map((own) => {
    const coefficients = fitted(designs.filter((each) => each !== own).flat());
    const estimate = ({ estimated }: Row) =>
      lutFeatures.reduce((sum, feature) => sum + coefficients[feature] * estimated.features[feature], 0);
    return own.reduce((sum, { luts }) => sum + luts, 0) / own.reduce((sum, row) => sum + estimate(row), 0);
  });
}

const errorsOf = (found: readonly number[]): LutFit['heldOut'] => {
  const errors = found.map((ratio) => Math.abs(1 - 1 / ratio));
  return {
    designs: found.length,
    medianError: Number(median(errors).toFixed(3)),
    worstError: Number(Math.max(...errors).toFixed(3)),
  };
};

/** Of whole designs: what synthesis finds over the estimate. */
async function ratios(fit: LutFit, numbers: string, tools: SynthesisTools): Promise<number[]> {
  const found: number[] = [];
  for (const seed of seeds(numbers)) {
    const { accelerator, result } = await measured(seed, fit.device, true, tools);
    const { value } = fpgaEstimate(accelerator, { parameters: { device: fit.device } }, fit).luts;
    const luts = lutSites(fit.device, result.cellsByType);
    found.push(luts / value);
    terminal.err(`${fit.device} ${seed}: ${luts} look-up tables, ${Math.round(value)} estimated\n`);
  }
  return found;
}

const toolKind = values.parts === 'native' ? 'native' : 'package';
const cache = cacheFolder(terminal.environment);
const options = { place: 'never', cache, environment: terminal.environment } as const;
const whole = await openTools({ kind: 'package', ...options });
const parts = toolKind === 'package' ? whole : await openTools({ kind: 'native', ...options });
try {
  for (const device of devices.filter((each) => values.device.includes(each))) {
    const designs = await rowsOfParts(device, parts);
    const coefficients = fitted(designs.flat());
    const others = leaveOneOut(designs);
    const command = { ice40: 'synth_ice40 -device hx', ecp5: 'synth_ecp5', xc7: 'synth_xilinx -family xc7' }[device];
    const begun: LutFit = {
      device,
      unit: 'LUT',
      class: 'measured',
      source: `parts: ${parts.yosys.tool}, ${command}, modules apart; whole designs: ${whole.yosys.tool}, ${command}, flat`,
      conditions: `designs ${values.training} by parts, ${values.calibrating} and ${values['held-out']} whole, lanes of operators, before place and route`,
      coefficients,
      leaveOneOut: errorsOf(others),
      whole: 1,
      heldOut: { designs: 1, medianError: 0, worstError: 0 },
      band: { low: 1, high: 1 },
    };
    const calibrated = await ratios(begun, values.calibrating, whole);
    const fit = { ...begun, whole: Number(median(calibrated).toPrecision(4)) };
    const held = await ratios(fit, values['held-out'], whole);
    const seen = [...held, ...calibrated.map((ratio) => ratio / fit.whole), ...others];
    const done: LutFit = {
      ...fit,
      heldOut: errorsOf(held),
      // The worst seen, and a quarter more than that.
      band: {
        low: Number((1 - 1.25 * Math.max(0, 1 - Math.min(...seen))).toFixed(2)),
        high: Number((1 + 1.25 * Math.max(0, Math.max(...seen) - 1)).toFixed(2)),
      },
    };
    const text = `${JSON.stringify(done, null, 2)}\n`;
    if (values.write) await writeFile(path.resolve(terminal.folder, 'specs', 'luts', `${device}.json`), text);
    terminal.out(text);
  }
  process.exitCode = exitCodes.equal;
} catch (error) {
  process.exitCode = reportFailure(error, false, terminal);
} finally {
  await Promise.all([whole.close(), parts.close()]);
}
