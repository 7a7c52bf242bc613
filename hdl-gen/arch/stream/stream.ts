import type { Graph } from '../../../models/graph.ts';
import type { DesignRequest } from '../../../specs/design.ts';
import { Fault } from '../../../specs/fault.ts';
import { parseHertz, parseInferencesPerSecond } from '../../../specs/units.ts';
import type { Accelerator, Schedule } from '../architecture.ts';
import { type FixedFoldings, foldForBudget, foldForInterval, stagesOf } from './fold.ts';
import type { Folding } from './stage.ts';
import { streamTop } from './top.ts';
import { type Chain, chainWorks } from './work.ts';

/** Every layer its own engine, weights on chip, bytes flowing from engine to engine. */
export interface StreamPlan {
  readonly name: string;
  readonly graph: Graph;
  readonly chain: Chain;
  readonly schedule: Schedule;
}

function foldings(chain: Chain, request: DesignRequest): Folding[] {
  const { works } = chain;
  const { target, parameters } = request;
  const fixed: FixedFoldings = parameters.foldings ?? {};
  if (target !== undefined && parameters.multipliers !== undefined) {
    throw new Fault({
      code: 'DESIGN_TWO_GOALS',
      place: '/target',
      cause: 'a budget of multipliers is given under /parameters as well',
      wayOut: 'give one of the two',
    });
  }
  if (target !== undefined && 'throughput' in target) {
    const clocks = parseHertz(request.clock) / parseInferencesPerSecond(target.throughput);
    return foldForInterval(works, clocks, fixed);
  }
  const budget = target?.multipliers ?? parameters.multipliers;
  if (budget !== undefined) return foldForBudget(works, budget, fixed);
  const missing = works.find((work) => fixed[work.name] === undefined && work.weight !== null);
  if (missing) {
    throw new Fault({
      code: 'DESIGN_NO_GOAL',
      place: '/parameters',
      cause: `nothing says how parallel layer ${missing.name} shall be`,
      wayOut: 'give "multipliers" (a budget), a "target", or a folding for every layer that multiplies',
    });
  }
  return foldForBudget(works, Number.MAX_SAFE_INTEGER, {
    ...Object.fromEntries(works.map((work) => [work.name, { pe: 1, simd: 1 }])),
    ...fixed,
  });
}

/** Errors: STREAM_NOT_A_CHAIN, STREAM_UNSUPPORTED, BUDGET_TOO_SMALL, FOLDING_IMPOSSIBLE, FOLDING_UNKNOWN_LAYER, TARGET_TOO_FAST, DESIGN_*. */
export function plan(graph: Graph, request: DesignRequest): StreamPlan {
  const chain = chainWorks(graph);
  return {
    name: request.name.replaceAll('-', '_'),
    graph,
    chain,
    schedule: { stages: stagesOf(chain.works, foldings(chain, request)) },
  };
}

export function build({ name, graph, chain, schedule }: StreamPlan): Accelerator {
  const first = schedule.stages[0]!.input;
  const last = schedule.stages.at(-1)!.output;
  const bytes = {
    input: first.height * first.width * first.channels,
    output: last.height * last.width * last.channels,
  };
  return {
    design: streamTop(name, chain.works, schedule.stages, bytes),
    schedule,
    graph,
    inputTensor: chain.inputTensor,
    outputTensor: chain.outputTensor,
    inputBytes: bytes.input,
    outputBytes: bytes.output,
  };
}
