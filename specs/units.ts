import { Fault } from './fault.ts';

declare const unit: unique symbol;
/** A number that knows its unit: joules cannot be passed where watts are asked for. The value is in the base unit. */
type Quantity<U extends string> = number & { readonly [unit]: U };

export type Joules = Quantity<'J'>;
export type JoulesPerInference = Quantity<'J/inference'>;
export type JoulesPerOp = Quantity<'J/op'>;
export type Seconds = Quantity<'s'>;
export type Hertz = Quantity<'Hz'>;
export type InferencesPerSecond = Quantity<'inference/s'>;
export type Watts = Quantity<'W'>;
export type Volts = Quantity<'V'>;
/** Silicon area in µm², the unit every cell library uses. */
export type SquareMicrons = Quantity<'µm²'>;
export type Cycles = Quantity<'cycle'>;
/** Arithmetic operations; one multiply-accumulate is two. */
export type Ops = Quantity<'op'>;
export type Bits = Quantity<'bit'>;

/** Unit spelled in text, and its power of ten relative to the base unit. */
interface Spelling {
  readonly text: string;
  readonly exponent: number;
}

interface Kind {
  /** What the quantity is, for error messages: `an energy`. */
  readonly noun: string;
  readonly example: string;
  readonly spellings: readonly Spelling[];
  /** Other ways to write a spelling that are read but never written. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly allows: 'positive' | 'not negative' | 'any';
  readonly whole: boolean;
}

const prefixes: readonly (readonly [string, number])[] = [
  ['a', -18],
  ['f', -15],
  ['p', -12],
  ['n', -9],
  ['µ', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
];

const spell = (base: string, from: number, to: number): Spelling[] =>
  prefixes
    .filter(([, exponent]) => exponent >= from && exponent <= to)
    .map(([prefix, exponent]) => ({ text: prefix + base, exponent }));

const kind = (
  noun: string,
  example: string,
  spellings: readonly Spelling[],
  rule: Partial<Pick<Kind, 'allows' | 'whole'>> & { readonly aliases?: readonly (readonly [string, string])[] } = {},
): Kind => ({
  noun,
  example,
  spellings,
  aliases: new Map(rule.aliases ?? []),
  allows: rule.allows ?? 'not negative',
  whole: rule.whole ?? false,
});

const plural = (spellings: readonly Spelling[], one: string, many: string): (readonly [string, string])[] =>
  spellings.map(({ text }) => [text.replace(one, many), text] as const);

const rates = spell('inference/s', 0, 9);
const opCounts = spell('op', 0, 15);
const bitCounts = spell('bit', 0, 12);

const kinds = {
  joules: kind('an energy', '0.8 pJ', spell('J', -18, 6)),
  joulesPerInference: kind('an energy per inference', '12.3 µJ/inference', spell('J/inference', -18, 3)),
  joulesPerOp: kind('an energy per operation', '0.35 pJ/op', spell('J/op', -18, 3)),
  seconds: kind('a time', '0.6 ms', spell('s', -15, 0)),
  hertz: kind('a frequency', '100 MHz', spell('Hz', 0, 12), { allows: 'positive' }),
  inferencesPerSecond: kind('a throughput', '2000 inference/s', rates, {
    allows: 'positive',
    aliases: plural(rates, 'inference', 'inferences'),
  }),
  watts: kind('a power', '3.2 mW', spell('W', -18, 6)),
  volts: kind('a voltage', '0.7 V', spell('V', -6, 3), { allows: 'any' }),
  nanometres: kind('a process node', '16 nm', [{ text: 'nm', exponent: 0 }], { allows: 'positive' }),
  squareMicrons: kind(
    'an area',
    '1200 µm²',
    [
      { text: 'nm²', exponent: -6 },
      { text: 'µm²', exponent: 0 },
      { text: 'mm²', exponent: 6 },
    ],
    {
      aliases: [
        ['nm2', 'nm²'],
        ['µm2', 'µm²'],
        ['mm2', 'mm²'],
      ],
    },
  ),
  cycles: kind('a number of clock cycles', '59300 cycles', [{ text: 'cycles', exponent: 0 }], {
    whole: true,
    aliases: [['cycle', 'cycles']],
  }),
  ops: kind('a number of operations', '5.3 Mop', opCounts, {
    whole: true,
    aliases: plural(opCounts, 'op', 'ops'),
  }),
  bits: kind('a number of bits', '512 bit', bitCounts, {
    whole: true,
    aliases: plural(bitCounts, 'bit', 'bits'),
  }),
} satisfies Record<string, Kind>;

function sensible(k: Kind, value: number, place: string, found: string): number {
  const wrong = !Number.isFinite(value)
    ? 'is not a finite number'
    : value < 0 && k.allows !== 'any'
      ? 'is negative'
      : value === 0 && k.allows === 'positive'
        ? 'is zero'
        : k.whole && !Number.isSafeInteger(value)
          ? 'is not a whole number'
          : null;
  if (wrong === null) return value;
  throw new Fault({
    code: 'QUANTITY_RANGE',
    place,
    cause: `found ${found}, which ${wrong}`,
    wayOut: `give ${k.noun} such as '${k.example}'`,
  });
}

const number = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))(?:e([+-]?\d+))?\s*(.*?)\s*$/iu;

function parse(k: Kind, text: string, place: string): number {
  const found = `'${text}'`;
  const wayOut = `write ${k.noun} such as '${k.example}'`;
  const match = number.exec(text);
  if (match === null)
    throw new Fault({
      code: 'QUANTITY_NOT_A_NUMBER',
      place,
      cause: `found ${found}, which does not start with a number`,
      wayOut,
    });
  const [, mantissa = '', exponent = '0', written = ''] = match;
  const units = k.spellings.map((s) => s.text).join(', ');
  if (written === '')
    throw new Fault({
      code: 'UNIT_MISSING',
      place,
      cause: `found ${found} without a unit`,
      wayOut: `${wayOut}; units are ${units}`,
    });
  // Two code points look like µ (micro sign and Greek mu), and keyboards without either write u.
  const plain = written.replace(/^[uμ]/u, 'µ');
  const name = k.aliases.get(plain) ?? plain;
  const spelling = k.spellings.find((s) => s.text === name);
  if (spelling === undefined)
    throw new Fault({
      code: 'UNIT_WRONG',
      place,
      cause: `found ${found}, whose unit '${written}' is no unit of ${k.noun}`,
      wayOut: `${wayOut}; units are ${units}`,
    });
  // The decimal text is shifted, not the double: '0.8 pJ' is the double nearest to 0.8e-12.
  return sensible(k, Number(`${mantissa}e${Number(exponent) + spelling.exponent}`), place, found);
}

function format(k: Kind, value: number, digits: number): string {
  const shown = sensible(k, value, 'format', String(value));
  const base = k.spellings.find((s) => s.exponent === 0)!.text;
  if (shown === 0) return `0 ${base}`;
  if (k.whole && k.spellings.length === 1) return `${shown} ${base}`;
  const [mantissa = '', exponentText = '0'] = shown.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  const spelling = k.spellings.findLast((s) => s.exponent <= exponent);
  const shift = exponent - (spelling?.exponent ?? 0);
  const last = k.spellings.at(-1);
  if (spelling === undefined || (spelling === last && shift > 5)) return `${mantissa}e${exponent} ${base}`;
  // The point moves in the text: scaling the number would round a second time.
  const figures = mantissa.replace(/\D/gu, '').padEnd(shift + 1, '0');
  const fraction = figures.slice(shift + 1);
  const sign = shown < 0 ? '-' : '';
  return `${sign}${figures.slice(0, shift + 1)}${fraction === '' ? '' : '.'}${fraction} ${spelling.text}`;
}

const make =
  <U extends string>(k: Kind) =>
  /** Checks a plain number in the base unit. Errors: `QUANTITY_RANGE`. */
  (value: number, place = 'quantity'): Quantity<U> =>
    sensible(k, value, place, String(value)) as Quantity<U>;
const parser =
  <U extends string>(k: Kind) =>
  /** Reads number and unit. Errors: `QUANTITY_NOT_A_NUMBER`, `UNIT_MISSING`, `UNIT_WRONG`, `QUANTITY_RANGE`, all naming `place`. */
  (text: string, place = 'quantity'): Quantity<U> =>
    parse(k, text, place) as Quantity<U>;
const formatter =
  <U extends string>(k: Kind) =>
  /** Three significant digits unless told otherwise, and the SI prefix that leaves one to three digits before the point. */
  (value: Quantity<U>, digits = 3): string =>
    format(k, value, digits);

export const joules = make<'J'>(kinds.joules);
export const joulesPerInference = make<'J/inference'>(kinds.joulesPerInference);
export const joulesPerOp = make<'J/op'>(kinds.joulesPerOp);
export const seconds = make<'s'>(kinds.seconds);
export const hertz = make<'Hz'>(kinds.hertz);
export const inferencesPerSecond = make<'inference/s'>(kinds.inferencesPerSecond);
export const watts = make<'W'>(kinds.watts);
export const volts = make<'V'>(kinds.volts);
export const squareMicrons = make<'µm²'>(kinds.squareMicrons);
export const cycles = make<'cycle'>(kinds.cycles);
export const ops = make<'op'>(kinds.ops);
export const bits = make<'bit'>(kinds.bits);

export const parseJoules = parser<'J'>(kinds.joules);
export const parseJoulesPerInference = parser<'J/inference'>(kinds.joulesPerInference);
export const parseJoulesPerOp = parser<'J/op'>(kinds.joulesPerOp);
export const parseSeconds = parser<'s'>(kinds.seconds);
export const parseHertz = parser<'Hz'>(kinds.hertz);
export const parseInferencesPerSecond = parser<'inference/s'>(kinds.inferencesPerSecond);
export const parseWatts = parser<'W'>(kinds.watts);
export const parseVolts = parser<'V'>(kinds.volts);
export const parseNanometres = parser<'nm'>(kinds.nanometres);
export const parseSquareMicrons = parser<'µm²'>(kinds.squareMicrons);
export const parseCycles = parser<'cycle'>(kinds.cycles);
export const parseOps = parser<'op'>(kinds.ops);
export const parseBits = parser<'bit'>(kinds.bits);

export const formatJoules = formatter<'J'>(kinds.joules);
export const formatJoulesPerInference = formatter<'J/inference'>(kinds.joulesPerInference);
export const formatJoulesPerOp = formatter<'J/op'>(kinds.joulesPerOp);
export const formatSeconds = formatter<'s'>(kinds.seconds);
export const formatHertz = formatter<'Hz'>(kinds.hertz);
export const formatInferencesPerSecond = formatter<'inference/s'>(kinds.inferencesPerSecond);
export const formatWatts = formatter<'W'>(kinds.watts);
export const formatVolts = formatter<'V'>(kinds.volts);
export const formatSquareMicrons = formatter<'µm²'>(kinds.squareMicrons);
export const formatCycles = formatter<'cycle'>(kinds.cycles);
export const formatOps = formatter<'op'>(kinds.ops);
export const formatBits = formatter<'bit'>(kinds.bits);
