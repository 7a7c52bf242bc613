import { assignLanes, type Lanes, type Node } from './lanes.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Route {
  readonly from: number;
  readonly to: number;
  /** Corners of a line of horizontal and vertical pieces, from below its start to above its end. */
  readonly points: readonly (readonly [number, number])[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** By node. */
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
}

export const boxWidth = 204;
export const boxHeight = 56;
const passWidth = 26;
const laneGap = 18;
const gutter = 40;
const margin = 26;
const rowGap = 24;
const trackGap = 8;
const fewestRows = 7;

/** Ranks that stand below each other. */
interface Column {
  readonly first: number;
  readonly last: number;
}

/** Whether the drawing may go on in another column after a rank: a single edge leads on, and it starts there. */
function cuts({ rank, passing }: Lanes, nodes: readonly Node[]): boolean[] {
  const reads = nodes.map(() => false);
  for (const { inputs } of nodes) for (const from of inputs) reads[from] = true;
  const going = passing.map(({ size }) => size);
  for (const [at, row] of rank.entries()) if (reads[at]) going[row]! += 1;
  return going.map((count, row) => count === 1 && passing[row]!.size === 0);
}

function columnsOf(cut: readonly boolean[], rows: number): Column[] {
  const columns: Column[] = [];
  let first = 0;
  let lastCut = -1;
  for (let row = 0; row < cut.length; row += 1) {
    if (row - first >= rows && lastCut >= first) {
      columns.push({ first, last: lastCut });
      first = lastCut + 1;
    }
    if (cut[row]) lastCut = row;
  }
  if (cut.length > 0) columns.push({ first, last: cut.length - 1 });
  return columns;
}

/** Centre of every lane of a column, measured from its left side. */
function laneCentres({ rank, lane, passing }: Lanes, { first, last }: Column): { centres: number[]; width: number } {
  const widths: number[] = [];
  const widen = (at: number, width: number) => {
    while (widths.length <= at) widths.push(passWidth);
    widths[at] = Math.max(widths[at]!, width);
  };
  for (const [at, row] of rank.entries()) if (row >= first && row <= last) widen(lane[at]!, boxWidth);
  for (const through of passing.slice(first, last + 1)) for (const at of through.values()) widen(at, passWidth);
  let x = 0;
  const centres = widths.map((width) => {
    const centre = x + width / 2;
    x += width + laneGap;
    return centre;
  });
  return { centres, width: x - laneGap };
}

/** The fewest rows per column with which all columns stand side by side in `wide`. */
function chooseColumns(lanes: Lanes, cut: readonly boolean[], wide: number): Column[] {
  for (let rows = fewestRows; ; rows = Math.ceil(rows * 1.15)) {
    const columns = columnsOf(cut, rows);
    const widths = columns.map((column) => laneCentres(lanes, column).width);
    const width = widths.reduce((sum, one) => sum + one, 0) + gutter * (columns.length - 1) + 2 * margin;
    if (width <= wide || rows >= cut.length) return columns;
  }
}

/**
 * Boxes in rows by their longest way from an input, edges of horizontal and vertical lines between them. A long network goes on in
 * a column of its own, wherever a single edge leads on, so that the drawing is about `wide` wide.
 */
