import { mkdir, writeFile } from 'node:fs/promises';
import { schemas, schemaText } from '../specs/schemas.ts';

const folder = new URL('../specs/schema/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, schema] of Object.entries(schemas))
  await writeFile(new URL(`${name}.schema.json`, folder), schemaText(name, schema));
process.stderr.write(`wrote ${Object.keys(schemas).length} schemas to specs/schema\n`);
