import { describe } from 'vitest';
import { testCommands, testLinks } from '../support/documented-commands.ts';

const page = 'docs/energy.md';

describe(`every command of ${page} works`, async () => {
  await testCommands(page);
});

describe(page, () => testLinks(page));
