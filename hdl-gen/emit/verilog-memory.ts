import type { ExprId, Memory, MemoryRead, MemoryStyle, MemoryWrite, Module } from '../ir/design.ts';
import { asUnsigned, compose, infix, levels, type Text } from './verilog-text.ts';

/**
 * Whether a table is said to belong into block memory. Left alone, Yosys builds tables of a few thousand bits from look-up tables (a
 * weight memory of 640 bytes: about a hundred of them on xc7). Shallow ones would waste the blocks, so tools decide on these.
 */
function asksForBlock({ width, depth, writes }: Memory): boolean {
  return writes.length === 0 && depth >= 256 && width * depth >= 4096;
}

const ramStyles: Readonly<Record<MemoryStyle, string>> = {
  block: 'ram_style = "block", syn_ramstyle = "block_ram"',
  distributed: 'ram_style = "distributed", syn_ramstyle = "distributed"',
  registers: 'ram_style = "registers", syn_ramstyle = "registers"',
};
// Yosys looks at `ram_style` first, of a table as well, and calls tables in logic so; to Vivado they are distributed.
const inLogic = 'ram_style = "registers", rom_style = "distributed", syn_romstyle = "logic"';
const romStyles: Readonly<Record<MemoryStyle, string>> = {
  block: 'rom_style = "block", syn_romstyle = "EBR"',
  distributed: inLogic,
  registers: inLogic,
};

/** The attributes in front of a memory, in the words of Yosys, Vivado (`ram_style`) and Lattice's tools (`syn_ramstyle`); null for none. */
export function styleAttribute(memory: Memory): string | null {
  const { style, kind } = memory;
  if (style !== undefined) return `(* ${(kind === 'rom' ? romStyles : ramStyles)[style]} *)`;
  return asksForBlock(memory) ? '(* rom_style = "block" *)' : null;
}

/** The low bits of a value as text. */
type Read = (id: ExprId, width: number) => Text;

/** Neighbouring fields of a word that one write stores under one condition. */
interface Part {
  readonly mask: ExprId | null;
  readonly low: number;
  readonly high: number;
  /** The last field highest. */
  readonly value: string;
}

/**
 * What the clock edge does to a memory, in the order that decides: writes (the last one wins), then reads, which see the
 * words before, then, where a collision gives new data, the written word over the one read.
 */
export function memoryStatements(memory: Memory, module: Module, read: Read): string[] {
  const lines: string[] = [];
  const isOn = (id: ExprId | null): boolean => {
    if (id === null) return true;
    const node = module.nodes[id]!;
    return node.op === 'const' && node.value === '1';
  };
  const guarded = (conditions: readonly (ExprId | null)[], same: readonly Text[], statement: string): string => {
    const texts = [...conditions.flatMap((id) => (id === null || isOn(id) ? [] : [read(id, 1)])), ...same];
    if (texts.length === 0) return statement;
    const all = texts.reduce((a, b) => infix('&&', levels.and, a, b));
    return `if (${all.text}) ${statement}`;
  };
  const address = (port: MemoryRead | MemoryWrite): Text => asUnsigned(read(port.address, memory.addressWidth));
  const parts = memory.writes.map((write) => writtenParts(memory, write, read));
  const word = (part: Part): string => {
    const whole = part.low === 0 && part.high === memory.width - 1;
    if (whole) return '';
    return part.low === part.high ? `[${part.low}]` : `[${part.high}:${part.low}]`;
  };
  for (const [at, write] of memory.writes.entries()) {
    for (const part of parts[at]!) {
      const target = `${memory.name}[${address(write).text}]${word(part)}`;
      lines.push(guarded([write.enable, part.mask], [], `${target} <= ${part.value};`));
    }
  }
  for (const port of memory.reads) {
    lines.push(guarded([port.enable], [], `${port.name} <= ${memory.name}[${address(port).text}];`));
    if (memory.collision !== 'newData') continue;
    for (const [at, write] of memory.writes.entries()) {
      for (const part of parts[at]!) {
        const same =
          write.address === port.address ? [] : [infix('==', levels.equality, address(write), address(port))];
        const statement = `${port.name}${word(part)} <= ${part.value};`;
        lines.push(guarded([port.enable, write.enable, part.mask], same, statement));
      }
    }
  }
  return lines;
}

function writtenParts(memory: Memory, write: MemoryWrite, read: Read): Part[] {
  const parts: { mask: ExprId | null; low: number; high: number; values: Text[] }[] = [];
  for (const [at, field] of memory.fields.entries()) {
    const mask = write.masks?.[at] ?? null;
    const value = read(write.data[at]!, field.width);
    const high = field.low + field.width - 1;
    const last = parts.at(-1);
    if (last !== undefined && last.mask === mask) {
      last.high = high;
      last.values.push(value);
    } else parts.push({ mask, low: field.low, high, values: [value] });
  }
  return parts.map(({ mask, low, high, values }) => ({ mask, low, high, value: joined(values).text }));
}

function joined(values: readonly Text[]): Text {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  const inner = values.toReversed().map((value) => value.text);
  return compose(`{${inner.join(', ')}}`, levels.primary, values);
}
