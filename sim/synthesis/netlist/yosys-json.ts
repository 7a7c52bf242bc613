import { type Static, Type } from 'typebox';
import { check } from '../../../specs/check.ts';
import { Fault } from '../../../specs/fault.ts';

/** Number of a wire's bit, or a constant: `0`, `1`, `x`, `z`. */
const Bit = Type.Union([Type.Integer({ minimum: 0 }), Type.String()]);
const Bits = Type.Array(Bit);
const Parameter = Type.Union([Type.String(), Type.Integer()]);

const CellSchema = Type.Object({
  type: Type.String(),
  parameters: Type.Optional(Type.Record(Type.String(), Parameter)),
  connections: Type.Record(Type.String(), Bits),
});
const ModuleSchema = Type.Object({
  ports: Type.Record(Type.String(), Type.Object({ direction: Type.String(), bits: Bits })),
  cells: Type.Record(Type.String(), CellSchema),
  netnames: Type.Record(
    Type.String(),
    Type.Object({
      hide_name: Type.Integer(),
      bits: Bits,
      attributes: Type.Optional(Type.Record(Type.String(), Parameter)),
    }),
  ),
});
const YosysJson = Type.Object({ modules: Type.Record(Type.String(), ModuleSchema) });

export type YosysBit = Static<typeof Bit>;
export type YosysCell = Static<typeof CellSchema>;
export type YosysModule = Static<typeof ModuleSchema>;

export function netlistFault(place: string, cause: string): Fault {
  return new Fault({
    code: 'SYNTH_NETLIST',
    place,
    cause,
    wayOut:
      'give a flat netlist of one clock in simple gates, as joulesmith synth --target generic -o FOLDER writes it',
  });
}

/** The modules in what `write_json` wrote; `top` must be among them. Errors: SYNTH_NETLIST. */
export function readYosysModules(text: string, top: string): Readonly<Record<string, YosysModule>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw netlistFault(top, `the netlist of ${text.length} characters is no JSON`);
  }
  let modules: Static<typeof YosysJson>['modules'];
  try {
    ({ modules } = check(YosysJson, parsed, top));
  } catch (error) {
    throw error instanceof Fault ? netlistFault(top, error.reason) : error;
  }
  if (modules[top] === undefined)
    throw netlistFault(top, `has no module '${top}', only ${Object.keys(modules).join(', ')}`);
  return modules;
}

/** The module of that name in what `write_json` wrote. Errors: SYNTH_NETLIST. */
export function readYosysModule(text: string, top: string): YosysModule {
  return readYosysModules(text, top)[top]!;
}

/** A parameter as the bits that Yosys writes, the highest first. */
export function parameterBits(cell: YosysCell, name: string): string {
  const value = cell.parameters?.[name];
  if (value === undefined) return '';
  return typeof value === 'number' ? value.toString(2) : value;
}

export function parameterNumber(cell: YosysCell, name: string): number {
  return Number.parseInt(parameterBits(cell, name) || '0', 2);
}
