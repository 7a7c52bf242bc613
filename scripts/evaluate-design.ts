import { buildAccelerator } from '../hdl-gen/arch/build.ts';
import { evaluate } from '../sim/evaluate.ts';
import type { Result } from '../specs/result.ts';
import type { LoadedDesign } from './design.ts';
import type { Progress } from './progress.ts';
import { type VerifyOptions, verifyDesign } from './verify-design.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The result of one design without proof. */
export function simulateDesign({ request, model, technology }: LoadedDesign): Result {
  const { graph, sha256, accuracy } = model;
  return evaluate({ request, graph, modelSha256: sha256, accuracy, technology, verification: null });
}

/** The result of one design with its proof. */
export async function proveDesign(
  design: LoadedDesign,
  options: VerifyOptions,
  environment: Environment,
  progress: Progress,
): Promise<Result> {
  const { request, model, technology } = design;
  const { graph, sha256, accuracy } = model;
  const accelerator = buildAccelerator(graph, request);
  const verification = await verifyDesign(design, accelerator, options, environment, progress);
  const tools = Object.fromEntries(Object.entries(verification.levels).map(([level, { tool }]) => [level, tool]));
  return evaluate({ request, graph, modelSha256: sha256, accuracy, technology, verification, accelerator, tools });
}
