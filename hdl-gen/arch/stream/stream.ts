import type { Graph } from '../../../models/graph.ts';
import { type Pruned, prune } from '../../../models/prune/prune.ts';
import type { BlockDevice, DesignRequest, StreamParameters } from '../../../specs/design.ts';
import { Fault } from '../../../specs/fault.ts';
import { parseHertz, parseInferencesPerSecond } from '../../../specs/units.ts';
import type { LaneStyle } from '../../library/arithmetic/gated-lane.ts';
import { asksForClockGates, laneStyleOf } from '../../library/arithmetic/lane-style.ts';
import { placeMemories } from '../../memory/place.ts';
import type { Accelerator, Outlook, Schedule } from '../architecture.ts';
import { deviceOf } from '../device.ts';
import { namedAfter } from '../layer-names.ts';
import { multiplierLanes } from './engine.ts';
import { type Fixed, type Folded, foldAsFixed, foldForBudget, foldForInterval, ownEntries } from './fold.ts';
import { type Network, networkWorks } from './network.ts';
import { multiplies } from './options.ts';
import { multipliersOf, nextPlan } from './outlook.ts';
import { foldByPrice, isPriced } from './priced-goal.ts';
import type { Pricing } from './pricing.ts';
import { checkPruned } from './pruned-choices.ts';
import { stagesOf } from './schedule.ts';
import { streamTop } from './top.ts';

/** Every layer its own engine, weights on chip, bytes flowing from engine to engine. */
export interface StreamPlan {
  readonly name: string;
  readonly graph: Graph;
  readonly pruned: Pruned;
  readonly network: Network;
  readonly schedule: Schedule;
  readonly outlook: Outlook;
  readonly styleOf: (layer: string) => LaneStyle;
  readonly clockGating: boolean;
  /** Whose memories the design uses. */
  readonly device: BlockDevice | undefined;
}

/** What the request fixes. */
const fixedBy = ({ parameters }: DesignRequest): Fixed => ({
  foldings: ownEntries(parameters.foldings),
  widths: ownEntries(parameters.widths),
});

/** The budget of multipliers that the request names, wherever it does. */
function budgetOf({ target, parameters }: DesignRequest): number | undefined {
  return target !== undefined && 'multipliers' in target ? target.multipliers : parameters.multipliers;
}

function folded(network: Network, request: DesignRequest, pricing: Pricing | undefined): Folded {
  const { works } = network;
  const { target, parameters } = request;
  const fixed = fixedBy(request);
  if (target !== undefined && parameters.multipliers !== undefined) {
    throw new Fault({
      code: 'DESIGN_TWO_GOALS',
      place: '/target',
      cause: 'a budget of multipliers is given under /parameters as well',
      wayOut: 'give one of the two',
    });
  }
  if (target !== undefined && isPriced(target)) {
    if (pricing === undefined) throw new TypeError('a goal in area, block memories or energy needs prices');
    return foldByPrice(network, target, parseHertz(request.clock), pricing, fixed);
  }
  if (target !== undefined && 'throughput' in target) {
    const clocks = parseHertz(request.clock) / parseInferencesPerSecond(target.throughput);
    return foldForInterval(network, clocks, fixed);
  }
  const budget = budgetOf(request);
  if (budget !== undefined) return foldForBudget(network, budget, fixed);
  const missing = works.find((work) => !Object.hasOwn(fixed.foldings ?? {}, work.name) && multiplies(work));
  if (missing) {
    throw new Fault({
      code: 'DESIGN_NO_GOAL',
      place: '/parameters',
      cause: `nothing says how parallel layer ${missing.name} shall be`,
      wayOut: 'give "multipliers" (a budget), a "target", or a folding for every layer that multiplies',
    });
  }
  return foldAsFixed(network, fixed);
}

/** Layers whose arithmetic is named multiply. */
function checkArithmetic({ works }: Network, { arithmetic }: StreamParameters): void {
  if (arithmetic === undefined || typeof arithmetic === 'string') return;
  const able = works.filter(multiplies).map(({ name }) => name);
  const unknown = Object.keys(arithmetic).find((name) => !able.includes(name));
  if (unknown === undefined) return;
  throw new Fault({
    code: 'ARITHMETIC_UNKNOWN_LAYER',
    place: `/parameters/arithmetic/${unknown}`,
    cause: 'the network has no such layer that multiplies',
    wayOut: `name one of ${able.join(', ')}`,
  });
}

/** Errors: ARITHMETIC_UNKNOWN_LAYER, STREAM_PORTS, STREAM_PROFILE, STREAM_UNSUPPORTED, BUDGET_TOO_SMALL, FOLDING_IMPOSSIBLE, FOLDING_UNKNOWN_LAYER, FOLDING_PRUNED, TARGET_TOO_FAST, WIDTH_IMPOSSIBLE, WIDTH_PRUNED, DESIGN_*. */
export function plan(graph: Graph, request: DesignRequest, pricing?: Pricing): StreamPlan {
  const { parameters } = request;
  const device = deviceOf(request);
  const given = networkWorks(graph, parameters.softmax);
  const pruned = parameters.prune === false ? { graph, kept: new Map() } : prune(graph);
  const network = pruned.graph === graph ? given : networkWorks(pruned.graph, parameters.softmax);
  if (network !== given) checkPruned(given, network, fixedBy(request));
  checkArithmetic(given, parameters);
  const chosen = folded(network, request, pricing);
  const budget = budgetOf(request);
  return {
    name: request.name.replaceAll('-', '_'),
    graph,
    pruned,
    network,
    schedule: { stages: stagesOf(network, chosen) },
    outlook: {
      unspent: budget === undefined ? null : budget - multipliersOf(network, chosen),
      next: nextPlan(network, chosen, fixedBy(request)),
    },
    styleOf: (layer) => laneStyleOf(parameters, layer),
    clockGating: asksForClockGates(parameters),
    device,
  };
}

/** Errors: LAYER_NAME, DESIGN_NAME. */
export function build(planned: StreamPlan): Accelerator {
  const { name, graph, pruned, network, schedule, outlook, styleOf, clockGating, device } = planned;
  const { works, inputTensor, outputTensor, inputBytes, outputBytes, inputBits, outputBits } = network;
  const design = namedAfter(name, schedule.stages, () => streamTop(name, works, schedule.stages, network, styleOf));
  return {
    design: device === undefined ? design : placeMemories(design, device),
    schedule,
    outlook,
    lanes: () =>
      schedule.stages.flatMap((stage) => {
        const work = works.find((each) => each.name === stage.name);
        const shape = stage.timing === 'window' && work?.form === 'window' ? multiplierLanes(work, stage) : null;
        return shape === null ? [] : [{ stage: stage.name, count: stage.pe, shape, style: styleOf(stage.name) }];
      }),
    clockGating,
    graph,
    pruned,
    inputTensor,
    outputTensor,
    inputBytes,
    outputBytes,
    inputBits,
    outputBits,
  };
}
