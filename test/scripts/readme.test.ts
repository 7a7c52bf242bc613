import { describe, expect, test } from 'vitest';
import { commandsOf, readPage, testCommands, testLinks } from '../support/documented-commands.ts';

const page = 'README.md';

describe('the commands of the README', async () => {
  test('there are some', () => {
    const commands = commandsOf(readPage(page));
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => /^npm (install|start|test)\b/.test(command)).length).toBeGreaterThan(0);
  });
  await testCommands(page);
});

testLinks(page);
