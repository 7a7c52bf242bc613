import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import { forGates } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import type { Arithmetic } from '../../specs/synthesis.ts';
import type { LoadedDesign } from '../design.ts';

/** The design as it is mapped to a cell library: see `forGates`. */
export function designForGates(design: LoadedDesign): LoadedDesign {
  return { ...design, request: forGates(design.request) };
}

/** The forms that the accelerator has, and who chose them. `asked` is the design as the person wrote it. */
export function arithmeticOf(accelerator: Accelerator, asked: LoadedDesign): Arithmetic {
  return {
    from: asked.request.parameters.arithmetic === undefined ? 'target' : 'design',
    layers: Object.fromEntries(accelerator.lanes().map(({ stage, style }) => [stage, style.form])),
  };
}

/** In words: `split`, or `split (conv1), fused (fc)`. */
export function arithmeticWords({ layers }: Arithmetic): string {
  const forms = [...new Set(Object.values(layers))];
  if (forms.length === 0) return 'no multipliers';
  if (forms.length === 1) return forms[0]!;
  const of = (form: string) => Object.keys(layers).filter((layer) => layers[layer] === form);
  return forms.map((form) => `${form} (${of(form).join(', ')})`).join(', ');
}
