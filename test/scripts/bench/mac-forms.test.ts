import { afterAll, expect } from 'vitest';
import { formForGates } from '../../../hdl-gen/library/arithmetic/lane-style.ts';
import { macForms, type Picojoules, publishedPlain } from '../../../scripts/bench/mac-figures.ts';
import { realisticStream, uniformStream } from '../../../scripts/bench/mac-streams.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { cellTechnologies, cellTechnology, needLiberty } from '../../support/liberty.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const yosys = packagedYosys();
afterAll(() => yosys.close());
const clocks = exhaustive ? 2000 : 800;
const streams = { random: uniformStream(clocks), realistic: realisticStream(clocks) };
const distance = (value: number, from: number): number => Math.abs(value / from - 1);

for (const technology of exhaustive ? cellTechnologies : [cellTechnology('gt2n')]) {
  needLiberty(
    `${technology.name}: the plain element within 10 % of what was published; what gates get is 35 % smaller and draws 20 % less`,
    technology.files.map((file) => `${technology.name}/${file}`),
    async (folder) => {
      const rows = await macForms({ folder, technology, yosys, streams }, []);
      const of = (name: string) => rows.find((row) => row.name === name)!.figures;
      const [hand, published] = [of('by hand'), publishedPlain[technology.name]!];
      expect(distance(hand.area, published.area)).toBeLessThan(0.1);
      for (const profile of ['random', 'realistic'] as const) {
        for (const [at, picojoules] of hand[profile].entries()) {
          const away = distance(picojoules, published[profile][at]!);
          expect({ profile, at, within: away < 0.1 || away }).toEqual({ profile, at, within: true });
        }
      }
      const event = ([, joules]: Picojoules) => joules;
      const better = of(`lane ${formForGates}`);
      expect(better.area).toBeLessThan(0.65 * hand.area);
      expect(event(better.realistic)).toBeLessThan(0.8 * event(hand.realistic));
      // And the lane that gates get draws less than the one that an FPGA gets.
      expect(event(better.realistic)).toBeLessThan(event(of('lane plain').realistic));
    },
    600,
  );
}
