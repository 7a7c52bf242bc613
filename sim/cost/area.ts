import type { AreaResult, Band } from '../../specs/result.ts';
import type { Technology } from '../../specs/technology.ts';
import type { LayerActivity } from './activity.ts';
import { plus, times, zero } from './band.ts';
import { clockGatesOf, isGated } from './clock-energy.ts';
import { type Coefficients, coefficientsOf } from './coefficients.ts';
import { isFlipFlops, memoryArea } from './memory.ts';
import { multiplyArea } from './multiply.ts';

export const areaComponents = ['mac', 'requantize', 'weight-memory', 'activation-memory', 'registers'] as const;
export type AreaComponent = (typeof areaComponents)[number];
type ByComponent = Readonly<Record<AreaComponent, Band>>;

/** Area of one stage's logic, in µm². Gates of counters and handshakes are not counted at this tier; their flip-flops are. */
function logicArea(
  k: Coefficients,
  activity: LayerActivity,
  technology: Technology,
): Pick<ByComponent, 'mac' | 'requantize' | 'registers'> {
  const { multipliers, adders, requantizers, registerBits } = activity;
  let mac = k.spend(adders, 'add32.area', 'um2/block');
  if (multipliers > 0) {
    // The block was measured with its flip-flops; these are counted once, with all the others of the netlist.
    mac = plus(mac, times(multiplyArea(k, activity), multipliers));
  }
  return {
    mac,
    requantize: k.spend(requantizers, 'requantize.area', 'um2/block'),
    registers: plus(
      k.spend(registerBits, 'register.area', 'um2/bit'),
      k.spend(clockGatesOf(activity, technology), 'clock.gate.area', 'um2/block'),
    ),
  };
}

/** One stage's area, by component. */
export function layerArea(k: Coefficients, activity: LayerActivity, technology: Technology): ByComponent {
  const gated = isGated(activity, technology);
  const memory = (role: 'weights' | 'activations'): Band =>
    plus(...activity.memories.filter((m) => m.role === role).map((m) => memoryArea(k, m, technology, gated)));
  return {
    ...logicArea(k, activity, technology),
    'weight-memory': memory('weights'),
    'activation-memory': memory('activations'),
  };
}

/** Cell area of the logic that leaks, in µm²: placement gaps and the band of the area do not leak, so a plain number. */
export function leakingArea(k: Coefficients, activity: LayerActivity, technology: Technology): number {
  const { mac, requantize, registers } = logicArea(k, activity, technology);
  const gated = isGated(activity, technology);
  const flipFlopMemories = activity.memories
    .filter((m) => isFlipFlops(m, technology))
    .map((m) => memoryArea(k, m, technology, gated).value);
  return [mac.value, requantize.value, registers.value, ...flipFlopMemories].reduce((a, b) => a + b, 0);
}

/** Area of a design in µm², by component. Errors: those of `entry`, `TECH_INCONSISTENT`. */
export function areaT0(activities: readonly LayerActivity[], technology: Technology): AreaResult {
  const k = coefficientsOf(technology);
  const byComponent: Record<AreaComponent, Band> = {
    mac: zero,
    requantize: zero,
    'weight-memory': zero,
    'activation-memory': zero,
    registers: zero,
  };
  const byLayerAndComponent: Record<string, Record<string, number>> = {};
  for (const activity of activities) {
    const areas = layerArea(k, activity, technology);
    byLayerAndComponent[activity.layer] = Object.fromEntries(
      areaComponents.map((component) => [component, areas[component].value]),
    );
    for (const component of areaComponents) byComponent[component] = plus(byComponent[component], areas[component]);
  }
  const squareMicrons = plus(...Object.values(byComponent));
  return { tier: 'T0', squareMicrons, byComponent, byLayerAndComponent, origins: k.origins() };
}
