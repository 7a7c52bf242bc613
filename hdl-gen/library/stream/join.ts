import { generator, type ModuleConstructor, module } from '../../lang/module.ts';
import { type Fields, type RecordType, record } from '../../lang/types.ts';
import { type Back, type Forward, stream, typeName } from './stream.ts';

/** One stream in per field, named like it. */
export type JoinBlock<F extends Fields> = ModuleConstructor<
  { readonly up: RecordType<{ readonly [K in keyof F]: Forward<F[K]> }>; readonly down: Back },
  { readonly up: RecordType<{ readonly [K in keyof F]: Back }>; readonly down: Forward<RecordType<F>> }
>;

const join = generator(({ fields }: { readonly fields: Fields }) => {
  const { forward, back } = stream(record(fields));
  const names = Object.keys(fields);
  const ups = Object.entries(fields).map(([name, field]) => [name, stream(field).forward] as const);
  const inputs: { readonly [name: string]: Forward<Fields[string]> } = Object.fromEntries(ups);
  const outputs: { readonly [name: string]: Back } = Object.fromEntries(names.map((name) => [name, back]));
  return module(
    `join_${typeName(record(fields))}`,
    { in: { up: record(inputs), down: back }, out: { up: record(outputs), down: forward } },
    ({ up, down }) => {
      const valid = names
        .map((name) => up[name]!.valid)
        .reduce((all, one) => all.and(one))
        .as('all_valid');
      const ready = valid.and(down.ready).as('take');
      return {
        up: Object.fromEntries(names.map((name) => [name, { ready }])),
        down: { valid, data: Object.fromEntries(names.map((name) => [name, up[name]!.data])) },
      };
    },
  );
});

/** One item of each stream makes one record, when all are there. No latency, no state, a record per clock. */
export function Join<F extends Fields>(fields: F): JoinBlock<F> {
  return join({ fields }) as unknown as JoinBlock<F>;
}
