import type { Accelerator, LaneGroup } from '../../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../../models/graph.ts';
import { namesOf, type ShellInstance, shellInstances } from '../replay/instances.ts';
import { record, toggleProfile } from '../replay/record.ts';
import type { Rows } from '../replay/rows.ts';
import { inputsFor, steadyRun } from '../replay/span.ts';
import { draw, type Sampling, seededFractions, stratify } from '../replay/strata.ts';

/** What the first lane of a stage sees: windows of the design's own work, and how many clocks of an inference each stands for. */
export interface LaneRecord {
  readonly group: LaneGroup;
  readonly instance: ShellInstance;
  /** Of the names in `rows`, by port. */
  readonly columns: ReadonlyMap<string, number>;
  readonly windows: readonly { readonly rows: Rows; readonly weight: number }[];
}

/** Longer windows than tier T2 has: a lane begins each of them with registers that are computed, not recorded. */
export const laneSampling: Sampling = { by: 'registers', clocks: 32, strata: 4, perStratum: 5, seed: 1 };

/**
 * Runs one inference in steady state and writes down the operands of one lane for each layer that multiplies. Ports, sums and clocks of a
 * lane are the same in every form, so the record serves them all. Errors: `SIM_STREAM`.
 */
export function recordLanes(accelerator: Accelerator, inputs: TensorData, sampling = laneSampling): LaneRecord[] {
  const groups = accelerator.lanes();
  if (groups.length === 0) return [];
  const { span } = steadyRun(accelerator);
  const input = inputsFor(span, inputs, accelerator.inputBytes);
  const clocks = Math.min(sampling.clocks, span.length);
  const profile = toggleProfile(accelerator, input, span, clocks);
  const fraction = seededFractions(sampling.seed);
  const count = Math.floor(span.length / clocks);
  const instances = shellInstances(accelerator.design);
  const plans = groups.map((group) => {
    const instance = instances.find(({ path }) => path === `${group.stage}.lane_0.`)!;
    const activity = profile.byStage.get(group.stage)!.slice(0, count);
    const drawn = stratify(activity, sampling.strata).flatMap((stratum) => {
      const own = draw(stratum, sampling.perStratum, fraction);
      return own.map((window) => ({ window, weight: (clocks * stratum.windows.length) / own.length }));
    });
    drawn.sort((a, b) => a.window - b.window);
    const starts = drawn.map(({ window }) => span.first + window * clocks);
    return { group, instance, names: [...new Set(namesOf(instance))], drawn, starts };
  });
  const recorded = record(accelerator, input, span, clocks, plans);
  return plans.map(({ group, instance, names, drawn }, at) => {
    const { inputs, outputs } = instance.shell;
    const columnOf = (name: string) => names.indexOf(instance.path + name);
    return {
      group,
      instance,
      columns: new Map([...inputs, ...outputs].map(({ port, name }) => [port, columnOf(name)])),
      windows: drawn.map(({ weight }, window) => ({ rows: recorded[at]![window]!, weight })),
    };
  });
}
