import type { GateNetlist } from './netlist.ts';

/** What forms are compared by. */
export interface FormFigures {
  /** Seconds, wires included. */
  readonly minimumPeriod: number;
  /** On the same operands for all. */
  readonly joules: number;
}

export interface FormChoice<Form extends string, Figures extends FormFigures> {
  /** The form that draws least; null where none is fast enough. */
  readonly form: Form | null;
  /** Every form, the least energy first. */
  readonly measured: readonly { readonly form: Form; readonly figures: Figures }[];
}

/**
 * Which of several netlists of one function draws least on a design's own operands. Area does not count; a form that does not reach
 * `clockPeriod` (seconds, wires included) is not chosen. Errors: those of `measure`.
 */
export function chooseForm<Form extends string, Figures extends FormFigures>(
  candidates: Readonly<Record<Form, GateNetlist>>,
  measure: (netlist: GateNetlist) => Figures,
  clockPeriod = Number.POSITIVE_INFINITY,
): FormChoice<Form, Figures> {
  const measured = (Object.keys(candidates) as Form[]).map((form) => ({ form, figures: measure(candidates[form]) }));
  measured.sort((a, b) => a.figures.joules - b.figures.joules);
  const chosen = measured.find(({ figures }) => figures.minimumPeriod <= clockPeriod);
  return { form: chosen?.form ?? null, measured };
}
