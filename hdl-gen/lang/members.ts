import type { ExprId } from '../ir/design.ts';
import { addNode, type Builder, claim, currentBuilder, mistake } from './builder.ts';
import type { EnumType } from './enum.ts';

/** What the functions below need to know of a type. */
type Named = Pick<EnumType, 'name' | 'members' | 'width'>;

export function sameEnum(a: Named, b: Named): boolean {
  return a.name === b.name && a.members.join() === b.members.join();
}

/** The number of a member; a name that is none is a mistake. */
export function memberIndex(type: Named, member: string, what: string): number {
  const index = type.members.indexOf(member);
  if (index < 0)
    mistake(
      'HDL_ENUM',
      `${what}: '${member}' is not a member of enumeration '${type.name}'`,
      `use one of ${type.members.join(', ')}`,
    );
  return index;
}

/** Name of a member's localparam, declared in the module at its first use. */
export function memberLabel(builder: Builder, type: Named, index: number): string {
  const label = `${constantCase(type.name)}_${constantCase(type.members[index]!)}`;
  const what = `member of enumeration '${type.name}' [${type.members.join(', ')}]`;
  if (builder.names.get(label)?.what !== what) {
    claim(builder, label, what);
    builder.constants.push({ name: label, width: type.width, value: String(index) });
  }
  return label;
}

/** A member as a constant of the module that is being described. */
export function memberConstant(type: Named, name: string, what: string): ExprId {
  const builder = currentBuilder(what);
  const index = memberIndex(type, name, what);
  const label = memberLabel(builder, type, index);
  return addNode(builder, { op: 'const', width: type.width, signed: false, value: String(index), label });
}

/** `addOne` and `add one` as the name of a localparam. */
export function constantCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}
