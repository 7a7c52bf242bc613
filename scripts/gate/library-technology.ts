import type { LibraryCell } from '../../sim/cost/gate/liberty/library.ts';
import { hasCellName, technologyOfCell } from '../../specs/cell-names.ts';
import { Fault } from '../../specs/fault.ts';
import { technologyOf } from '../../specs/technologies.ts';
import type { LoadedDesign } from '../design.ts';
import type { LibertyFile } from './liberty-files.ts';

/** What `--own-cells` says. */
export const ownCellsWords = "the libraries are of the design's technology, though their cells have other names";

/** Volts that two statements of one supply may lie apart: files round. */
const tolerance = 0.01;

function refuse(place: string, cause: string, wayOut: string): never {
  throw new Fault({ code: 'LIBERTY_TECHNOLOGY', place, cause, wayOut });
}

function checkSupply({ name, library }: LibertyFile, { request, technology, source }: LoadedDesign): void {
  if (Math.abs(library.voltage - technology.volts) <= tolerance) return;
  const own = technologyOf(request.technology);
  const wanted =
    request.voltage === undefined
      ? `${source} is in ${own.name}, at ${own.volts} V`
      : `${source} asks for ${technology.volts} V`;
  refuse(
    name,
    `is made for ${library.voltage} V, and ${wanted}`,
    `give libraries of that supply, or --voltage ${library.voltage}V for this one`,
  );
}

const isLogic = ({ pins }: LibraryCell): boolean => pins.some((pin) => pin.function !== null);

/**
 * Memories, bands and layout come from the technology, gates from the library: they must be of one kind and at one supply. Cells are known by
 * their names; logic under names that nobody knows is taken for that of the technology where `ownCells` says so, memory macros always.
 * Errors: `LIBERTY_TECHNOLOGY`.
 */
export function checkLibraryTechnology(files: readonly LibertyFile[], design: LoadedDesign, ownCells: boolean): void {
  const { request, source } = design;
  const own = technologyOf(request.technology);
  let unknown = false;
  for (const file of files) {
    const cells = [...file.library.cells.values()];
    for (const { name } of cells) {
      const other = hasCellName(own, name) ? null : technologyOfCell(name);
      if (other === null) continue;
      refuse(
        file.name,
        `has cells of ${other} (${name}), and the technology of ${source} is ${own.name}`,
        `give the libraries of ${own.name}, or say "technology": "${other}" in the design file`,
      );
    }
    const strange = cells.some(({ name }) => hasCellName(own, name)) ? undefined : cells.find(isLogic);
    if (strange !== undefined) {
      unknown = true;
      if (!ownCells) {
        refuse(
          file.name,
          `has no cell that is called like those of ${own.name} (${own.cells.names.join(', ')}) but cells like ${strange.name}`,
          `give the libraries of ${own.name}, or --own-cells if these are of that technology under other names`,
        );
      }
    }
    checkSupply(file, design);
  }
  if (!ownCells || unknown) return;
  throw new Fault({
    code: 'COMMAND_LINE',
    place: '--own-cells',
    cause: `says nothing of these libraries, whose cells are called like those of ${own.name}`,
    wayOut: 'leave it out',
  });
}

/** For counts of cells alone, which any library may give: whose cells they are, where not of the design's technology. */
export function otherTechnologyNotes(cells: Iterable<string>, { request, source }: LoadedDesign): string[] {
  const own = technologyOf(request.technology);
  for (const cell of cells) {
    const other = hasCellName(own, cell) ? null : technologyOfCell(cell);
    if (other === null) continue;
    return [
      `the cells are of ${other} (${cell}), and so are their area and clock; the technology of ${source} is ${own.name}`,
    ];
  }
  return [];
}
