/**
 * Measures at gate level what lanes of other arithmetic or narrow weights cost beside lanes of operators, what gating and isolation change, and what a clock gate
 * draws, and writes it into specs/tech/NAME.json:
 * `npm run fit:lanes -- --liberty FOLDER [--technology NAME]...`. Entries `lane.FORM.WHAT`, `lane.weights4.WHAT`, `lane.ternary.WHAT`, `lane.FORM.gated.WHAT`,
 * `lane.FORM.isolated.WHAT` (kinds of data and area), `clock.gate.WHAT` and `clock.treePins.gate`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { multiplierForms } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import type { DataProfile } from '../../sim/cost/activity.ts';
import { clockGateOf } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { libertyForMapping } from '../../sim/cost/gate/liberty/for-mapping.ts';
import { layoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import { technologyOf } from '../../specs/technologies.ts';
import type { Entry } from '../../specs/technology.ts';
import { cacheFolder } from '../cache-folder.ts';
import { readTechnology } from '../gate/libraries.ts';
import { cellTechnologies } from '../gate/technologies.ts';
import { projectRoot } from '../project.ts';
import { cachedRunner } from '../tools/cached-runner.ts';
import { packagedYosys } from '../tools/yosys/open.ts';
import { clockGateFigures } from './clock-gate-figures.ts';
import {
  formShapes,
  type LaneRatios,
  laneMeter,
  laneRatios,
  operators,
  profiles,
  restShapes,
  type Spread,
  ternaryRatios,
  weights4Ratios,
} from './lane-ratios.ts';
import { withEntries } from './technology-text.ts';

const { values } = parseArgs({
  options: {
    liberty: { type: 'string', default: process.env.JOULESMITH_LIBERTY ?? 'liberty' },
    technology: { type: 'string', multiple: true, default: cellTechnologies.map(({ name }) => name) },
  },
});

const data: Readonly<Record<DataProfile, string>> = {
  uniform: 'both operands uniform random',
  relu: 'activations half zero after ReLU, weights change every clock',
  weightStationary: 'the weight stays for 64 clocks, activations change',
  sparse90: '90 % of the activations are zero',
};

const digits = (value: number): number => Number(value.toPrecision(3));
const entryOf = ({ value, low, high }: Spread, source: string, conditions: string): Entry => ({
  value: digits(value),
  low: Math.min(digits(low), digits(value)),
  high: Math.max(digits(high), digits(value)),
  unit: 'ratio',
  class: 'library',
  source,
  conditions,
});

function entriesOf(
  name: string,
  what: string,
  ratios: LaneRatios,
  source: string,
  lanes: string,
): Record<string, Entry> {
  const measured = `Yosys 0.55, 600 clocks; geometric mean of ${lanes}`;
  const energies = profiles.map((profile) => {
    const how = `energy of a multiply-accumulate with glitches, without the clock of flip-flops, ${what}; ${data[profile]}`;
    const conditions = `${how}; ${measured}; band: their spread, with and without estimated wires`;
    return [`${name}.${profile}`, entryOf(ratios.energy[profile], source, conditions)] as const;
  });
  const conditions = `cell area without flip-flops and clock gates, ${what}; ${measured}; band: their spread`;
  return { ...Object.fromEntries(energies), [`${name}.area`]: entryOf(ratios.area, source, conditions) };
}

const yosys = cachedRunner(packagedYosys(), cacheFolder(process.env));
const asked = cellTechnologies.filter(({ name }) => values.technology.includes(name));
const benches = asked.map((technology) => {
  const { name } = technology;
  const libraries = readTechnology(values.liberty, technology);
  const layout = layoutEstimate(technologyOf(name));
  const bench = { libraries, cells: libertyForMapping(libraries), gate: clockGateOf(libraries), layout, yosys };
  return { name, bench, meter: laneMeter(bench), source: technologyOf(name).entries['register.clock']!.source };
});
type Bench = (typeof benches)[number];

function write(name: string, entries: Readonly<Record<string, Entry>>): void {
  const file = path.join(projectRoot, 'specs', 'tech', `${name}.json`);
  writeFileSync(file, withEntries(readFileSync(file, 'utf8'), entries));
}

async function forms({ name, meter, source }: Bench): Promise<void> {
  for (const form of multiplierForms.filter((one) => one !== 'plain')) {
    process.stderr.write(`${name}: ${form}\n`);
    const ratios = await laneRatios(meter, formShapes, operators(form), operators('plain'));
    const what = `lane of form ${form} over one of operators (plain)`;
    write(
      name,
      entriesOf(
        `lane.${form}`,
        what,
        ratios,
        source,
        'seven lanes (1 to 8 terms, signed and unsigned operands of 8 bits, weights of 4, activations of 16)',
      ),
    );
  }
}

/** Lanes whose weights are narrow. */
async function narrow({ name, meter, source }: Bench): Promise<void> {
  process.stderr.write(`${name}: narrow weights\n`);
  const lanes = 'five lanes (1 to 8 terms, signed and unsigned operands of 8 bits)';
  const over = 'over one of operators with weights of 8 bits';
  const few =
    'weights of 4 bits normal with a deviation of 3 (low end: 1), as the scale of the least squared error leaves them';
  const four = `lane of operators with weights of 4 bits ${over} (${few})`;
  write(name, entriesOf('lane.weights4', four, await weights4Ratios(meter), source, lanes));
  const ternary = `lane with weights of -1, 0 and 1 (40 % zeros) ${over}`;
  write(name, entriesOf('lane.ternary', ternary, await ternaryRatios(meter), source, lanes));
}

