import { describe, expect, test } from 'vitest';
import { commandsOf, readPage, testCommands } from '../support/documented-commands.ts';

const page = 'docs/quantiser.md';

describe('the commands of the page about the quantiser', async () => {
  test('there are some', () => {
    expect(commandsOf(readPage(page))).toHaveLength(2);
  });
  await testCommands(page);
});
