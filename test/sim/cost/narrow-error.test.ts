import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { energyT1, type T1Run } from '../../../sim/cost/energy-t1.ts';
import { steadyState } from '../../../sim/cycle/steady.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { toggleEnergiesOf } from '../../../specs/toggle-energies.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { dense, designOf, networkOf } from '../../support/small-networks.ts';

/** A small network whose weights reach to `largest`. */
function runWith(largest: number, technology: string): T1Run {
  const layer = dense(4, 4);
  const weights = Int8Array.from({ length: 16 }, (_, at) => (at === 0 ? largest : (at % (largest + 1)) - 3));
  const accelerator = buildAccelerator(networkOf([1, 1, 1, 4], { ...layer, weights } as typeof layer), {
    ...designOf({}),
    parameters: { multipliers: 2, arithmetic: 'split' },
  });
  return {
    accelerator,
    inputs: randomInt8s(seededRandom(4), 8 * 4),
    energies: toggleEnergiesOf(technology),
    technology: technologyOf(technology),
    clock: hertz(100e6),
    interval: cycles(steadyState(accelerator.schedule).interval),
    operations: ops(2 * 16),
  };
}

const name = 't1.weights4.error';

test.each(technologyNames)(
  '%s: with weights of 4 bits the stated error holds those that were measured, with 8 it is that of the cells',
  (technology) => {
    const entry = technologyOf(technology).entries[name]!;
    const narrow = energyT1({ ...runWith(7, technology), inputsSha256: '00' });
    const wide = energyT1({ ...runWith(127, technology), inputsSha256: '00' });
    expect(narrow.origins.map((origin) => origin.entry)).toContain(name);
    expect(wide.origins.map((origin) => origin.entry)).not.toContain(name);
    const { cells } = toggleEnergiesOf(technology);
    const fitted = Math.max(...['design.lane.split', 'design.logic'].map((cell) => cells[cell]!.heldOut.worst));
    const stated = (worst: number) => `(+-${(100 * worst).toFixed(1)} % at worst on data held out)`;
    expect(narrow.scope).toContain(stated(Math.max(entry.high, fitted)));
    expect(wide.scope).toContain(stated(fitted));
    const { [name]: _, ...entries } = technologyOf(technology).entries;
    const without = { ...technologyOf(technology), entries };
    expect(() => energyT1({ ...runWith(7, technology), technology: without })).toThrow(name);
    expect(() => energyT1({ ...runWith(127, technology), technology: without })).not.toThrow();
  },
);
