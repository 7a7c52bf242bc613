import { type Static, Type } from 'typebox';
import { OriginClass, Result } from '../../specs/result.ts';
import { Synthesis } from '../../specs/synthesis.ts';
import type { Baseline } from './figure.ts';

/** The machine form of a report. */
export const ReportDocument = Type.Object({
  schema: Type.Literal('joulesmith/report/1'),
  results: Type.Array(Result),
  /** What `synth` made of designs among the results, by their names. */
  syntheses: Type.Array(Synthesis),
  baselines: Type.Array(
    Type.Object({
      name: Type.String(),
      task: Type.String(),
      joulesPerInference: Type.Optional(Type.Number()),
      latencySeconds: Type.Optional(Type.Number()),
      joulesPerOp: Type.Optional(Type.Number()),
      scope: Type.String(),
      class: OriginClass,
      source: Type.String(),
      conditions: Type.String(),
    }),
  ),
});
export type ReportDocument = Static<typeof ReportDocument>;

export function jsonReport(
  results: readonly Result[],
  baselines: readonly Baseline[],
  syntheses: readonly Synthesis[] = [],
): string {
  const document: ReportDocument = {
    schema: 'joulesmith/report/1',
    results: [...results],
    syntheses: [...syntheses],
    baselines: [...baselines],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
