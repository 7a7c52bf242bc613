import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { Fault } from './fault.ts';
import { nearest } from './nearest.ts';
import {
  parseHertz,
  parseInferencesPerSecond,
  parseJoules,
  parseJoulesPerInference,
  parseJoulesPerOp,
  parseNanometres,
  parseSeconds,
  parseSquareMicrons,
  parseVolts,
} from './units.ts';

/** One thing that is wrong in a document. */
export interface SpecFault {
  /** JSON pointer, empty for the whole document. */
  readonly pointer: string;
  readonly found: string;
  readonly expected: string;
}

/** Text formats of our schemas: a quantity in words, and the parser that decides. */
const formats: Readonly<Record<string, { readonly noun: string; readonly parse: (text: string) => unknown }>> = {
  frequency: { noun: 'a frequency', parse: (text) => parseHertz(text) },
  throughput: { noun: 'a throughput', parse: (text) => parseInferencesPerSecond(text) },
  time: { noun: 'a time', parse: (text) => parseSeconds(text) },
  energy: { noun: 'an energy', parse: (text) => parseJoules(text) },
  voltage: { noun: 'a voltage', parse: (text) => parseVolts(text) },
  node: { noun: 'a process node', parse: (text) => parseNanometres(text) },
  area: { noun: 'an area', parse: (text) => parseSquareMicrons(text) },
  energyPerInference: { noun: 'an energy per inference', parse: (text) => parseJoulesPerInference(text) },
  energyPerOp: { noun: 'an energy per operation', parse: (text) => parseJoulesPerOp(text) },
};

const reads = (parse: (text: string) => unknown) => (text: string) => {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
};

const ajv = new Ajv({ strict: true, allErrors: true, verbose: true });
for (const [name, { parse }] of Object.entries(formats))
  ajv.addFormat(name, { type: 'string', validate: reads(parse) });

const compiled = new WeakMap<TSchema, ValidateFunction>();
function validator(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fresh = ajv.compile(schema);
  compiled.set(schema, fresh);
  return fresh;
}

/** The parts of JSON Schema that our schemas use. */
interface Plain {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Plain[];
  readonly items?: Plain;
  readonly properties?: Readonly<Record<string, Plain>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
}

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value));

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    return names.length === 0 ? 'an empty object' : `an object with ${names.slice(0, 5).join(', ')}`;
  }
  const text = quoted(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const limits = (schema: Plain): string =>
  [
    schema.minimum === undefined ? '' : ` of at least ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? '' : ` above ${schema.exclusiveMinimum}`,
    schema.maximum === undefined ? '' : ` of at most ${schema.maximum}`,
  ].join('');

/** A schema in words: `a whole number of at least 1`, `a frequency such as '100 MHz'`. */
function words(schema: Plain): string {
  if ('const' in schema) return quoted(schema.const);
  if (schema.anyOf !== undefined) return list(schema.anyOf.map(words));
  const example = schema.examples === undefined ? '' : ` such as ${list(schema.examples.map(quoted))}`;
  switch (schema.type) {
    case 'string': {
      const noun = (schema.format === undefined ? undefined : formats[schema.format])?.noun ?? 'text';
      const shape = schema.pattern !== undefined && example === '' ? ` matching ${schema.pattern}` : '';
      return `${(schema.minLength ?? 0) > 0 && example === '' ? 'non-empty ' : ''}${noun}${shape}${example}`;
    }
    case 'integer':
      return `a whole number${limits(schema)}${example}`;
    case 'number':
      return `a finite number${limits(schema)}${example}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return `a list of ${schema.items === undefined ? 'values' : words(schema.items)}`;
    case 'object': {
      const names = schema.required ?? [];
      return names.length === 0 ? 'an object' : `an object with ${names.join(', ')}`;
    }
    default:
      return 'a value';
  }
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function one(error: ErrorObject): SpecFault {
  const schema = error.parentSchema as Plain;
  const pointer = error.instancePath;
  if (error.keyword === 'required') {
    const name = String(error.params.missingProperty);
    const wanted = schema.properties?.[name];
    return {
      pointer: `${pointer}/${escapePointer(name)}`,
      found: 'nothing',
      expected: wanted === undefined ? 'a value' : words(wanted),
    };
  }
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params.additionalProperty);
    const known = Object.keys(schema.properties ?? {});
    const near = nearest(name, known);
    const hint = near === null ? `one of ${known.join(', ')}` : `'${near}' (did you mean that?)`;
    return { pointer: `${pointer}/${escapePointer(name)}`, found: 'an unknown property', expected: hint };
  }
  return { pointer, found: found(error.data), expected: words(schema) };
}

/** A union reports every branch; a person wants the branch they were writing, or the choice in one sentence. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  let kept = [...errors];
  for (const union of errors.filter((e) => e.keyword === 'anyOf')) {
    const branch = (e: ErrorObject): boolean =>
      e !== union && e.schemaPath.startsWith(`${union.schemaPath}/`) && e.instancePath.startsWith(union.instancePath);
    const branches = (union.schema as readonly Plain[]) ?? [];
    const names = typeof union.data === 'object' && union.data !== null ? Object.keys(union.data) : [];
    const near = branches.flatMap((b, i) => (names.some((n) => b.properties?.[n] !== undefined) ? [i] : []));
    // Of several, the one of which nothing is missing.
    const whole = near.filter((i) => (branches[i]!.required ?? []).every((name) => names.includes(name)));
    const meant = whole.length === 1 ? whole : near;
    const isMeant = (e: ErrorObject): boolean =>
      meant.length === 1 && e.schemaPath.startsWith(`${union.schemaPath}/${meant[0]}/`);
    kept = kept.filter((e) => (e === union ? meant.length !== 1 : !branch(e) || isMeant(e)));
  }
  return kept;
}

/** Every fault of a document against a schema, in document order of the schema; empty when it fits. */
export function faultsOf(schema: TSchema, data: unknown): SpecFault[] {
  const validate = validator(schema);
  if (validate(data)) return [];
  const seen = new Map<string, SpecFault>();
  for (const fault of withoutBranches(validate.errors ?? []).map(one)) {
    // Several rules of one value (pattern and format) say the same in words.
    const key = `${fault.pointer} ${fault.expected}`;
    if (!seen.has(key)) seen.set(key, fault);
  }
  return [...seen.values()];
}

/** Throws one `SPEC_INVALID` that lists all faults: `design.json: /clock: found 100, expected a frequency such as '100 MHz'`. */
export function refuse(faults: readonly SpecFault[], origin: string): never {
  throw new Fault({
    code: 'SPEC_INVALID',
    place: origin,
    cause: faults
      .map((f) => `${f.pointer === '' ? 'the document' : f.pointer}: found ${f.found}, expected ${f.expected}`)
      .join('; '),
    wayOut: faults.length === 1 ? 'correct this value' : `correct these ${faults.length} values`,
  });
}

/**
 * The data, typed, when it fits the schema.
 * Errors: `SPEC_INVALID` with every fault, its JSON pointer, what was found and what was expected; `origin` names the file.
 */
export function check<T extends TSchema>(schema: T, data: unknown, origin: string): Static<T> {
  const faults = faultsOf(schema, data);
  if (faults.length > 0) refuse(faults, origin);
  return data as Static<T>;
}
