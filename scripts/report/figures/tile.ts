import type { Json } from '../figure.ts';

/** A rectangle with text in it, in the units of the axes; `marks.ts` draws it. */
export interface Tile {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly fill: string;
  /** Opacity of the fill, 0 to 1. */
  readonly strength: number;
  /** As many as fit are shown, from the first. */
  readonly lines: readonly string[];
  readonly bold?: boolean;
  /** Only an outline, named by the first line at its top. */
  readonly frame?: boolean;
}

/** The point of a scatter chart that carries a tile. */
export function tilePoint(tile: Tile, tip: readonly string[]): { [key: string]: Json } {
  const { left, right, top, bottom } = tile;
  return { x: (left + right) / 2, y: (top + bottom) / 2, tile: tile as unknown as Json, tip };
}

/** What Chart.js needs to know of a set of tiles: no marks of its own. */
export const tileSet = { pointRadius: 0, pointHitRadius: 0, pointHoverRadius: 0, borderWidth: 0 } as const;

export const tileInteraction = { mode: 'tile', intersect: true } as const;
