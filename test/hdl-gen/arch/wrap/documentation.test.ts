import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { acceleratorRegisters } from '../../../../hdl-gen/arch/wrap/axi-registers.ts';
import { registerTable } from '../../../../hdl-gen/library/axi/register-text.ts';

test('docs/interfaces.md has the table of the register map', () => {
  const page = readFileSync(new URL('../../../../docs/interfaces.md', import.meta.url), 'utf8');
  const map = acceleratorRegisters({ inputBytes: 4, outputBytes: 2, modelSha256: null });
  expect(page).toContain(registerTable(map));
});
