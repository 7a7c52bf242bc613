import type { Accelerator, Stage } from '../hdl-gen/arch/architecture.ts';
import { deviceOf } from '../hdl-gen/arch/device.ts';
import { stageClocks } from '../hdl-gen/arch/stream/stage.ts';
import type { Design } from '../hdl-gen/ir/design.ts';
import type { Graph } from '../models/graph.ts';
import { inputsOf } from '../models/layer-ends.ts';
import { outlineOf } from '../models/outline.ts';
import { type LayerStatistics, layerStatistics } from '../models/statistics.ts';
import type { BlockDevice, DesignRequest } from '../specs/design.ts';
import { lutFitOf } from '../specs/luts.ts';
import { outsideTerms } from '../specs/outside.ts';
import type { EnergyResult, PlanResult, Result, Skipped, StageResult, Verification } from '../specs/result.ts';
import type { Technology } from '../specs/technology.ts';
import { cycles, type Hertz, ops, parseHertz } from '../specs/units.ts';
import { accelerate } from './accelerate.ts';
import type { LayerActivity } from './cost/activity.ts';
import { areaT0 } from './cost/area.ts';
import { energyT0 } from './cost/energy.ts';
import { fpgaEstimate, isEstimated } from './cost/luts.ts';
import { memoriesOn } from './cost/memories-on.ts';
import { type Traffic, withOutside } from './cost/outside.ts';
import { activitiesOf } from './cost/stage-activity.ts';
import { type WhatIfRun, whatIf } from './cost/what-if.ts';
import { steadyState } from './cycle/steady.ts';
import { timelineOf } from './cycle/timeline.ts';

export interface EvaluateInput {
  readonly request: DesignRequest;
  readonly graph: Graph;
  readonly modelSha256: string;
  /** Of the integer network, 0 to 1; null when unknown. */
  readonly accuracy: number | null;
  readonly technology: Technology;
  readonly verification: Verification | null;
  /** The accelerator of this very request, when it has been built already. */
  readonly accelerator?: Accelerator;
  /** Of a tier above T0, when it has been measured already; default: T0. */
  readonly energy?: EnergyResult;
  /** For the table of other technologies, supplies and data; default: none. */
  readonly whatIf?: Pick<WhatIfRun, 'technologies' | 'scaling'>;
  /** Versions of what had a part in the result. */
  readonly tools?: Readonly<Record<string, string>>;
}

/** Channels of the stage's output that no engine computes. */
function skippedChannels({ graph, pruned }: Accelerator, stage: Stage): number {
  const last = graph.layers.find(({ name }) => name === stage.layers.at(-1));
  const kept = last && pruned.kept.get(last.output);
  return kept?.reduce((count, left) => count + 1 - left, 0) ?? 0;
}

function stageResults(
  accelerator: Accelerator,
  statistics: readonly LayerStatistics[],
  interval: number,
): StageResult[] {
  return accelerator.schedule.stages.map((stage) => {
    const clocks = stageClocks(stage);
    const macs = statistics
      .filter(({ name }) => stage.layers.includes(name))
      .reduce((sum, layer) => sum + layer.macs, 0);
    return {
      name: stage.name,
      kind: stage.kind,
      layers: [...stage.layers],
      pe: stage.pe,
      simd: stage.simd,
      taps: stage.timing === 'window' ? stage.taps.height * stage.taps.width : 1,
      inputWidth: stage.inputWidth,
      outputWidth: stage.outputWidth,
      multipliers: stage.multipliers,
      macs,
      skipped: { macs: macs - stage.macs, channels: skippedChannels(accelerator, stage) },
      cycles: clocks,
      utilisation: stage.multipliers === 0 ? clocks / interval : macs / (stage.multipliers * interval),
    };
  });
}

function planOf({ outlook, schedule }: Accelerator, stages: readonly StageResult[], interval: number): PlanResult {
  const slowest = Math.max(...stages.map((stage) => stage.cycles));
  const idle = schedule.stages.reduce((sum, { multipliers, macs }) => sum + multipliers - macs / interval, 0);
  const { next, unspent } = outlook;
  return {
    bottleneck: stages.filter(({ cycles }) => cycles === slowest).map(({ name }) => name),
    idleMultipliers: idle,
    unspentMultipliers: unspent,
    next: next === null ? null : { ...next, widened: [...next.widened] },
  };
}

