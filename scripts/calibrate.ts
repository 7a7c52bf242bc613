/**
 * Fits the energies of tier T1 to gate level: `npm run calibrate -- --liberty FOLDER [--technology NAME]... [--cell NAME]... [--designs]
 * [--tool native] [--fresh]`. `--designs` fits the modules of whole designs in place of elements.
 * Writes specs/tech/t1/NAME.json after every cell, leaves cells alone that are there already (unless `--fresh`), and
 * prints how far off fit and held-out data are. `npm run format` puts the files into the shape of the project.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { clockGateOf } from '../sim/cost/gate/liberty/clock-gates.ts';
import { Fault } from '../specs/fault.ts';
import { checkToggleEnergies, type ToggleCell, type ToggleEnergies } from '../specs/toggle-energy.ts';
import { cacheFolder } from './cache-folder.ts';
import { designCells, fitDesignCells } from './calibrate/designs.ts';
import { elementCell, elementNames } from './calibrate/element-cell.ts';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { readLibertyFiles } from './gate/liberty-files.ts';
import { cellTechnologies } from './gate/technologies.ts';
import { projectRoot } from './project.ts';
import { table } from './table.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { cachedRunner } from './tools/cached-runner.ts';
import type { JobRunner } from './tools/job.ts';
import { openYosys, type ToolKind } from './tools/yosys/open.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function read(file: string, technology: string, tool: string): ToggleEnergies {
  if (!existsSync(file)) return { technology, tool, cells: {} };
  return checkToggleEnergies(JSON.parse(readFileSync(file, 'utf8')), file);
}

function write(file: string, energies: ToggleEnergies): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const cells = Object.fromEntries(Object.entries(energies.cells).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...energies, cells }, null, 2)}\n`);
}

interface Request {
  readonly folder: string;
  readonly technologies: readonly string[];
  readonly cells: readonly string[];
  readonly designs: boolean;
  readonly tool: ToolKind;
  readonly fresh: boolean;
}

function requested(terminal: Terminal): Request {
  const { values } = parseArgs({
    options: {
      liberty: { type: 'string' },
      technology: { type: 'string', multiple: true, default: cellTechnologies.map(({ name }) => name) },
      cell: { type: 'string', multiple: true, default: elementNames() },
      designs: { type: 'boolean', default: false },
      tool: { type: 'string', default: 'package' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const folder = values.liberty ?? terminal.environment.JOULESMITH_LIBERTY;
  if (folder !== undefined)
    return {
      folder: path.resolve(terminal.folder, folder),
      technologies: values.technology,
      cells: values.designs ? [] : values.cell,
      designs: values.designs,
      tool: values.tool === 'native' ? 'native' : 'package',
      fresh: values.fresh,
    };
  throw new Fault({
    code: 'LIBERTY_MISSING',
    place: '--liberty',
    cause: 'no folder of cell libraries was given, and tier T1 is fitted to gates from them',
    wayOut:
      'give --liberty FOLDER, with a folder of packed Liberty files for each technology, or set JOULESMITH_LIBERTY',
  });
}

async function calibrate(request: Request, yosys: JobRunner, terminal: Terminal): Promise<ToggleEnergies[]> {
  const done: ToggleEnergies[] = [];
  for (const { name, files } of cellTechnologies) {
    if (!request.technologies.includes(name)) continue;
    const file = path.join(projectRoot, 'specs', 'tech', 't1', `${name}.json`);
    let energies = read(file, name, yosys.tool);
    const libraries = readLibertyFiles(files.map((one) => path.join(request.folder, name, `${one}.gz`)));
    for (const cell of request.cells) {
      if (!request.fresh && Object.hasOwn(energies.cells, cell)) continue;
      terminal.err(`${name}: ${cell}\n`);
      const fitted = await elementCell(cell, { technology: name, libraries, yosys });
      energies = { technology: name, tool: yosys.tool, cells: { ...energies.cells, [cell]: fitted } };
      write(file, energies);
    }
    const all = designCells(clockGateOf(libraries) !== null);
    const missing = all.filter((cell) => request.fresh || !Object.hasOwn(energies.cells, cell));
    for await (const cells of fitDesignCells(
      { technology: name, libraries, yosys },
      request.designs ? missing : [],
      terminal,
    )) {
      energies = { ...energies, cells: { ...energies.cells, ...cells } };
      write(file, energies);
    }
    done.push(energies);
  }
  return done;
}

function errorTable(all: readonly ToggleEnergies[]): string {
  const worstKind = ({ heldOut }: ToggleCell): string =>
    Object.entries(heldOut.kinds).reduce((a, b) => (Math.abs(b[1]) > Math.abs(a[1]) ? b : a))[0];
  const right = (title: string) => ({ title, align: 'right' as const });
  return table(
    [
      { title: 'technology' },
      { title: 'cell' },
      right('fit: worst'),
      right('rms'),
      right('held out: worst'),
      right('rms'),
      { title: 'worst kind' },
      right('constant energy: worst'),
    ],
    all.flatMap(({ technology, cells }) =>
      Object.entries(cells).map(([name, cell]) => [
        technology,
        name,
        percent(cell.fit.worst),
        percent(cell.fit.rms),
        percent(cell.heldOut.worst),
        percent(cell.heldOut.rms),
        worstKind(cell),
        percent(cell.heldOut.constant),
      ]),
    ),
  );
}

const terminal = processTerminal();
try {
  const request = requested(terminal);
  const yosys = await openYosys(request.tool, terminal.environment);
  try {
    terminal.out(
      errorTable(await calibrate(request, cachedRunner(yosys, cacheFolder(terminal.environment)), terminal)),
    );
  } finally {
    await yosys.close();
  }
  process.exitCode = exitCodes.equal;
} catch (error) {
  process.exitCode = reportFailure(error, false, terminal);
}
