import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { schemas, schemaText } from '../../specs/schemas.ts';

const folder = new URL('../../specs/schema/', import.meta.url);

it.each(Object.entries(schemas))(
  '%s.schema.json is what the types say (npm run specs writes it)',
  async (name, schema) => {
    expect(await readFile(new URL(`${name}.schema.json`, folder), 'utf8')).toBe(schemaText(name, schema));
  },
);

it('has no schema file that nothing writes', async () => {
  expect((await readdir(folder)).sort()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.schema.json`)
      .sort(),
  );
});
