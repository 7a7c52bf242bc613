import { Fault } from '../../../specs/fault.ts';
import type { Fixed } from './fold.ts';
import type { Network } from './network.ts';

/** A fixed folding that suits the layer of the model, but not what is left of it. Errors: FOLDING_PRUNED. */
export function checkPrunedFoldings(given: Network, left: Network, fixed: NonNullable<Fixed['foldings']>): void {
  for (const [at, work] of left.works.entries()) {
    const folding = Object.hasOwn(fixed, work.name) ? fixed[work.name] : undefined;
    if (folding === undefined) continue;
    const whole = given.works[at]!;
    const over = (['output', 'input'] as const).find((side) => {
      const wanted = side === 'output' ? folding.pe : folding.simd;
      return wanted > work[side].channels && wanted <= whole[side].channels;
    });
    if (over === undefined) continue;
    const [name, wanted] = over === 'output' ? ['pe', folding.pe] : ['simd', folding.simd];
    throw new Fault({
      code: 'FOLDING_PRUNED',
      place: `folding of layer ${work.name}`,
      cause: `${name} is ${wanted}, and only ${work[over].channels} of its ${whole[over].channels} ${over} channels make a difference`,
      wayOut: `choose at most ${work[over].channels}, or say "prune": false under parameters`,
    });
  }
}
