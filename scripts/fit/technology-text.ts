import type { Entry } from '../../specs/technology.ts';

const opens = /^ {4}"([^"]+)": \{$/;

/** The lines of an entry as they stand in a technology file, without a comma at the end. */
const linesOf = (name: string, entry: Entry): string[] => {
  const text = JSON.stringify({ [name]: entry }, null, 2)
    .split('\n')
    .slice(1, -1);
  return text.map((line) => `  ${line}`);
};

/**
 * The text of a technology file with these entries: those that are there are written over where they stand, new ones go to the end. All
 * other lines stay as they are, down to how a number is written.
 */
export function withEntries(text: string, entries: Readonly<Record<string, Entry>>): string {
  const lines = text.split('\n');
  const first = lines.indexOf('  "entries": {');
  const end = lines.indexOf('  }', first);
  const blocks: { readonly name: string; readonly lines: readonly string[] }[] = [];
  for (let at = first + 1; at < end; ) {
    const close = lines.findIndex((line, index) => index > at && /^ {4}\},?$/.test(line));
    blocks.push({ name: opens.exec(lines[at]!)![1]!, lines: [...lines.slice(at, close), '    }'] });
    at = close + 1;
  }
  const kept = blocks.map((block) =>
    Object.hasOwn(entries, block.name) ? linesOf(block.name, entries[block.name]!) : block.lines,
  );
  const there = new Set(blocks.map(({ name }) => name));
  const added = Object.entries(entries).filter(([name]) => !there.has(name));
  const all = [...kept, ...added.map(([name, entry]) => linesOf(name, entry))];
  const body = all.flatMap((block, index) =>
    index === all.length - 1 ? block : [...block.slice(0, -1), `${block.at(-1)},`],
  );
  return [...lines.slice(0, first + 1), ...body, ...lines.slice(end)].join('\n');
}
