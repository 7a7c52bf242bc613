/**
 * Measures at gate level what data draw in memories of flip-flops, on the data of known designs, fits the law of their accesses, and writes it into
 * specs/tech/NAME.json: `npm run fit:memories -- --liberty FOLDER [--technology NAME]... [--tool native]`. Entries `memory.flipFlops.WHAT` and `memory.flipFlops.gated.WHAT`. Clock gates need the
 * Yosys that comes with joulesmith. With `--check` nothing is written: designs that the fit has not seen are held against the entries.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasClockGates } from '../../sim/cost/clock-gates.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { type Dimension, type Entry, entry, type Technology } from '../../specs/technology.ts';
import { cacheFolder } from '../cache-folder.ts';
import { readTechnology } from '../gate/libraries.ts';
import { cellTechnologies } from '../gate/technologies.ts';
import { projectRoot } from '../project.ts';
import { table } from '../table.ts';
import { processTerminal } from '../terminal.ts';
import { cachedRunner } from '../tools/cached-runner.ts';
import { openYosys } from '../tools/yosys/open.ts';
import { type MemoryBench, type MemoryFigures, memoryFigures } from './memory-figures.ts';
import { fitMemoryLaw, lawEnergy, type MemoryLaw, type Reach, reachOf, spreadOf } from './memory-law.ts';
import { withEntries } from './technology-text.ts';

const { values } = parseArgs({
  options: {
    liberty: { type: 'string', default: process.env.JOULESMITH_LIBERTY ?? 'liberty' },
    technology: { type: 'string', multiple: true, default: cellTechnologies.map(({ name }) => name) },
    tool: { type: 'string', default: 'package' },
    check: { type: 'boolean', default: false },
  },
});

const terminal = processTerminal();

/** Shallow and deep, narrow and wide memories of six kinds. */
const fitted = [
  ...['hello-world-stream-8', 'digits-stream-16', 'vibration-stream-8'],
  ...['textures-stream-32', 'kws-stream-64', 'ad-stream-64'],
];
const heldOut = ['vww-stream-64', 'ic-stream-64', 'digits-stream-64'];

const rounded = (value: number): number => Number(value.toPrecision(4));

/** A law's number with the band that holds every memory of the fit. */
function lawEntry(value: number, reach: Reach, unit: Entry['unit'], source: string, conditions: string): Entry {
  const ends = { low: value * Math.min(1, reach.low), high: value * Math.max(1, reach.high) };
  return {
    ...{ value: rounded(value * 1e15), low: rounded(ends.low * 1e15), high: rounded(ends.high * 1e15) },
    ...{ unit, class: 'library', source, conditions },
  };
}

async function gather(names: readonly string[], bench: MemoryBench): Promise<MemoryFigures[]> {
  const found: MemoryFigures[] = [];
  for (const name of names) {
    terminal.err(`${bench.technology.name}${bench.clockGating ? ', clock gates' : ''}: ${name}\n`);
    found.push(...(await memoryFigures(name, bench, terminal)));
  }
  return found;
}

/** Estimated wires over cells: the memories' spread, at the ends of what a wire is taken to be. */
function wiresOf(memories: readonly MemoryFigures[], technology: Technology): Reach {
  const { value, low, high } = spreadOf(memories.map((memory) => memory.wires / memory.cells));
  const parts = [entry(technology, 'wires.pitches', 'ratio'), entry(technology, 'wires.capacitance', 'F/m')];
  const end = (of: 'low' | 'high'): number => parts.reduce((product, part) => (product * part[of]) / part.value, 1);
  return { value, low: low * end('low'), high: high * end('high') };
}

/** What entries of such memories begin with. */
const prefixOf = ({ clockGating }: MemoryBench): string =>
  clockGating ? 'memory.flipFlops.gated' : 'memory.flipFlops';

