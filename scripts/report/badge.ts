import type { Result, Tier } from '../../specs/result.ts';
import type { Synthesis } from '../../specs/synthesis.ts';

/** The birth certificate of a number in one word, with a sentence behind it. */
export interface Badge {
  readonly text: string;
  readonly meaning: string;
}

const tiers: Readonly<Record<Tier, string>> = {
  T0: 'estimated: operation and access counts of the cycle model times a technology table',
  T1: 'estimated: toggles of the simulated circuit times fitted coefficients',
  T2: 'gate level: synthesised netlist with a cell library, simulated on windows of the workload',
  T3: 'measured and attached, not re-runnable',
};

export function tierBadge(tier: Tier): Badge {
  return { text: tier, meaning: tiers[tier] };
}

/** All of them, in order: what a legend shows. */
export const tierBadges: readonly Badge[] = (['T0', 'T1', 'T2', 'T3'] as const).map(tierBadge);

/** A number of a technology file that was moved to another supply. */
export const scaledBadge: Badge = {
  text: 'T0 scaled',
  meaning: 'tier T0 with technology numbers moved to another supply; the band holds all laws that moved them',
};
/** Clock of mapped cells, or of a placed circuit, as `synth` gave it. */
export function clockBadge({ placer, tool, timing, libraries }: Synthesis): Badge {
  if (placer !== null) return { text: 'placed', meaning: `after place and route by ${placer}` };
  const from = libraries.map(({ file }) => file.replace(/^.*\//, '')).join(', ');
  return { text: 'cells', meaning: `${timing?.scope ?? 'static timing'}; ${tool}, ${from}` };
}

/** Area of mapped cells, as `synth` gave it. */
export function cellsBadge({ tool, libraries }: Synthesis): Badge {
  const from = libraries.map(({ file }) => file.replace(/^.*\//, '')).join(', ');
  return { text: 'cells', meaning: `cells of the synthesised netlist, no wires or clock tree; ${tool}, ${from}` };
}

export const elementBadge: Badge = {
  text: 'T0 at most',
  meaning: 'estimated: the clock of one int8 multiply-accumulate element in the library, which no design exceeds',
};

export const planned: Badge = { text: 'plan', meaning: 'counted in the plan of the hardware' };
export const requested: Badge = {
  text: 'request',
  meaning: 'asked for by the design; whether timing closes is not checked here',
};
export const modelCard: Badge = { text: 'card', meaning: 'read from the model card, not measured by this run' };

/** Where cycle counts come from: the cycle model, and the hardware rungs that ran the same number of clocks. */
export function cyclesBadge(result: Result): Badge {
  const seen: string[] = [];
  const differ: string[] = [];
  for (const [name, { cycles }] of Object.entries(result.verification?.levels ?? {})) {
    if (cycles === null) continue;
    const interval = cycles.interval === null || cycles.interval === result.cycles.interval;
    (interval && cycles.latency === result.cycles.latency ? seen : differ).push(name);
  }
  if (differ.length > 0)
    return { text: 'differs', meaning: `cycle model, but ${differ.join(', ')} took another number of clocks` };
  if (seen.length > 0) return { text: 'rtl', meaning: `cycle model, and exactly as many clocks at ${seen.join(', ')}` };
  return { text: 'model', meaning: 'cycle model; no hardware rung has run it' };
}
