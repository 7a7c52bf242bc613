/** A rectangle; its lines lie on the same axes as those of the box it was cut from. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The worst ratio of sides in a row of these areas along a side of this length. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((total, part) => total + part, 0);
  const [least, most] = [Math.min(...row), Math.max(...row)];
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}

/**
 * Cuts a box into rectangles whose areas have the ratios of the values, as square as a greedy choice makes them: rows along the shorter
 * side, each taken as long as its worst rectangle gets no thinner (Bruls, Huizing and van Wijk, Squarified Treemaps, 2000).
 * Values of 0 get a rectangle without area.
 *
 * @returns one rectangle per value, in their order; the method itself lays out the largest first.
 */
export function squarify(values: readonly number[], box: Rectangle): Rectangle[] {
  const found: Rectangle[] = values.map(() => ({ left: box.left, top: box.top, width: 0, height: 0 }));
  const order = values.map((_, at) => at).filter((at) => values[at]! > 0);
  order.sort((a, b) => values[b]! - values[a]! || a - b);
  const sum = order.reduce((total, at) => total + values[at]!, 0);
  const scale = (box.width * box.height) / sum;
  let { left, top, width, height } = box;
  for (let begin = 0; begin < order.length; ) {
    const side = Math.min(width, height);
    const row = [values[order[begin]!]! * scale];
    let end = begin + 1;
    for (; end < order.length; end += 1) {
      const next = values[order[end]!]! * scale;
      if (worst([...row, next], side) > worst(row, side)) break;
      row.push(next);
    }
    const thick = row.reduce((total, part) => total + part, 0) / side;
    let along = 0;
    row.forEach((area, at) => {
      const long = area / thick;
      found[order[begin + at]!] =
        width < height
          ? { left: left + along, top, width: long, height: thick }
          : { left, top: top + along, width: thick, height: long };
      along += long;
    });
    if (width < height) [top, height] = [top + thick, height - thick];
    else [left, width] = [left + thick, width - thick];
    begin = end;
  }
  return found;
}