function hardwareOf(
  activities: readonly LayerActivity[],
  device: BlockDevice | undefined,
  design: Design,
): Result['hardware'] {
  const memoryBits = (kind: 'rom' | 'ram') =>
    activities
      .flatMap((activity) => activity.memories)
      .filter((memory) => memory.kind === kind)
      .reduce((sum, memory) => sum + memory.words * memory.wordBits, 0);
  return {
    registerBits: activities.reduce((sum, activity) => sum + activity.registerBits, 0),
    weightMemoryBits: memoryBits('rom'),
    activationMemoryBits: memoryBits('ram'),
    requantizers: activities.reduce((sum, activity) => sum + activity.requantizers, 0),
    ...(device === undefined ? {} : { memories: memoriesOn(device, design) }),
  };
}

/** What the network still needs after the bytes have left the hardware. */
function hostShare({ graph, outputTensor }: Accelerator): string {
  const left = graph.layers.find((layer) => inputsOf(layer).includes(outputTensor));
  return left === undefined ? '' : `; ${left.name} runs on the host and is not counted`;
}

const trafficOf = (accelerator: Accelerator, operations: number): Traffic => ({
  inputBits: accelerator.inputBytes * accelerator.inputBits,
  outputBits: accelerator.outputBytes * accelerator.outputBits,
  operations,
});

function scaledFrom({ technology, voltage, node }: DesignRequest): Pick<Result['design'], 'scaled'> {
  return voltage === undefined ? {} : { scaled: { technology, voltage, ...(node === undefined ? {} : { node }) } };
}

/** Where the request names a device, what the design takes of it. */
function fpgaOf(accelerator: Accelerator, request: DesignRequest): Pick<Result, 'fpga'> {
  const { target, parameters } = request;
  const device = deviceOf(request);
  if (device === undefined || !isEstimated(parameters)) return {};
  const lutsPerDsp = target !== undefined && 'lut' in target ? target.lutsPerDsp : undefined;
  return { fpga: fpgaEstimate(accelerator, request, lutFitOf(device), lutsPerDsp) };
}

/** The one function that ties everything together: a design request in, one schema-shaped result out. Errors: those of the parts. */
export function evaluate(input: EvaluateInput): Result {
  const { request, graph, technology } = input;
  const accelerator = input.accelerator ?? accelerate(graph, request, technology);
  const clock: Hertz = parseHertz(request.clock);
  const { latency, interval, trace } = steadyState(accelerator.schedule);
  const statistics = layerStatistics(graph);
  const macs = statistics.reduce((sum, layer) => sum + layer.macs, 0);
  const multipliers = accelerator.schedule.stages.reduce((sum, stage) => sum + stage.multipliers, 0);
  const stages = stageResults(accelerator, statistics, interval);
  const skipped = (what: keyof Skipped) => stages.reduce((sum, stage) => sum + stage.skipped[what], 0);
  const activities = activitiesOf(accelerator);
  const run = { activities, technology, clock, interval: cycles(interval), operations: ops(2 * macs) };
  const energy = input.energy ?? energyT0(run);
  return {
    schema: 'joulesmith/result/1',
    design: {
      name: request.name,
      architecture: request.architecture,
      parameters: { ...request.parameters },
      clockHertz: clock,
      technology: technology.name,
      ...scaledFrom(request),
    },
    model: {
      name: graph.name,
      sha256: input.modelSha256,
      macs,
      parameters: statistics.reduce((sum, layer) => sum + layer.parameters, 0),
      layers: graph.layers.length,
      accuracy: input.accuracy,
      graph: outlineOf(graph),
    },
    stages,
    plan: planOf(accelerator, stages, interval),
    multipliers,
    skipped: { macs: skipped('macs'), channels: skipped('channels') },
    cycles: { latency, interval },
    timeline: timelineOf(accelerator.schedule, trace, interval),
    throughput: { inferencesPerSecond: clock / interval, macsPerCycle: macs / interval },
    latencySeconds: latency / clock,
    utilisation: multipliers === 0 ? 0 : macs / (multipliers * interval),
    hardware: hardwareOf(activities, deviceOf(request), accelerator.design),
    energy: withOutside(
      { ...energy, scope: energy.scope + hostShare(accelerator) },
      request.include ?? [],
      outsideTerms(),
      trafficOf(accelerator, 2 * macs),
    ),
    area: areaT0(activities, technology),
    ...(input.whatIf === undefined ? {} : { whatIf: whatIf({ ...run, ...input.whatIf }) }),
    ...fpgaOf(accelerator, request),
    verification: input.verification,
    tools: { ...input.tools },
  };
}
