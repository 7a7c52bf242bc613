import { networkWorks } from '../../hdl-gen/arch/stream/network.ts';
import { everyOption, multiplies } from '../../hdl-gen/arch/stream/options.ts';
import { linkGroups, widthsOf } from '../../hdl-gen/arch/stream/widths.ts';
import type { Graph } from '../../models/graph.ts';
import type { BlockDevice, DesignRequest } from '../../specs/design.ts';
import { drawFrom } from './draw.ts';

/** Multipliers in logic take minutes of synthesis when there are many. */
const mostMultipliers = 24;

/** A design of the network with foldings and widths as chance wants them. */
export function trainingDesign(graph: Graph, seed: number, device: BlockDevice): DesignRequest {
  const draw = drawFrom(seed + 0x5eed);
  const network = networkWorks(graph);
  const wide = draw.chance(0.3);
  const links = new Map(
    linkGroups(network).flatMap(({ tensors, allowed }) => {
      const width = wide ? draw.pick(allowed.filter((each) => each <= 4)) : 1;
      return tensors.map((tensor) => [tensor, width] as const);
    }),
  );
  const foldings = network.works.flatMap((work) => {
    if (work.form !== 'window') return [];
    const all = everyOption(work, widthsOf(work, links));
    const small = all.filter(
      ({ multipliers, folding }) => multipliers * (multiplies(work) ? 1 : 0) <= mostMultipliers && folding.pe <= 24,
    );
    // Few multipliers as often as many.
    const most = draw.size(1, mostMultipliers);
    const near = small.filter(({ multipliers }) => multipliers <= most);
    const { taps = 1, ...folding } = draw.pick(near.length > 0 ? near : small.length > 0 ? small : all).folding;
    return [[work.name, { ...folding, taps }] as const];
  });
  return {
    name: `training_${seed}`,
    model: `training_${seed}`,
    architecture: 'stream',
    parameters: {
      device,
      foldings: Object.fromEntries(foldings),
      widths: Object.fromEntries(network.works.map(({ name, outputTensor }) => [name, links.get(outputTensor)!])),
    },
    clock: '100 MHz',
    technology: 'asap7',
  };
}
