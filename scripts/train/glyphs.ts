/** How people write the ten digits: pen strokes in a box of width 1 and height 1, x to the right, y down. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A stroke is a smooth curve through its points; two equal points in a row make a corner. */
export type Stroke = readonly Point[];

const stroke = (...numbers: readonly number[]): Stroke =>
  Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }));

const loop = (cx: number, cy: number, rx: number, ry: number): Stroke => {
  // Eight points of an ellipse, starting at the top, slightly overshooting the start as a pen does.
  const d = Math.SQRT1_2;
  const unit = [0, -1, -d, -d, -1, 0, -d, d, 0, 1, d, d, 1, 0, d, -d, 0, -1, -d * 0.4, -0.92];
  return Array.from({ length: unit.length / 2 }, (_, i) => ({
    x: cx + rx * unit[2 * i]!,
    y: cy + ry * unit[2 * i + 1]!,
  }));
};

/** Per digit, the ways of writing it that the drawings choose from with equal chance. */
export const glyphs: readonly (readonly (readonly Stroke[])[])[] = [
  [[loop(0.5, 0.5, 0.34, 0.5)], [loop(0.5, 0.5, 0.26, 0.5)]],
  [
    [stroke(0.5, 0, 0.5, 1)],
    [stroke(0.3, 0.22, 0.55, 0, 0.55, 0, 0.55, 1)],
    [stroke(0.3, 0.22, 0.52, 0, 0.52, 0, 0.52, 1), stroke(0.28, 1, 0.76, 1)],
  ],
  [
    [stroke(0.18, 0.24, 0.32, 0.04, 0.62, 0.02, 0.8, 0.22, 0.7, 0.46, 0.16, 1, 0.16, 1, 0.86, 1)],
    [stroke(0.2, 0.2, 0.45, 0, 0.78, 0.16, 0.7, 0.5, 0.34, 0.9, 0.2, 0.86, 0.32, 0.78, 0.6, 0.94, 0.88, 0.94)],
  ],
  [
    [stroke(0.2, 0.12, 0.5, 0, 0.78, 0.2, 0.42, 0.46, 0.42, 0.46, 0.82, 0.68, 0.66, 0.96, 0.4, 1, 0.16, 0.86)],
    [stroke(0.18, 0.02, 0.8, 0.02, 0.8, 0.02, 0.46, 0.4, 0.46, 0.4, 0.82, 0.66, 0.6, 0.98, 0.16, 0.9)],
  ],
  [
    [stroke(0.66, 1, 0.66, 0, 0.66, 0, 0.12, 0.68, 0.12, 0.68, 0.9, 0.68)],
    [stroke(0.24, 0, 0.18, 0.54, 0.18, 0.54, 0.84, 0.52), stroke(0.68, 0.1, 0.66, 1)],
  ],
  [
    [stroke(0.8, 0, 0.26, 0, 0.26, 0, 0.22, 0.42, 0.22, 0.42, 0.56, 0.36, 0.82, 0.62, 0.64, 0.94, 0.38, 1, 0.14, 0.88)],
    [
      stroke(0.28, 0.04, 0.24, 0.44, 0.24, 0.44, 0.66, 0.42, 0.8, 0.7, 0.56, 0.98, 0.16, 0.92),
      stroke(0.28, 0.02, 0.82, 0),
    ],
  ],
  [
    [stroke(0.7, 0.02, 0.36, 0.26, 0.2, 0.64, 0.32, 0.94, 0.62, 0.98, 0.8, 0.74, 0.62, 0.52, 0.36, 0.58, 0.22, 0.76)],
    [stroke(0.5, 0, 0.28, 0.4, 0.24, 0.8, 0.48, 1, 0.76, 0.8, 0.62, 0.56, 0.32, 0.66)],
  ],
  [
    [stroke(0.16, 0.02, 0.84, 0.02, 0.84, 0.02, 0.42, 1)],
    [stroke(0.16, 0.02, 0.82, 0, 0.82, 0, 0.46, 1), stroke(0.32, 0.5, 0.8, 0.48)],
    [stroke(0.16, 0.16, 0.18, 0.02, 0.18, 0.02, 0.84, 0.04, 0.84, 0.04, 0.5, 0.46, 0.42, 1)],
  ],
  [
    [stroke(0.76, 0.16, 0.5, 0, 0.24, 0.2, 0.48, 0.46, 0.8, 0.74, 0.5, 1, 0.2, 0.76, 0.5, 0.48, 0.76, 0.24, 0.7, 0.08)],
    [loop(0.5, 0.25, 0.25, 0.24), loop(0.5, 0.75, 0.31, 0.26)],
  ],
  [
    [stroke(0.78, 0.26, 0.56, 0.02, 0.26, 0.1, 0.24, 0.4, 0.54, 0.48, 0.78, 0.26, 0.78, 0.26, 0.74, 0.66, 0.6, 1)],
    [loop(0.48, 0.26, 0.27, 0.26), stroke(0.76, 0.2, 0.76, 1)],
    [stroke(0.76, 0.2, 0.5, 0, 0.22, 0.24, 0.44, 0.48, 0.76, 0.28, 0.78, 0.7, 0.56, 1, 0.24, 0.92)],
  ],
];