export function layOut(nodes: readonly Node[], wide: number): Layout {
  const lanes = assignLanes(nodes);
  const { rank, lane, passing } = lanes;
  const columns = chooseColumns(lanes, cuts(lanes, nodes), wide);
  const columnOf = (row: number) => columns.findIndex(({ last }) => row <= last);
  const columnOfRow = passing.map((_, row) => columnOf(row));

  const lefts: number[] = [];
  const centres: number[][] = [];
  let x = margin;
  for (const column of columns) {
    const sized = laneCentres(lanes, column);
    lefts.push(x);
    centres.push(sized.centres);
    x += sized.width + gutter;
  }
  const xOf = (row: number, at: number) => lefts[columnOfRow[row]!]! + centres[columnOfRow[row]!]![at]!;

  /** In the gap above each row: the edges (by start) that change their lane there, one track each. */
  const tracks = passing.map(() => new Map<number, number>());
  const laneBefore = (from: number, row: number) => (rank[from] === row ? lane[from]! : passing[row]!.get(from)!);
  const entries = entryOffsets(nodes, lanes, laneBefore);
  const note = (row: number, from: number) => {
    const map = tracks[row]!;
    if (!map.has(from)) map.set(from, map.size);
  };
  for (const [to, { inputs }] of nodes.entries()) {
    for (const from of new Set(inputs)) {
      for (let row = rank[from]! + 1; row <= rank[to]!; row += 1) {
        const now = row === rank[to] ? lane[to]! : passing[row]!.get(from)!;
        const moved = now !== laneBefore(from, row - 1) || (row === rank[to] && entries[to]!.get(from) !== 0);
        if (moved) note(row, from);
      }
    }
  }

  const tops: number[] = [];
  let height = 0;
  for (const { first, last } of columns) {
    let y = margin;
    for (let row = first; row <= last; row += 1) {
      if (row > first) y += rowGap + trackGap * Math.max(0, tracks[row]!.size - 1);
      tops.push(y);
      y += boxHeight;
    }
    height = Math.max(height, y + margin);
  }

  const boxes = nodes.map((_, at): Box => {
    const row = rank[at]!;
    return { x: xOf(row, lane[at]!) - boxWidth / 2, y: tops[row]!, width: boxWidth, height: boxHeight };
  });
  const routes = nodes.flatMap(({ inputs }, to) =>
    [...new Set(inputs)].map((from): Route => {
      let here = xOf(rank[from]!, lane[from]!);
      const points: [number, number][] = [[here, tops[rank[from]!]! + boxHeight]];
      for (let row = rank[from]! + 1; row <= rank[to]!; row += 1) {
        const end = row === rank[to];
        const there = xOf(row, end ? lane[to]! : passing[row]!.get(from)!) + (end ? entries[to]!.get(from)! : 0);
        const below = tops[row - 1]! + boxHeight;
        if (columnOfRow[row] !== columnOfRow[row - 1]) {
          const between = lefts[columnOfRow[row]!]! - gutter / 2;
          const [down, up] = [below + margin / 2, tops[row]! - margin / 2];
          points.push([here, down], [between, down], [between, up], [there, up]);
        } else if (there !== here) {
          const track = tracks[row]!.get(from)!;
          const y = below + ((track + 1) * (tops[row]! - below)) / (tracks[row]!.size + 1);
          points.push([here, y], [there, y]);
        }
        here = there;
      }
      points.push([here, tops[rank[to]!]!]);
      return { from, to, points };
    }),
  );
  return { width: Math.max(0, x - gutter + margin), height, boxes, routes };
}

/** Edges that come from the side end beside the middle of a box, so that each can be followed. */
function entryOffsets(
  nodes: readonly Node[],
  { rank, lane }: Lanes,
  laneBefore: (from: number, row: number) => number,
): Map<number, number>[] {
  const step = 16;
  return nodes.map(({ inputs }, to) => {
    const offsets = new Map<number, number>();
    const sides = { left: 0, right: 0 };
    const distinct = [...new Set(inputs)];
    const distance = (from: number) => laneBefore(from, rank[to]! - 1) - lane[to]!;
    for (const from of distinct.sort((a, b) => Math.abs(distance(a)) - Math.abs(distance(b)))) {
      const away = distance(from);
      if (distinct.length === 1 || away === 0) {
        offsets.set(from, 0);
        continue;
      }
      const side = away < 0 ? 'left' : 'right';
      sides[side] += 1;
      offsets.set(from, Math.sign(away) * step * Math.min(5, sides[side]));
    }
    return offsets;
  });
}
