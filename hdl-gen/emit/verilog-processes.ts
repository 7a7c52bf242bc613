import type { Item, Module, Statement } from '../ir/design.ts';

/** Statements that assign overlapping registers: one always block, or two when only some of the registers are reset. */
export interface Process {
  readonly statements: readonly Statement[];
  readonly registers: readonly number[];
  /** Index in the module's body behind which the process is printed. */
  readonly after: number;
}

/**
 * Groups the body's statements into processes. Two statements share one when they assign a register in common, or when they
 * do the same to registers of one family. Nothing else counts, above all not what stands between them: a statement that
 * is added to the body changes the process of no other register.
 */
export function processesOf(module: Module): Process[] {
  /** Per statement one before it in the same process, or itself. */
  const earlier = new Map<number, number>();
  const first = (index: number): number => {
    let at = index;
    for (let before = earlier.get(at)!; before !== at; before = earlier.get(at)!) at = before;
    earlier.set(index, at);
    return at;
  };
  const owners = new Map<number | string, number>();
  for (const [index, item] of module.body.entries()) {
    if (item.kind !== 'set' && item.kind !== 'if' && item.kind !== 'case') continue;
    const registers = new Set<number>();
    collectTargets([item], registers);
    if (registers.size === 0) continue;
    earlier.set(index, index);
    const family = familyOf(module, item, registers);
    for (const shared of family === null ? registers : [...registers, family]) {
      const other = owners.get(shared);
      if (other === undefined) owners.set(shared, index);
      else {
        const [a, b] = [first(other), first(index)];
        earlier.set(Math.max(a, b), Math.min(a, b));
      }
    }
  }
  const groups = new Map<number, number[]>();
  for (const index of earlier.keys()) {
    const group = groups.get(first(index));
    if (group === undefined) groups.set(first(index), [index]);
    else group.push(index);
  }
  return [...groups.values()]
    .map((indices) => {
      const statements = indices.map((index) => module.body[index] as Statement);
      const registers = new Set<number>();
      collectTargets(statements, registers);
      return {
        statements: mergedAlike(statements),
        registers: [...registers].sort((a, b) => a - b),
        after: indices.at(-1)!,
      };
    })
    .sort((a, b) => a.after - b.after);
}

/**
 * Equal for statements that do the same to registers of one family (`lane_0`, `lane_1`, ...): plain assignments, or one
 * condition without `else`; all or none of the registers are reset.
 */
function familyOf(module: Module, item: Statement, registers: ReadonlySet<number>): string | null {
  const targets = [...registers].map((register) => module.registers[register]!);
  const stems = new Set(targets.map(({ name }) => name.replace(/(_\d+)+$/, '')));
  const resets = targets.filter(({ init }) => init !== null).length;
  if (stems.size !== 1 || (resets !== 0 && resets !== targets.length)) return null;
  const [stem] = stems;
  if (item.kind === 'set') return `${stem} ${resets > 0}`;
  if (item.kind === 'if' && item.arms.length === 1 && item.otherwise.length === 0)
    return `${stem} ${resets > 0} if ${item.arms[0]!.condition}`;
  return null;
}

/** Neighbouring `if` statements on one condition as one. */
function mergedAlike(statements: readonly Statement[]): Statement[] {
  const merged: Statement[] = [];
  for (const item of statements) {
    const previous = merged.at(-1);
    if (previous?.kind === 'if' && item.kind === 'if' && isLone(previous) && isLone(item)) {
      const { condition, body } = previous.arms[0]!;
      const [arm] = item.arms;
      if (arm!.condition === condition) {
        merged.splice(-1, 1, { ...previous, arms: [{ condition, body: [...body, ...arm!.body] }] });
        continue;
      }
    }
    merged.push(item);
  }
  return merged;
}

/** A single arm without `else`. */
function isLone(item: Statement): boolean {
  return item.kind === 'if' && item.arms.length === 1 && item.otherwise.length === 0;
}

/** Adds every register that the statements assign. */
export function collectTargets(items: readonly Item[], into: Set<number>): void {
  for (const item of items) {
    if (item.kind === 'set') into.add(item.register);
    else if (item.kind === 'if') {
      for (const arm of item.arms) collectTargets(arm.body, into);
      collectTargets(item.otherwise, into);
    } else if (item.kind === 'case') for (const arm of item.arms) collectTargets(arm.body, into);
  }
}
