import { type BitProgram, bitOp } from '../../../../sim/cost/toggle/bit-program.ts';

/** Delays as the plan has them, in halves of that of a simple gate. */
const gateDelays = [0, 2, 5, 4, 2, 4];

interface Wave {
  /** Ascending moments at which the node may change. */
  readonly moments: readonly number[];
  /** What it is before all of them, then at each. */
  readonly values: readonly number[];
}

function resultOf(op: number, x: number, y: number, z: number): number {
  if (op === bitOp.and) return x & y;
  if (op === bitOp.xor) return x ^ y;
  if (op === bitOp.majority) return x + y + z >= 2 ? 1 : 0;
  if (op === bitOp.andOr) return (x & y) | z;
  return x === 1 ? y : z;
}

/** What a wave is at a moment. */
const valueAt = ({ moments, values }: Wave, moment: number): number =>
  values[moments.filter((own) => own <= moment).length]!;

/**
 * Transitions of every node from one clock to the next, bit for bit and gate for gate, as plainly as it can be said: what the
 * counter does for 32 clocks at once. `before` and `after` are settled values of all nodes, `late` the moments of sources.
 */
export function referenceTransitions(
  { op, a, b, c }: BitProgram,
  before: readonly number[],
  after: readonly number[],
  late: readonly number[],
  loadDelay: number,
): number[] {
  const pins = new Array<number>(op.length).fill(0);
  for (const column of [a, b, c]) for (const literal of column) pins[literal >> 1]!++;
  const waves: Wave[] = [];
  return Array.from(op, (own, node) => {
    if (own === bitOp.source) {
      waves.push({
        moments: node === 0 ? [] : [late[node]!],
        values: node === 0 ? [0] : [before[node]!, after[node]!],
      });
      return before[node] === after[node] ? 0 : 1;
    }
    const literals = own <= bitOp.xor ? [a[node]!, b[node]!] : [a[node]!, b[node]!, c[node]!];
    const seen = [...new Set(literals.flatMap((literal) => waves[literal >> 1]!.moments))].sort((p, q) => p - q);
    const at = (moment: number): number => {
      const [x, y, z] = literals.map((literal) => valueAt(waves[literal >> 1]!, moment) ^ (literal & 1));
      return resultOf(own, x!, y!, z ?? 0);
    };
    const inertia = gateDelays[own]!;
    const raw = seen.map(at);
    const shown = [before[node]!];
    seen.forEach((moment, step) => {
      const soon = raw.filter((_, other) => other > step && seen[other]! - moment < inertia);
      shown.push(soon.some((value) => value !== raw[step]) ? shown.at(-1)! : raw[step]!);
    });
    const delay = inertia + Math.round(loadDelay * pins[node]!);
    waves.push({ moments: seen.map((moment) => moment + delay), values: shown });
    return shown.filter((value, step) => step > 0 && value !== shown[step - 1]).length;
  });
}
