import { type RegisterField, type RegisterMap, type RegisterWord, registerWords } from './register-map.ts';

const hex = (value: number, digits: number): string => `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;

const accessText: Readonly<Record<RegisterField['access'], string>> = {
  setting: 'read, write',
  command: 'write 1',
  status: 'read',
  sticky: 'read',
};

function bitsText({ low, width }: RegisterField): string {
  return width === 1 ? `${low}` : `${low + width - 1}:${low}`;
}

function meaningOf({ entry, index }: RegisterWord): string {
  if (entry.kind === 'counter') return index === 0 ? entry.meaning : 'high word, as it was when the low word was read';
  if (entry.kind === 'constant' && index > 0) return 'the next word';
  return entry.meaning;
}

/** The map as a Markdown table. */
export function registerTable(map: RegisterMap): string {
  const digits = Math.ceil(map.addressBits / 4);
  const rows = registerWords(map).flatMap((word) => {
    const { entry, address, name } = word;
    const first = `| ${hex(address, digits)} | \`${name}\` |`;
    if (entry.kind !== 'fields') return [`${first} 31:0 | | read | ${meaningOf(word)} |`];
    return [
      `${first} | | | ${entry.meaning} |`,
      ...entry.fields.map((field) => {
        const value = field.access === 'setting' ? `; after reset ${field.reset ?? 0}` : '';
        return `| | | ${bitsText(field)} | \`${field.name}\` | ${accessText[field.access]} | ${field.meaning}${value} |`;
      }),
    ];
  });
  return ['| address | register | bits | field | access | meaning |', '|---|---|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

/** The map as a C header: an offset per word, a shift and a mask per field, and the values of constants. */
export function registerHeader(map: RegisterMap, prefix: string, title: string): string {
  const digits = Math.ceil(map.addressBits / 4);
  const name = (...parts: readonly string[]): string => [prefix, ...parts].join('_').toUpperCase();
  const guard = `${name('registers')}_H`;
  const lines = registerWords(map).flatMap((word): string[] => {
    const { entry, index } = word;
    const offset = `#define ${name(word.name)} ${hex(word.address, digits)}u /* ${meaningOf(word)} */`;
    if (entry.kind === 'constant') {
      const value = entry.words[index]!;
      return [offset, `#define ${name(word.name, 'value')} ${hex(value, 8)}u`];
    }
    if (entry.kind === 'counter') return [offset];
    return [
      offset,
      ...entry.fields.flatMap((field) => [
        `#define ${name(word.name, field.name, 'shift')} ${field.low}`,
        `#define ${name(word.name, field.name, 'mask')} ${hex((2 ** field.width - 1) * 2 ** field.low, 8)}u /* ${field.meaning} */`,
      ]),
    ];
  });
  return `/* ${title} */\n#ifndef ${guard}\n#define ${guard}\n\n${lines.join('\n')}\n\n#endif\n`;
}
