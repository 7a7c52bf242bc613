import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { elementBench } from '../../../scripts/calibrate/element-bench.ts';
import { bitsOfDesign } from '../../../sim/cost/toggle/bits-of-design.ts';
import { fittedTechnologies, toggleEnergiesOf } from '../../../specs/toggle-energies.ts';
import { toggleCell } from '../../../specs/toggle-energy.ts';

const shapes = (['plain', 'split', 'fused'] as const).flatMap((form) =>
  [4, 8, 16].map((bits) => [form, bits] as const),
);

test('elements are the circuits, node by node, that energies of single bits were fitted to', () => {
  const found = Object.fromEntries(
    shapes.map(([form, bits]) => {
      const { op, a, b, c } = bitsOfDesign(elementBench(form, bits).instance.shell.design);
      const hash = createHash('sha256');
      for (const column of [op, a, b, c])
        hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
      for (const technology of fittedTechnologies) {
        const cell = toggleCell(toggleEnergiesOf(technology), `element.${form}.${bits}`);
        expect(Math.max(...cell.bits!.nodes), `${technology} ${form} ${bits}`).toBeLessThan(op.length);
      }
      return [`${form}.${bits}`, hash.digest('hex').slice(0, 12)];
    }),
  );
  // Another order of nodes gives energies to other bits, without a fault: then `npm run calibrate -- --fresh` first.
  expect(found).toMatchInlineSnapshot(`
    {
      "fused.16": "5579a2776967",
      "fused.4": "58f101deea3b",
      "fused.8": "31bebfe3aef9",
      "plain.16": "1bb656b64f8c",
      "plain.4": "3f386eefdcf9",
      "plain.8": "ffc625e3a7e6",
      "split.16": "83e34e551be2",
      "split.4": "a653cdf995e0",
      "split.8": "708b3342d11f",
    }
  `);
});
