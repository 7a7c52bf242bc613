import type { Accelerator } from '../hdl-gen/arch/architecture.ts';
import { evaluate } from '../sim/evaluate.ts';
import type { EnergyResult, Result, Verification } from '../specs/result.ts';
import { scalingOf } from '../specs/scalings.ts';
import { technologyNames, technologyOf } from '../specs/technologies.ts';
import { buildDesign, type LoadedDesign } from './design.ts';
import type { Environment } from './environment.ts';
import type { Progress } from './progress.ts';
import { type VerifyOptions, verifyDesign } from './verify-design.ts';

/** The result of one design; energy of tier T0 unless one of a higher tier is given. */
export function resultOf(
  design: LoadedDesign,
  accelerator: Accelerator,
  verification: Verification | null,
  energy?: EnergyResult,
  moreTools: Readonly<Record<string, string>> = {},
): Result {
  const { request, model, technology } = design;
  const { graph, sha256, accuracy } = model;
  const levels = Object.entries(verification?.levels ?? {});
  const tools = { ...Object.fromEntries(levels.map(([level, { tool }]) => [level, tool])), ...moreTools };
  const whatIf = { technologies: technologyNames.map((name) => technologyOf(name)), scaling: scalingOf() };
  const input = { request, graph, modelSha256: sha256, accuracy, technology, verification, accelerator, whatIf, tools };
  return evaluate(energy === undefined ? input : { ...input, energy });
}

/** The result of one design without proof. */
export function simulateDesign(design: LoadedDesign): Result {
  return resultOf(design, buildDesign(design), null);
}

/** The result of one design with its proof. */
export async function proveDesign(
  design: LoadedDesign,
  options: VerifyOptions,
  environment: Environment,
  progress: Progress,
): Promise<Result> {
  const accelerator = buildDesign(design);
  return resultOf(design, accelerator, await verifyDesign(design, accelerator, options, environment, progress));
}
