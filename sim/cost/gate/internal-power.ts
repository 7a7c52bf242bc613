import { evaluate } from './liberty/expression.ts';
import type { InternalPower } from './liberty/library.ts';
import { lookUp } from './liberty/table.ts';

/**
 * What an `internal_power` group without `when` means next to groups with one. `default`: it holds where no condition
 * does, as the Liberty manual says. `add`: as OpenSTA 3.1 reads it, an input's unconditional energy is always drawn
 * as well, an output's is averaged with the conditional one. Only libraries that mix both differ (ihp-sg13g2).
 */
export type UnconditionalPower = 'default' | 'add';

export type PinValue = (pin: string) => 0 | 1;

/** An edge of a pin whose energy is asked. */
export interface PowerEdge {
  /** Values of the other pins and of the state. */
  readonly pinValue: PinValue;
  /** 0 rise, 1 fall. */
  readonly edge: number;
  /** Seconds at the input that moves; farads at the output. */
  readonly slew: number;
  readonly load: number;
  readonly isOutput: boolean;
}

function bySupply(power: readonly InternalPower[]): readonly InternalPower[][] {
  const groups = new Map<string | null, InternalPower[]>();
  for (const group of power) {
    const known = groups.get(group.supply);
    if (known === undefined) groups.set(group.supply, [group]);
    else known.push(group);
  }
  return [...groups.values()];
}

/** Joules that one edge of a pin draws inside the cell: groups whose condition holds; supplies add up. */
export function drawnEnergy(power: readonly InternalPower[], at: PowerEdge, mode: UnconditionalPower): number {
  if (power.length === 0) return 0;
  const sum = (groups: readonly InternalPower[]): number =>
    groups.reduce((joules, { energy }) => {
      const table = energy[at.edge];
      return table == null ? joules : joules + lookUp(table, at.slew, at.load);
    }, 0);
  let joules = 0;
  for (const groups of bySupply(power)) {
    const conditional = groups.filter(({ when }) => when !== null && evaluate(when, at.pinValue) === 1);
    const unconditional = groups.filter(({ when }) => when === null);
    if (conditional.length === 0) joules += sum(unconditional);
    else if (mode === 'default' || unconditional.length === 0) joules += sum(conditional);
    else joules += (sum(conditional) + sum(unconditional)) / (at.isOutput ? 2 : 1);
  }
  return joules;
}
