/** Random damage to JSON documents, for fuzzing readers. */
import type { Random } from './random.ts';

const junk: readonly (() => unknown)[] = [
  () => null,
  () => -1,
  () => 0,
  () => 1e9,
  () => 2 ** 53,
  () => 0.5,
  () => '',
  () => 'x',
  () => '-1',
  () => '999999999999',
  () => true,
  () => [],
  () => ({}),
  () => [[]],
  () => [null, 1e9, 1e9, 3],
];

type Container = Record<string, unknown> | unknown[];

/** Every object and list of a document, with those inside. */
function containers(value: unknown, found: Container[] = []): Container[] {
  if (typeof value !== 'object' || value === null) return found;
  found.push(value as Container);
  for (const part of Object.values(value)) containers(part, found);
  return found;
}

/** Changes `count` places of a copy: a value replaced by junk or by another of the document, removed, or doubled. */
export function mutateJson(document: unknown, random: Random, count: number): unknown {
  const copy: unknown = structuredClone(document);
  for (let i = 0; i < count; i++) {
    const all = containers(copy).filter((part) => Object.keys(part).length > 0);
    const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length - 1)]!;
    const target = pick(all) as Record<string, unknown>;
    const key = pick(Object.keys(target));
    const kind = random.integer(0, 5);
    if (kind === 0 && Array.isArray(target)) target.splice(Number(key), 1);
    else if (kind === 0) delete target[key];
    else if (kind === 1 && Array.isArray(target)) target.push(target[Number(key)]);
    else if (kind <= 3) target[key] = structuredClone(pick(Object.values(pick(all))));
    else target[key] = pick(junk)();
  }
  return copy;
}
