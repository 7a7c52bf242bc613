/** Prints area, clock and energy of every form in every open library: `npm run bench:mac -- [FOLDER OF LIBRARIES]`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cellTechnologies } from '../gate/technologies.ts';
import { dataFolder } from '../project.ts';
import { table } from '../table.ts';
import { packagedYosys } from '../tools/yosys/open.ts';
import { type MacRow, macForms, type Picojoules, publishedPlain } from './mac-figures.ts';
import { realisticStream, uniformStream } from './mac-streams.ts';

const clocks = 2000;
const streams = { random: uniformStream(clocks), realistic: realisticStream(clocks) };
const data = dataFolder(process.env);
const folder = process.argv[2] ?? process.env.JOULESMITH_LIBERTY ?? join(data ?? '.', '..', 'liberty');
const words = (picojoules: Picojoules): string => picojoules.map((value) => value.toPrecision(3)).join(' / ');
const cells = (name: string, { area, random, realistic }: MacRow['figures'], clock: string): string[] => [
  name,
  area.toPrecision(4),
  clock,
  words(random),
  words(realistic),
];

const yosys = packagedYosys();
for (const technology of cellTechnologies) {
  if (!existsSync(join(folder, technology.name))) {
    process.stderr.write(`${technology.name}: not in ${folder}, left out\n`);
    continue;
  }
  const rows = await macForms({ folder, technology, yosys, streams });
  const right = 'right' as const;
  const columns = [
    { title: technology.name },
    { title: 'µm²', align: right },
    { title: 'MHz', align: right },
    { title: 'random [pJ]', align: right },
    { title: 'realistic [pJ]', align: right },
  ];
  const known = publishedPlain[technology.name];
  const published = known === undefined ? [] : [cells('by hand, published', known, '')];
  const own = rows.map(({ name, figures, megahertz }) => cells(name, figures, megahertz.toFixed(0)));
  process.stdout.write(`${table(columns, [...published, ...own])}\n`);
}
await yosys.close();
