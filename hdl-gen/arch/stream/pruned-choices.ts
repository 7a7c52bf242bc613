import { Fault } from '../../../specs/fault.ts';
import type { Fixed } from './fold.ts';
import type { Network } from './network.ts';
import { linkGroups } from './widths.ts';

const turnOff = 'say "prune": false under parameters';

/** Works are matched by name: a repetition that the model needs can be needless in what is left. */
function checkFoldings(given: Network, left: Network, foldings: NonNullable<Fixed['foldings']>): void {
  for (const work of left.works) {
    const folding = foldings[work.name];
    const whole = given.works.find(({ name }) => name === work.name);
    if (folding === undefined || whole === undefined) continue;
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
      wayOut: `choose at most ${work[over].channels}, or ${turnOff}`,
    });
  }
}

function checkWidths(given: Network, left: Network, { foldings = {}, widths = {} }: Fixed): void {
  const allowedIn = (network: Network) => {
    const groups = linkGroups(network, foldings);
    return (layer: string): readonly number[] => {
      const work = network.works.find(({ name }) => name === layer);
      return groups.find(({ tensors }) => work !== undefined && tensors.includes(work.outputTensor))?.allowed ?? [];
    };
  };
  const [before, after] = [allowedIn(given), allowedIn(left)];
  for (const [name, wanted] of Object.entries(widths)) {
    const allowed = after(name);
    if (allowed.length === 0 || allowed.includes(wanted) || !before(name).includes(wanted)) continue;
    throw new Fault({
      code: 'WIDTH_PRUNED',
      place: `/parameters/widths/${name}`,
      cause: `its output cannot travel ${wanted} bytes at a time without the channels that make no difference`,
      wayOut: `choose one of ${allowed.join(', ')}, or ${turnOff}`,
    });
  }
}

/** What a request fixes and the model could have, but what is left of it cannot. Errors: FOLDING_PRUNED, WIDTH_PRUNED. */
export function checkPruned(given: Network, left: Network, fixed: Fixed): void {
  checkFoldings(given, left, fixed.foldings ?? {});
  checkWidths(given, left, fixed);
}
