import type { Memory, MemoryField } from './design.ts';
import type { NetMemory } from './netlist.ts';

/** The words of one field of a memory as an array of its own, or null when the memory starts empty. */
export function fieldContents(memory: Memory, field: MemoryField): NetMemory['init'] {
  if (field.content === null) return null;
  const { data, stride, offset } = field.content;
  const source = memory.contents[data]!;
  const bits = field.signed ? field.width : field.width + 1;
  const words =
    bits <= 8
      ? new Int8Array(memory.depth)
      : bits <= 16
        ? new Int16Array(memory.depth)
        : bits <= 32
          ? new Int32Array(memory.depth)
          : new BigInt64Array(memory.depth);
  if (words instanceof BigInt64Array) {
    for (let word = 0; word < memory.depth; word++) words[word] = BigInt(source[word * stride + offset]!);
  } else {
    for (let word = 0; word < memory.depth; word++) words[word] = Number(source[word * stride + offset]!);
  }
  return words;
}

/** The memory as a `$readmemh` file: one word per line, the last field highest. */
export function imageText(memory: Memory): string {
  const digits = Math.ceil(memory.width / 4);
  const lines: string[] = [];
  const byteWide = memory.fields.every((field) => field.width === 8);
  const contents = memory.fields.map((field) => fieldContents(memory, field));
  for (let word = 0; word < memory.depth; word++) {
    if (byteWide) {
      let line = '';
      for (let field = contents.length - 1; field >= 0; field--) {
        line += (Number(contents[field]![word]!) & 0xff).toString(16).padStart(2, '0');
      }
      lines.push(line);
      continue;
    }
    let pattern = 0n;
    for (const [index, field] of memory.fields.entries()) {
      pattern |= BigInt.asUintN(field.width, BigInt(contents[index]![word]!)) << BigInt(field.low);
    }
    lines.push(pattern.toString(16).padStart(digits, '0'));
  }
  return `${lines.join('\n')}\n`;
}
