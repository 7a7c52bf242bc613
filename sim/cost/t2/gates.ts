import type { Band } from '../../../specs/result.ts';
import { plus, scaledBy } from '../band.ts';
import type { Coefficients } from '../coefficients.ts';
import type { ShellInstance } from '../replay/instances.ts';
import type { InstanceEnergy, StageEnergy } from '../replay/sampled.ts';
import { type ByComponent, nothing, type PricedRun, relative, within } from './run.ts';

/** Lanes, requantizers and averagers by the names that the stream architecture gives them; memories that are flip-flops; all the rest is control. */
function roleOf({ path, shell }: ShellInstance): 'mac' | 'requantize' | 'control' | 'activation-memory' {
  // The words of weights are known when the hardware is made: they are ROMs.
  if (shell.module.madeOf === 'memory') return 'activation-memory';
  const own = path.split('.').slice(1);
  if (own.some((name) => /^lane_\d+$/.test(name))) return 'mac';
  return own.some((name) => /^(requantizer|averager)/.test(name)) ? 'requantize' : 'control';
}

function addGates(
  k: Coefficients,
  sum: ByComponent,
  { instance, perClock }: InstanceEnergy,
  run: PricedRun,
  spread: number,
) {
  const joules = (value: number): Band => within(value * run.interval, spread);
  const reaching = (part: 'clock' | 'clockTree'): Band => ({
    value: joules(perClock[part]).value,
    low: joules(perClock[part] - perClock[`${part}Below`]).low,
    high: joules(perClock[part] + perClock[`${part}Above`]).high,
  });
  const role = roleOf(instance);
  // A wire's energy is its length times its capacitance.
  const wires = scaledBy(k.take('wires.pitches', 'ratio'), k.take('wires.capacitance', 'F/m'));
  const tree = k.take('clock.treePins', 'ratio');
  const leak = k.take('leakage.logic', 'W/um2');
  sum[role] = plus(sum[role], joules(perClock.logic), scaledBy(joules(perClock.wires), relative(wires)));
  sum.clock = plus(sum.clock, reaching('clock'), scaledBy(reaching('clockTree'), relative(tree, 1)));
  sum.leakage = plus(sum.leakage, scaledBy(joules(perClock.leakage), relative(leak)));
}

/** Joules per inference of a stage's gates; `spread` is what sampling leaves open. */
export function gatesOf(k: Coefficients, run: PricedRun, stage: StageEnergy, spread: number): ByComponent {
  const sum = nothing();
  for (const instance of stage.instances) addGates(k, sum, instance, run, spread);
  return sum;
}
