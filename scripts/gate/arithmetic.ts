import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import { forGates } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import { type MultiplierForm, multiplierForms } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import type { Arithmetic, MeasuredForms } from '../../specs/synthesis.ts';
import type { LoadedDesign } from '../design.ts';
import type { Progress } from '../progress.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import type { LibertyFile } from './liberty-files.ts';
import { measureArithmetic } from './measured-arithmetic.ts';

/** What `--arithmetic` takes. */
export const arithmeticChoices = [...multiplierForms, 'measured'] as const;
export type ArithmeticChoice = (typeof arithmeticChoices)[number];

/** A design whose arithmetic is chosen, and how that came. */
export interface ChosenArithmetic {
  readonly design: LoadedDesign;
  readonly from: Arithmetic['from'];
  readonly measured: MeasuredForms | null;
}

const withForm = (design: LoadedDesign, arithmetic: MultiplierForm): LoadedDesign => ({
  ...design,
  request: { ...design.request, parameters: { ...design.request.parameters, arithmetic } },
});

/** The design as it is: for targets other than cell libraries. */
export function asDesigned(design: LoadedDesign): ChosenArithmetic {
  const { arithmetic } = design.request.parameters;
  return { design, from: arithmetic === undefined ? 'target' : 'design', measured: null };
}

/** For a cell library: what the command says, else what the design says, else the form for gates. */
export function forLibrary(design: LoadedDesign, choice?: MultiplierForm): ChosenArithmetic {
  if (choice !== undefined) return { design: withForm(design, choice), from: 'option', measured: null };
  return { ...asDesigned(design), design: { ...design, request: forGates(design.request) } };
}

/** As `forLibrary`, where `measured` asks the gates of the library, which is of the design's technology. Errors: those of `measureArithmetic`. */
export async function chooseArithmetic(
  design: LoadedDesign,
  choice: ArithmeticChoice | undefined,
  libraries: readonly LibertyFile[],
  yosys: JobRunner,
  limits: JobLimits,
  progress: Progress,
): Promise<ChosenArithmetic> {
  if (choice !== 'measured') return forLibrary(design, choice);
  return { from: 'measured', ...(await measureArithmetic(design, libraries, yosys, limits, progress)) };
}

/** The forms that the accelerator of the chosen design has. */
export function arithmeticOf(accelerator: Accelerator, { from, measured }: ChosenArithmetic): Arithmetic {
  const layers = Object.fromEntries(accelerator.lanes().map(({ stage, style }) => [stage, style.form]));
  return { from, layers, measured };
}

const chosenBy = {
  design: 'as the design says',
  target: 'as suits the target',
  option: 'as the command says',
  measured: "by the least energy on the design's own data",
} as const;

/** In words: `split, as suits the target`, or `split (conv1), fused (fc), as the design says`. */
export function arithmeticWords({ layers, from }: Arithmetic): string {
  const forms = [...new Set(Object.values(layers))];
  if (forms.length === 0) return 'no multipliers';
  const of = (form: string) => Object.keys(layers).filter((layer) => layers[layer] === form);
  const words = forms.length === 1 ? forms[0] : forms.map((form) => `${form} (${of(form).join(', ')})`).join(', ');
  return `${words}, ${chosenBy[from]}`;
}
