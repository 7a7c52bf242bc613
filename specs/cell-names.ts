import { technologyNames, technologyOf } from './technologies.ts';
import type { Technology } from './technology.ts';

const expressionOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((text) => text.replaceAll(/[^A-Za-z0-9_]/g, '\\$&'))
      .join('.*')}$`,
  );

/** Whether a cell is called as those of the technology are. */
export function hasCellName({ cells }: Pick<Technology, 'cells'>, cell: string): boolean {
  return cells.names.some((pattern) => expressionOf(pattern).test(cell));
}

/** The technology whose cells are called so; null where none of ours has such. */
export function technologyOfCell(cell: string): string | null {
  return technologyNames.find((name) => hasCellName(technologyOf(name), cell)) ?? null;
}