const four = 'four lanes (1 and 4 terms, signed and unsigned operands of 8 bits)';

/** Lanes whose registers or multipliers rest beside those of the same form without. */
async function rests({ name, bench, meter, source }: Bench): Promise<void> {
  const how =
    bench.gate === null ? 'multiplexers, as the library has no clock gates' : `clock gates (${bench.gate.cell})`;
  for (const form of multiplierForms) {
    process.stderr.write(`${name}: ${form}, gated and isolated\n`);
    const gated = await laneRatios(meter, restShapes, { ...operators(form), clockGating: true }, operators(form));
    const over = `lane of form ${form} with clock gating (enables by ${how}) over one without`;
    write(name, entriesOf(`lane.${form}.gated`, over, gated, source, four));
    const isolated = await laneRatios(
      meter,
      restShapes,
      { ...operators(form), operandIsolation: true },
      operators(form),
    );
    const behind = `lane of form ${form} with operand isolation over one without`;
    write(name, entriesOf(`lane.${form}.isolated`, behind, isolated, source, four));
  }
}

async function clockGates({ name, bench, source }: Bench): Promise<void> {
  const measured = await Promise.all(restShapes.slice(0, 2).map((lane) => clockGateFigures(bench, lane)));
  const found = measured.filter((figures) => figures !== null);
  const none =
    'the library has no integrated clock gate: an enable is a multiplexer in front of a flip-flop that is clocked always';
  const exact = (value: number): Spread => ({ value, low: value, high: value });
  const [closed, open] = [
    Math.min(...found.map((figures) => figures.closed)),
    Math.max(...found.map((figures) => figures.open)),
  ];
  const energy = found.length === 0 ? exact(0) : { value: (closed + open) / 2, low: closed, high: open };
  const area = exact(found[0]?.area ?? 0);
  const cell = bench.gate?.cell ?? '';
  write(name, {
    'clock.gate.energy': entryOf(
      energy,
      source,
      found.length === 0
        ? none
        : `one clock gate (${cell}) per clock over register.clock; low end while it holds the clock back, high end while it lets it through; in lanes of form split, Yosys 0.55`,
    ),
    'clock.treePins.gate': entryOf(
      exact(found[0]?.tree ?? 0),
      source,
      found.length === 0
        ? none
        : `what the estimated tree draws for one clock gate (${cell}) over what it draws for a flip-flop: their clock pins beside each other`,
    ),
    'clock.gate.rest': entryOf(
      exact(found.length === 0 ? 1 : 0),
      source,
      found.length === 0
        ? `share of the clock of a flip-flop that is left while its enable is 0; ${none}`
        : `share of the clock of a flip-flop that is left behind a closed clock gate (${cell}): its clock pin does not move`,
    ),
    'clock.gate.area': {
      ...entryOf(
        { ...area, high: area.value / 0.6 },
        source,
        found.length === 0 ? none : `cell area of ${cell}; the upper end allows for placement at 60 % utilisation`,
      ),
      unit: 'um2/block',
    },
  });
}

for (const bench of benches) await forms(bench);
for (const bench of benches) await narrow(bench);
for (const bench of benches) await clockGates(bench);
for (const bench of benches) await rests(bench);
await yosys.close();
