import { expect } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { coefficientsOf } from '../../../../sim/cost/coefficients.ts';
import { parseLiberty } from '../../../../sim/cost/gate/liberty/parse.ts';
import { type LibertySource, memoryMacros } from '../../../../sim/cost/macro-memory.ts';
import { activitiesOf } from '../../../../sim/cost/stage-activity.ts';
import { type Ledger, memoriesOf, memoryWords } from '../../../../sim/cost/t2/memories.ts';
import { type T2Run, t2Components } from '../../../../sim/cost/t2/run.ts';
import { steadyState } from '../../../../sim/cycle/steady.ts';
import { technologyOf } from '../../../../specs/technologies.ts';
import { cycles, hertz, ops } from '../../../../specs/units.ts';
import { libertyText, needLiberty } from '../../../support/liberty.ts';
import { conv3x3, designOf, networkOf } from '../../../support/small-networks.ts';

const files = ['64x64', '1024x8', '1024x16'].map(
  (shape) => `ihp-sg13g2/RM_IHPSG13_1P_${shape}_c2_bm_bist_typ_1p20V_25C.lib`,
);

const flipFlops = { flipFlop: { clock: 30e-15, clockTree: 20e-15 }, gates: null };

const accelerator = buildAccelerator(networkOf([1, 12, 12, 8], conv3x3(8, 8), conv3x3(8, 4)), {
  ...designOf({}),
  parameters: { multipliers: 8 },
});
const { memories } = activitiesOf(accelerator).find((activity) => activity.layer === 'conv2d_1')!;
const large = memories.filter(({ kind, words }) => kind === 'ram' && words >= 64);
const small = memories.filter(({ kind, words }) => kind === 'ram' && words < 64);

function priced(libraries: readonly LibertySource[]) {
  const technology = technologyOf('ihp-sg13g2');
  const run: T2Run = {
    accelerator,
    inputs: new Int8Array(0),
    mapped: new Map(),
    libraries,
    technology,
    clock: hertz(100e6),
    interval: cycles(steadyState(accelerator.schedule).interval),
    operations: ops(1),
  };
  const counted = { byMacro: 0, byLaw: 0, flipFlops: 0 };
  const k = coefficientsOf(technology);
  const ledger: Ledger = {
    k,
    macros: memoryMacros(libraries),
    macroOrigins: new Map(),
    flipFlops,
    memories: counted,
  };
  return {
    sum: memoriesOf(ledger, run, memories),
    ledger,
    counted,
    run,
    entries: k.origins().map(({ entry }) => entry),
  };
}

needLiberty(
  'large RAMs by macros where there are some, ROMs by law, small RAMs of flip-flops; all said',
  files,
  (folder) => {
    const sources = files.map((name) => ({
      name,
      sha256: '00',
      library: parseLiberty(libertyText(folder, name), name),
    }));
    expect([large.length, small.length].every((count) => count > 0)).toBe(true);
    const byLaw = priced([]);
    const byMacro = priced(sources);
    const roms = memories.length - large.length - small.length;
    expect(byLaw.counted).toEqual({ byMacro: 0, byLaw: large.length + roms, flipFlops: small.length });
    expect(byMacro.counted).toEqual({ byMacro: large.length, byLaw: roms, flipFlops: small.length });
    expect(memoryWords(byMacro.counted)).toBe(
      `memories: ${large.length} by macros of the library, ${roms} by size law, ${small.length} of flip-flops`,
    );
    expect(byLaw.ledger.macroOrigins.size).toBe(0);
    for (const { words, wordBits } of large)
      for (const what of ['read', 'write', 'leakage'])
        expect(byMacro.ledger.macroOrigins.get(`macro.${what} ${words} x ${wordBits}`)!.source).toMatch(/^cell RM_IHP/);
    // The law was fitted to the macros; what is not a large RAM costs the same both ways.
    const ratio = byMacro.sum['activation-memory'].value / byLaw.sum['activation-memory'].value;
    expect(ratio).not.toBe(1);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
    expect(byMacro.sum['weight-memory']).toEqual(byLaw.sum['weight-memory']);
    expect(byMacro.sum.clock).toEqual(byLaw.sum.clock);
    const bits = small.reduce((sum, { words, wordBits }) => sum + (words + 1) * wordBits, 0);
    expect(byMacro.sum.clock.value / (bits * byMacro.run.interval * 50e-15)).toBeCloseTo(1, 12);
    for (const name of t2Components) expect(byMacro.sum[name].low, name).toBeLessThanOrEqual(byMacro.sum[name].value);
  },
);
