import { glyphs, type Point, type Stroke } from './glyphs.ts';
import { type Random, seededRandom } from './random.ts';
import type { Labelled } from './task.ts';

/** Side of a drawing in pixels; drawings are square, one channel, row by row. */
export const drawingSide = 16;
const pixels = drawingSide * drawingSide;

/**
 * `count` drawings with their digits, each digit equally often in every run of ten. Pixels are bytes as a camera gives them: 0
 * paper, 255 ink. Deterministic for a seed; the sets of two seeds share no drawing except by chance.
 */
export function drawDigits(count: number, seed: number): Labelled {
  const random = seededRandom(seed);
  const all = new Uint8Array(count * pixels);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  for (let i = 0; i < count; i++) all.set(drawDigit(labels[i]!, random), i * pixels);
  return { count, bytes: all, labels };
}

/** One drawing: a way of writing the digit, an unsteady hand, a pen, a sloppily placed page and a poor camera. */
export function drawDigit(digit: number, random: Random): Uint8Array {
  const styles = glyphs[digit]!;
  const strokes = styles[random.below(styles.length)]!;
  const place = placement(random);
  const curves = strokes.map((points) => flatten(unsteady(points, random)).map(place));
  const radius = random.between(0.45, 1.05);
  const ink = random.between(0.55, 1);
  const paper = random.between(0, 0.2);
  const grain = random.between(0.02, 0.16);
  const out = new Uint8Array(pixels);
  for (let y = 0; y < drawingSide; y++) {
    for (let x = 0; x < drawingSide; x++) {
      const distance = nearest(curves, x + 0.5, y + 0.5);
      // A pixel's ink is how much of it the pen covers, to first order: a ramp one pixel wide around the edge of the line.
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const value = paper + (ink - paper) * cover + grain * random.normal();
      out[y * drawingSide + x] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return out;
}

/** From the unit box of a glyph to pixels: size, slant, rotation and shift of this drawing. */
function placement(random: Random): (p: Point) => Point {
  const height = random.between(9.5, 13);
  const width = height * random.between(0.6, 0.95);
  const slant = 0.14 * random.normal();
  const angle = 0.14 * random.normal();
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const centreX = drawingSide / 2 + random.between(-1.6, 1.6);
  const centreY = drawingSide / 2 + random.between(-1.6, 1.6);
  return ({ x, y }) => {
    const v = (y - 0.5) * height;
    const u = (x - 0.5) * width - slant * v;
    return { x: centreX + cos * u - sin * v, y: centreY + sin * u + cos * v };
  };
}

/** The points of a stroke, each moved a little; equal neighbours (corners) stay equal. */
function unsteady(points: Stroke, random: Random): Stroke {
  const moved: Point[] = [];
  for (const [i, p] of points.entries()) {
    const before = points[i - 1];
    const last = moved.at(-1);
    if (before && last && before.x === p.x && before.y === p.y) moved.push(last);
    else moved.push({ x: p.x + 0.045 * random.normal(), y: p.y + 0.035 * random.normal() });
  }
  return moved;
}

const stepsPerSpan = 5;

/** Catmull-Rom curve through the points as short straight pieces; a doubled point ends one curve and starts the next. */
function flatten(points: Stroke): Point[] {
  const out: Point[] = [points[0]!];
  for (let i = 0; i + 1 < points.length; i++) {
    const b = points[i]!;
    const c = points[i + 1]!;
    if (b === c) continue;
    const a = points[i - 1] ?? b;
    const d = points[i + 2] ?? c;
    for (let s = 1; s <= stepsPerSpan; s++) {
      const t = s / stepsPerSpan;
      out.push({ x: catmullRom(a.x, b.x, c.x, d.x, t), y: catmullRom(a.y, b.y, c.y, d.y, t) });
    }
  }
  return out;
}

function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Distance in pixels from a point to the nearest piece of any curve. */
function nearest(curves: readonly (readonly Point[])[], x: number, y: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (const curve of curves) {
    for (let i = 0; i + 1 < curve.length; i++) {
      const p = curve[i]!;
      const q = curve[i + 1]!;
      const dx = q.x - p.x;
      const dy = q.y - p.y;
      const length = dx * dx + dy * dy;
      const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - p.x) * dx + (y - p.y) * dy) / length));
      const ex = p.x + t * dx - x;
      const ey = p.y + t * dy - y;
      best = Math.min(best, ex * ex + ey * ey);
    }
  }
  return Math.sqrt(best);
}
