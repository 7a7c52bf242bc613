import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../hdl-gen/arch/build.ts';
import { deviceOf } from '../hdl-gen/arch/device.ts';
import { asksForClockGates, laneStyleOf } from '../hdl-gen/library/arithmetic/lane-style.ts';
import type { Graph } from '../models/graph.ts';
import type { DesignRequest } from '../specs/design.ts';
import type { Technology } from '../specs/technology.ts';
import { parseHertz } from '../specs/units.ts';
import { checkEstimated } from './cost/luts.ts';
import { pricingOf } from './cost/pricing.ts';

/** From a request to an accelerator, whatever its goal counts: the plan is a function of these three alone. Errors: those of the parts. */
export function accelerate(graph: Graph, request: DesignRequest, technology: Technology): Accelerator {
  const { target, clock, parameters } = request;
  if (target !== undefined && 'lut' in target) checkEstimated(parameters);
  const styleOf = (layer: string) => laneStyleOf(parameters, layer);
  const clockGating = asksForClockGates(parameters);
  const conditions = { technology, clock: parseHertz(clock), device: deviceOf(request), styleOf, clockGating };
  const pricing = target === undefined ? undefined : pricingOf(graph, target, conditions);
  return buildAccelerator(graph, request, pricing);
}
