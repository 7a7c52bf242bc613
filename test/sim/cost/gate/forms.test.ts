import { expect } from 'vitest';
import { type MultiplierForm, multiplierForms } from '../../../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { mapElement } from '../../../../scripts/gate/map-element.ts';
import { chooseForm } from '../../../../sim/cost/gate/choose-form.ts';
import {
  dynamicEnergy,
  type MeasureOptions,
  measureElement,
  type OperandStream,
} from '../../../../sim/cost/gate/measure-element.ts';
import type { GateNetlist } from '../../../../sim/cost/gate/netlist.ts';
import { readMappedNetlist } from '../../../../sim/cost/gate/read-netlist.ts';
import { layoutEstimate } from '../../../../sim/cost/gate/wire-model.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
import { plainElement } from '../../../support/gate-elements.ts';
import { type Operands, profiles } from '../../../support/gate-run.ts';
import { mapped } from '../../../support/gate-synthesis.ts';
import {
  type CellTechnology,
  cellTechnologies,
  cellTechnology,
  librariesOf,
  needLiberty,
} from '../../../support/liberty.ts';
import { seededRandom } from '../../../support/random.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const filesOf = ({ name, files }: CellTechnology) => files.map((file) => `${name}/${file}`);

const optionsOf = ({ name }: CellTechnology) => ({ layout: layoutEstimate(technologyOf(name)) });

/** Least energy with estimated wires and clock tree is what counts. */
const measuring = (stream: OperandStream, options: MeasureOptions) => (netlist: GateNetlist) => {
  const figures = measureElement(netlist, stream, options);
  return { ...figures, joules: dynamicEnergy(figures.layout) };
};

function streamOf(operands: Operands, clocks: number): OperandStream {
  const random = seededRandom(7);
  const pairs = Array.from({ length: clocks }, () => operands(random));
  return { a: Int16Array.from(pairs, ([a]) => a), b: Int16Array.from(pairs, ([, b]) => b) };
}

async function formsOf(folder: string, technology: CellTechnology, bits: number) {
  const libraries = librariesOf(folder, technology);
  const accumulatorBits = bits === 8 ? 32 : 3 * bits;
  const found: Partial<Record<MultiplierForm, GateNetlist>> = {};
  for (const form of multiplierForms) {
    const shape = { form, aBits: bits, bBits: bits, aSigned: true, accumulatorBits };
    found[form] = await mapElement({ folder, technology, libraries }, shape);
  }
  return found as Record<MultiplierForm, GateNetlist>;
}

/** `acc + a * b` as a person writes it, with the ports of the elements that are measured. */
const byHand = plainElement.replaceAll(/\bclr\b/g, 'clear').replaceAll(/\bacc\b/g, 'total');

needLiberty(
  'asap7, 3 x 3 bits: the netlist of every form gives every sum of every pair of operands',
  filesOf(cellTechnology('asap7')),
  async (folder) => {
    const technology = cellTechnology('asap7');
    // Every pair of operands, in four orders.
    const every = [1, 11, 29, 51].flatMap((step) => Array.from({ length: 64 }, (_, at) => (at * step) & 63));
    const stream = {
      a: Int16Array.from(every, (pair) => (pair >> 3) - 4),
      b: Int16Array.from(every, (pair) => (pair & 7) - 4),
    };
    const forms = await formsOf(folder, technology, 3);
    const { measured } = chooseForm(forms, measuring(stream, optionsOf(technology)));
    expect(measured.map(({ form }) => form).sort()).toEqual([...multiplierForms].sort());
    for (const { figures } of measured) {
      expect(figures.layout.total.total).toBeGreaterThan(figures.event.total.total);
      expect(figures.event.total.total).toBeGreaterThan(figures.zeroDelay.total.total);
    }
    const energies = measured.map(({ figures }) => dynamicEnergy(figures.layout));
    expect(energies).toEqual([...energies].sort((a, b) => a - b));

    // With a clock that only the fastest reaches there is one choice; beyond that there is none.
    const few = { a: stream.a.slice(0, 50), b: stream.b.slice(0, 50) };
    const fastest = measured.reduce((best, one) =>
      one.figures.minimumPeriod < best.figures.minimumPeriod ? one : best,
    );
    const at = (clockPeriod: number) => chooseForm(forms, measuring(few, optionsOf(technology)), clockPeriod).form;
    expect(at(fastest.figures.minimumPeriod)).toBe(fastest.form);
    expect(at(fastest.figures.minimumPeriod * 0.99)).toBeNull();
  },
  300,
);

needLiberty(
  'a netlist that computes something else is refused',
  filesOf(cellTechnology('asap7')),
  async (folder) => {
    const technology = cellTechnology('asap7');
    const document = await mapped(folder, technology, byHand.replace('ar * br', 'ar * br + 1'), 'element');
    const netlist = readMappedNetlist(document, librariesOf(folder, technology));
    expect(() => measureElement(netlist, streamOf(profiles.random, 50), optionsOf(technology))).toThrow(
      /its sum of 0 products is 1/,
    );
  },
  300,
);

for (const technology of exhaustive ? cellTechnologies : []) {
  needLiberty(
    `${technology.name}: the fused int8 element against the operators by hand, as measured`,
    filesOf(technology),
    async (folder) => {
      const forms = await formsOf(folder, technology, 8);
      const document = await mapped(folder, technology, byHand, 'element');
      const hand = readMappedNetlist(document, librariesOf(folder, technology));
      const realistic = streamOf(profiles.realistic, 1000);
      const choice = chooseForm({ hand, ...forms }, measuring(realistic, optionsOf(technology)));
      const of = (form: string) => choice.measured.find((found) => found.form === form)!.figures;
      // A tree for each product and one for the sum draw a little less in gt2n, one tree for all does in the others.
      expect(choice.form).toBe(technology.name === 'gt2n' ? 'split' : 'fused');
      expect(of('fused').area).toBeLessThan(0.65 * of('hand').area);
      expect(dynamicEnergy(of('fused').event)).toBeLessThan(0.8 * dynamicEnergy(of('hand').event));
      // Smaller, and yet it draws more.
      expect(of('booth').area).toBeLessThan(of('fused').area);
      expect(dynamicEnergy(of('booth').event)).toBeGreaterThan(dynamicEnergy(of('fused').event));
    },
    600,
  );
}
