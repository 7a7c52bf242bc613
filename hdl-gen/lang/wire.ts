import { Signal } from './any-signal.ts';
import { addItem, addNode, claim, currentBuilder, mistake, type WireDraft } from './builder.ts';
import { here } from './place.ts';
import { type Assigned, flatten, joinName, shape, type Type, type Value } from './types.ts';

/** A value that can be read before it is driven; exactly one `.drive`. */
export type Wire<T extends Type> = Value<T> & { drive(value: Assigned<T>): void };

/** Declares a wire for feedback between instances: read it anywhere, drive it once, outside conditions. */
export function wire<T extends Type>(name: string, type: T): Wire<T> {
  const builder = currentBuilder(`wire '${name}'`);
  const place = here();
  const drafts: WireDraft[] = [];
  const first = builder.wires.length;
  const value = shape(type, {
    scalar: ({ path, width, signed, make }) => {
      const draft: WireDraft = {
        name: claim(builder, joinName(name, path), 'wire', place),
        width,
        signed,
        place,
        value: null,
      };
      drafts.push(draft);
      const index = builder.wires.push(draft) - 1;
      return make(builder, addNode(builder, { op: 'wire', width, signed, wire: index }));
    },
  });
  if (!(value instanceof Signal) && 'drive' in value)
    mistake('HDL_NAME', `wire '${name}' has a field named 'drive'`, 'choose another name: .drive(...) drives the wire');
  let drivenAt: string | null = null;
  const drive = (given: Assigned<T>): void => {
    if (drivenAt !== null)
      mistake(
        'HDL_DOUBLE_DRIVER',
        `wire '${name}' is driven again; it was driven at ${drivenAt}`,
        'drive it once, with mux(...) between the values',
      );
    const current = currentBuilder(`wire '${name}'`);
    if (current !== builder)
      mistake(
        'HDL_FOREIGN_SIGNAL',
        `wire '${name}' of module '${builder.name}' is driven inside module '${current.name}'`,
        'drive it in its own module',
      );
    if (current.open.length > 1)
      mistake(
        'HDL_CONDITIONAL_DRIVE',
        `wire '${name}' is driven inside a condition`,
        'drive it once outside, with mux(condition, ...)',
      );
    drivenAt = here();
    for (const [index, signal] of flatten(type, given, `wire '${name}'`).entries()) {
      drafts[index]!.value = signal.id;
      addItem(builder, { kind: 'wire', wire: first + index });
    }
  };
  Object.defineProperty(value, 'drive', { enumerable: false, value: drive });
  return value as Wire<T>;
}
