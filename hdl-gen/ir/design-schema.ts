import { type Static, Type } from 'typebox';
import { memoryStyles } from './design.ts';

/** The form of a design as JSON: as design.ts describes it, memory contents as lists of numbers. */

/** Changes when a reader of the old form would misread the new one. */
export const designFormat = 'joulesmith-design-1';

const closed = { additionalProperties: false };
const Name = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' });
const Place = Type.String();
const Width = Type.Integer({ minimum: 1 });
const Index = Type.Integer({ minimum: 0 });
const Decimal = Type.String({ pattern: '^-?[0-9]+$' });
const port = { name: Name, width: Width, signed: Type.Boolean() };

const typed = {
  width: Width,
  signed: Type.Boolean(),
  name: Type.Optional(Name),
  place: Type.Optional(Place),
};
const words = <const W extends readonly string[]>(list: W) => Type.Unsafe<W[number]>(Type.Enum([...list]));
const one = Type.Array(Index, { minItems: 1, maxItems: 1 });
const two = Type.Array(Index, { minItems: 2, maxItems: 2 });
const three = Type.Array(Index, { minItems: 3, maxItems: 3 });

const Expression = Type.Union([
  Type.Object({ op: Type.Literal('const'), ...typed, value: Decimal, label: Type.Optional(Name) }, closed),
  Type.Object({ op: Type.Literal('input'), ...typed, input: Index }, closed),
  Type.Object({ op: Type.Literal('register'), ...typed, register: Index }, closed),
  Type.Object({ op: Type.Literal('wire'), ...typed, wire: Index }, closed),
  Type.Object({ op: Type.Literal('memoryRead'), ...typed, memory: Index, port: Index, field: Index }, closed),
  Type.Object({ op: Type.Literal('instanceOutput'), ...typed, instance: Index, output: Index }, closed),
  Type.Object(
    { op: words(['neg', 'not', 'extend', 'reduceAnd', 'reduceOr', 'reduceXor']), ...typed, args: one },
    closed,
  ),
  Type.Object(
    {
      op: words(['add', 'sub', 'mul', 'and', 'or', 'xor', 'eq', 'lt', 'shlBy', 'shrBy', 'cat']),
      ...typed,
      args: two,
    },
    closed,
  ),
  Type.Object({ op: words(['shl', 'shr']), ...typed, args: one, amount: Index }, closed),
  Type.Object({ op: Type.Literal('slice'), ...typed, args: one, low: Index }, closed),
  Type.Object({ op: Type.Literal('mux'), ...typed, args: three }, closed),
]);

/** Statements hold statements. */
const statements = Type.Array(Type.Unsafe({ $ref: '#/$defs/statement' }));
const setStatement = Type.Object({ kind: Type.Literal('set'), register: Index, value: Index, place: Place }, closed);
const ifStatement = Type.Object(
  {
    kind: Type.Literal('if'),
    arms: Type.Array(Type.Object({ condition: Index, body: statements }, closed)),
    otherwise: statements,
    place: Place,
  },
  closed,
);
const caseStatement = Type.Object(
  {
    kind: Type.Literal('case'),
    subject: Index,
    arms: Type.Array(Type.Object({ label: Name, value: Decimal, body: statements }, closed)),
    place: Place,
  },
  closed,
);
const Item = Type.Union([
  setStatement,
  ifStatement,
  caseStatement,
  Type.Object({ kind: Type.Literal('wire'), wire: Index }, closed),
  Type.Object({ kind: Type.Literal('memory'), memory: Index }, closed),
  Type.Object({ kind: Type.Literal('instance'), instance: Index }, closed),
]);

const Contents = Type.Union([
  Type.Object(
    {
      kind: words(['Int8Array', 'Int16Array', 'Int32Array', 'Uint8Array', 'Uint16Array', 'Uint32Array']),
      values: Type.Array(Type.Integer()),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('BigInt64Array'), values: Type.Array(Decimal) }, closed),
]);
const IndexOrNull = Type.Union([Index, Type.Null()]);
const Memory = Type.Object(
  {
    name: Name,
    kind: words(['rom', 'ram']),
    depth: Width,
    width: Width,
    addressWidth: Width,
    fields: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          width: Width,
          signed: Type.Boolean(),
          low: Index,
          content: Type.Union([Type.Object({ data: Index, stride: Width, offset: Index }, closed), Type.Null()]),
        },
        closed,
      ),
    ),
    contents: Type.Array(Contents),
    reads: Type.Array(Type.Object({ name: Name, address: Index, enable: IndexOrNull }, closed)),
    writes: Type.Array(
      Type.Object(
        {
          address: Index,
          data: Type.Array(Index),
          enable: Index,
          masks: Type.Optional(Type.Array(IndexOrNull)),
        },
        closed,
      ),
    ),
    collision: Type.Optional(Type.Literal('newData')),
    style: Type.Optional(words(memoryStyles)),
    place: Place,
  },
  closed,
);

const Module = Type.Object(
  {
    name: Name,
    place: Place,
    inputs: Type.Array(Type.Object(port, closed)),
    outputs: Type.Array(Type.Object({ ...port, value: Index }, closed)),
    nodes: Type.Array(Expression),
    registers: Type.Array(
      Type.Object(
        { ...port, init: Type.Union([Decimal, Type.Null()]), initLabel: Type.Optional(Name), place: Place },
        closed,
      ),
    ),
    wires: Type.Array(Type.Object({ ...port, place: Place, value: Index }, closed)),
    memories: Type.Array(Memory),
    instances: Type.Array(
      Type.Object(
        { name: Name, module: Name, inputs: Type.Array(Index), reset: Type.Optional(Index), place: Place },
        closed,
      ),
    ),
    constants: Type.Array(Type.Object({ name: Name, width: Width, value: Decimal }, closed)),
    body: Type.Array(Item),
    unused: Type.Array(Index),
    assertions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: words(['assert', 'cover']),
            name: Name,
            condition: Index,
            message: Type.String(),
            place: Place,
          },
          closed,
        ),
      ),
    ),
    needsClock: Type.Boolean(),
    needsReset: Type.Boolean(),
  },
  closed,
);

export const DesignDocument = Type.Object(
  { format: Type.Literal(designFormat), top: Name, modules: Type.Array(Module) },
  { ...closed, $defs: { statement: Type.Union([setStatement, ifStatement, caseStatement]) } },
);
export type DesignDocument = Static<typeof DesignDocument>;
