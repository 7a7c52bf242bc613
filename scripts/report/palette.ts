/**
 * Colour means component, a letter means design, the outline of a mark means architecture, a filled mark means verified.
 * The colours are those of Okabe and Ito (2008), which stay apart for colour-blind readers, one neutral grey, and a violet darker than any of them.
 */
const known: Readonly<Record<string, string>> = {
  mac: '#0072B2',
  requantize: '#CC79A7',
  control: '#7A5195',
  'weight-memory': '#009E73',
  'activation-memory': '#56B4E9',
  registers: '#E69F00',
  clock: '#F0E442',
  leakage: '#999999',
};

/** For components that the table above does not know, in order of their names. */
const spare = ['#6B4C2A', '#3B3B3B', '#B5BD4C', '#8C2D04'] as const;

/** One hue for how much: the stronger, the more. */
export const heat = '#0072B2';
export const accent = '#D55E00';
export const ink = '#667381';
export const hollow = 'rgba(0,0,0,0)';

/** Components in the order of the stack (known ones first), with their colours. */
export function componentColours(names: Iterable<string>): Map<string, string> {
  const present = new Set(names);
  const colours = new Map<string, string>();
  for (const [name, colour] of Object.entries(known)) if (present.has(name)) colours.set(name, colour);
  const others = [...present].filter((name) => known[name] === undefined).sort();
  others.forEach((name, index) => {
    colours.set(name, spare[index % spare.length]!);
  });
  return colours;
}

/** Chart.js draws squares and diamonds smaller than a circle of the same radius. */
export function markRadius(architecture: string, radius: number): number {
  return markShape(architecture) === 'circle' ? radius : radius * 1.25;
}

export function markShape(architecture: string): string {
  if (architecture === 'systolic') return 'rect';
  if (architecture === 'hardwired') return 'rectRot';
  return 'circle';
}