function entriesOf(law: MemoryLaw, memories: readonly MemoryFigures[], bench: MemoryBench): Record<string, Entry> {
  const { technology, clockGating, yosys } = bench;
  const { source } = technology.entries['register.clock']!;
  const prefix = prefixOf(bench);
  const how = clockGating ? 'each word behind a clock gate' : 'each bit behind a multiplexer that holds it';
  const where = `a memory of flip-flops, ${how}`;
  const sizes = memories.map(({ words }) => words);
  const range = `${Math.min(...sizes)} to ${Math.max(...sizes)} words`;
  const of = `${memories.length} memories (${range}) of ${fitted.join(', ')}; ${yosys.tool}`;
  const measured = `gates with glitches on the data of the designs, without their clock and without wires; least relative errors over ${of}; band: what each draws over the law`;
  const reach = reachOf(law, memories);
  const energy = (value: number, unit: Entry['unit'], what: string) =>
    lawEntry(value, reach, unit, source, `${what} ${where}; ${measured}`);
  const spread = ({ value, low, high }: Reach, unit: Entry['unit'], conditions: string): Entry => ({
    ...{ value: rounded(value), low: rounded(low), high: rounded(high), unit },
    ...{ class: 'library', source, conditions },
  });
  const area = spreadOf(memories.map((memory) => memory.area));
  return {
    [`${prefix}.read`]: energy(law.read, 'fJ/(bit*word)', 'a bit of another word than before read, for each word of'),
    [`${prefix}.write`]: energy(law.write, 'fJ/bit', 'a bit written into'),
    [`${prefix}.writeBus`]: energy(law.writeBus, 'fJ/(bit*word)', 'a bit written, for each word of'),
    [`${prefix}.wires`]: spread(
      wiresOf(memories, technology),
      'ratio',
      `what estimated wires of ${where}, draw over its cells; geometric mean of ${of}; band: their spread and that of the estimate (wires.pitches x wires.capacitance)`,
    ),
    [`${prefix}.area`]: spread(
      { ...area, high: area.high / 0.6 },
      'um2/bit',
      `cell area per bit of ${where}, without what holds the word read${clockGating ? ' and without the gates' : ''}; geometric mean of ${of}; the upper end allows for placement at 60 % utilisation`,
    ),
  };
}

/** In a technology without clock gates words behind an enable are what they are without. */
function withoutGates(entries: Readonly<Record<string, Entry>>): Record<string, Entry> {
  const none = 'the library has no clock gates: words of designs that ask for such are as all others';
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name.replace('flipFlops.', 'flipFlops.gated.'),
      { ...entry, conditions: `${entry.conditions}; ${none}` },
    ]),
  );
}

/** The law as the technology has it. */
function storedLaw(bench: MemoryBench): MemoryLaw {
  const of = (what: string, dimension: Dimension): number =>
    entry(bench.technology, `${prefixOf(bench)}.${what}`, dimension).value;
  return { read: of('read', 'J/(bit*word)'), write: of('write', 'J/bit'), writeBus: of('writeBus', 'J/(bit*word)') };
}

const columns = ['memory', 'words x bits', 'fJ/clock', 'over the law'].map((title, at) => ({
  title,
  align: at > 1 ? ('right' as const) : ('left' as const),
}));

function tell({ technology, clockGating }: MemoryBench, law: MemoryLaw, memories: readonly MemoryFigures[]): void {
  const rows = memories.map((memory) => [
    `${memory.design} ${memory.name}`,
    `${memory.words} x ${memory.wordBits}`,
    (memory.cells * memory.wordBits * 1e15).toPrecision(3),
    (memory.cells / lawEnergy(law, memory)).toFixed(2),
  ]);
  const { value, low, high } = reachOf(law, memories);
  const all = (energy: (memory: MemoryFigures) => number): number =>
    memories.reduce((sum, memory) => sum + energy(memory) * memory.wordBits, 0);
  const together = all(({ cells }) => cells) / all((memory) => lawEnergy(law, memory));
  terminal.out(`${technology.name}${clockGating ? ', clock gates' : ''}\n`);
  terminal.out(`${table(columns, rows)}\n`);
  const ends = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  terminal.out(`over the law: ${value.toFixed(2)} (${ends}), all together ${together.toFixed(2)}\n\n`);
}

const unknown = values.technology.filter((name) => !cellTechnologies.some((cells) => cells.name === name));
if (unknown.length > 0)
  throw new Error(`--technology ${unknown.join(', ')}: give ${cellTechnologies.map(({ name }) => name).join(', ')}`);
if (values.tool !== 'native' && values.tool !== 'package')
  throw new Error(`--tool ${values.tool}: give native or package`);

const own = cachedRunner(await openYosys(values.tool, process.env), cacheFolder(process.env));
const gating =
  values.tool === 'native' ? cachedRunner(await openYosys('package', process.env), cacheFolder(process.env)) : own;
try {
  for (const cells of cellTechnologies.filter(({ name }) => values.technology.includes(name))) {
    const libraries = readTechnology(values.liberty, cells);
    const technology = technologyOf(cells.name);
    const gates = hasClockGates(technology);
    for (const clockGating of gates ? [false, true] : [false]) {
      const bench = { technology, libraries, yosys: clockGating ? gating : own, clockGating };
      const memories = await gather(values.check ? heldOut : fitted, bench);
      if (values.check) {
        tell(bench, storedLaw(bench), memories);
        continue;
      }
      const law = fitMemoryLaw(memories);
      tell(bench, law, memories);
      const entries = entriesOf(law, memories, bench);
      const file = path.join(projectRoot, 'specs', 'tech', `${cells.name}.json`);
      writeFileSync(
        file,
        withEntries(readFileSync(file, 'utf8'), { ...entries, ...(gates ? {} : withoutGates(entries)) }),
      );
    }
  }
} finally {
  await Promise.all([...new Set([own, gating])].map((runner) => runner.close()));
}
