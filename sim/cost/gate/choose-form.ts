import {
  dynamicEnergy,
  type ElementFigures,
  type MeasureOptions,
  measureElement,
  type OperandStream,
} from './measure-element.ts';
import type { GateNetlist } from './netlist.ts';

export interface MeasuredForm<Form extends string> {
  readonly form: Form;
  readonly figures: ElementFigures;
}

export interface FormChoice<Form extends string> {
  /** The form that draws least on these operands, wires and clock tree estimated; null where none is fast enough. */
  readonly form: Form | null;
  /** Every form, the least energy first. */
  readonly measured: readonly MeasuredForm<Form>[];
}

/**
 * Which of several netlists of one multiply-accumulate element draws least on a design's own operands. Area does not count; a form that
 * does not reach `clockPeriod` (seconds, wires included) is not chosen. Errors: those of `measureElement`.
 */
export function chooseForm<Form extends string>(
  candidates: Readonly<Record<Form, GateNetlist>>,
  stream: OperandStream,
  options: MeasureOptions & { readonly clockPeriod?: number },
): FormChoice<Form> {
  const { clockPeriod = Number.POSITIVE_INFINITY } = options;
  const measured = (Object.keys(candidates) as Form[]).map((form) => ({
    form,
    figures: measureElement(candidates[form], stream, options),
  }));
  measured.sort((a, b) => dynamicEnergy(a.figures.layout) - dynamicEnergy(b.figures.layout));
  const chosen = measured.find(({ figures }) => figures.minimumPeriod <= clockPeriod);
  return { form: chosen?.form ?? null, measured };
}
