import { expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Signal } from '../../../hdl-gen/lang/any-signal.ts';
import { assert, cover } from '../../../hdl-gen/lang/assert.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { module, unused } from '../../../hdl-gen/lang/module.ts';
import type { Bool, UInt } from '../../../hdl-gen/lang/signal.ts';
import { delay, reg } from '../../../hdl-gen/lang/state.ts';
import { bool, uint } from '../../../hdl-gen/lang/types.ts';
import { wire } from '../../../hdl-gen/lang/wire.ts';
import { fuzzDesign, type Insertion, type Recipe, recipeOf } from '../../support/fuzz-module.ts';
import { anyBool, type Pool, pick } from '../../support/fuzz-pool.ts';
import { type Random, seededRandom } from '../../support/random.ts';

/** Adds things whose names begin with `zz_`; `tick` is a bit of a register, the pool holds any value so far. */
type Edit = (tick: Bool, pool: Pool) => void;

const Other = module(
  'zz_other_module',
  { in: { zz_tick: bool }, out: { zz_count: uint(7), zz_odd: bool } },
  ({ zz_tick: tick }) => {
    const count = reg('count', uint(7));
    when(tick, () => {
      count.next = count.addWrap(1);
    });
    return { zz_count: count, zz_odd: count.bit(0) };
  },
);

const edits: Readonly<Record<string, Edit>> = {
  'a register that is assigned always': (tick) => {
    const extra = reg('zz_extra', uint(7));
    extra.next = extra.addWrap(tick.toUInt());
  },
  'a register without a reset': (tick) => {
    delay('zz_delayed', tick, { init: null });
  },
  'a register that is assigned under conditions': (tick) => {
    const extra = reg('zz_extra', uint(7));
    when(tick, () => {
      extra.next = extra.mul(extra).add(3).wrap(7);
    }).otherwise(() => {
      extra.next = 5;
    });
  },
  'a wire': (tick) => {
    wire('zz_wire', uint(2)).drive(tick.toUInt());
  },
  'a named value': (tick) => unused(tick.not().as('zz_value')),
  'an instance': (tick) => {
    Other('zz_other', { zz_tick: tick });
  },
  'a memory': (tick) => {
    const words = ram('zz_words', uint(3), 4);
    const at = tick.toUInt().shl(1);
    words.write(at, 5, { enable: tick });
    words.read(at);
  },
  'an assertion': (_, pool) => assert(anyBool(pool), 'zz_ holds'),
  'a cover of several values': (_, pool) => cover(anyBool(pool).xor(anyBool(pool)).and(anyBool(pool)), 'zz_ was seen'),
};

function bitOf(held: Signal): Bool {
  return held.kind === 'bool' ? (held as Bool) : (held as UInt).bit(0);
}

/** The insertion at one random step of every module: its values and its order of random numbers touch nothing else. */
function insertionOf({ seed, size }: Recipe, edit: Edit): Insertion {
  const steps = new Map<string, number>();
  return ({ module: name, step }, pool, held) => {
    const random: Random = seededRandom(seed + 31);
    if (!steps.has(name)) steps.set(name, random.integer(0, /_level/.test(name) ? Math.max(1, size >> 1) : size));
    if (step === steps.get(name)) edit(bitOf(held), { ...pool, random });
  };
}

/** The lines, a long one that was broken put together again. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  const indentation = (line: string): number => line.length - line.trimStart().length;
  let before = 0;
  for (const line of text.split('\n')) {
    if (indentation(line) >= before + 4) lines.push(`${lines.pop()} ${line.trimStart()}`);
    else lines.push(line);
    before = indentation(line);
  }
  return lines;
}

/** Lines of the first text that the second one does not have in the same order. */
function removedLines(before: readonly string[], after: readonly string[]): string[] {
  let at = 0;
  return before.filter((line) => {
    const found = after.indexOf(line, at);
    if (found < 0) return true;
    at = found + 1;
    return false;
  });
}

/** Lines of the second text that are more than in the first one and do not speak of what was inserted. */
function foreignLines(before: readonly string[], after: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  const neutral =
    /\b(always|posedge|begin|end|if|else|rst|clk|wire|unused_bits|unused_checked_bits|ifndef|endif|SYNTHESIS|b0|finish|display)\b/g;
  return after.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    // The line of an assertion that only says when it is checked.
    if (/^ +always @\(posedge clk\) if \(!rst && .* begin$/.test(line)) return false;
    return count <= 0 && !line.includes('zz_') && /[A-Za-z]/.test(line.replace(/\/\/.*/, '').replace(neutral, ''));
  });
}

const count = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 1500 : 30;

test('something unrelated in a random place of random modules only adds lines of its own', () => {
  for (let seed = 200_001; seed <= 200_000 + count; seed++) {
    const recipe = recipeOf(seed);
    const what = pick(seededRandom(seed), Object.keys(edits));
    const before = new Map(emitVerilog(fuzzDesign(recipe)).files.map(({ name, text }) => [name, linesOf(text)]));
    const edited = emitVerilog(fuzzDesign(recipe, insertionOf(recipe, edits[what]!))).files;
    let added = 0;
    for (const { name, text } of edited) {
      const known = before.get(name);
      const lines = linesOf(text);
      if (known === undefined) expect({ recipe, what, name }).toMatchObject({ name: 'zz_other_module.v' });
      else {
        added += lines.length - known.length;
        const difference = { removed: removedLines(known, lines), foreign: foreignLines(known, lines) };
        expect({ recipe, what, name, ...difference }).toEqual({ recipe, what, name, removed: [], foreign: [] });
      }
    }
    expect({ recipe, what, added: added > 0 }).toEqual({ recipe, what, added: true });
  }
});

test('the comparison sees changed, moved, lost and foreign lines', () => {
  expect(removedLines(['a', 'b', 'c'], ['a', 'x', 'b', 'c'])).toEqual([]);
  expect(removedLines(['a', 'b', 'c'], ['b', 'a', 'c'])).toEqual(['b']);
  expect(removedLines(['a', 'b', 'c'], ['a', 'B', 'c'])).toEqual(['b']);
  expect(foreignLines(['a;', 'b;'], ['a;', 'b;', 'reg zz_x;', 'end'])).toEqual([]);
  expect(foreignLines(['a;', 'b;'], ['a;', 'b;', 'b;'])).toEqual(['b;']);
  expect(linesOf('  a\n      b\n          c\n  d')).toEqual(['  a b c', '  d']);
});

test('without source lines the text is the same but for the comments that name them', () => {
  for (let seed = 210_001; seed <= 210_010; seed++) {
    const circuit = fuzzDesign(
      recipeOf(seed),
      insertionOf(recipeOf(seed), (_, pool) => assert(anyBool(pool), 'holds')),
    );
    const without = emitVerilog(circuit, { sourceLines: false }).files;
    for (const [index, { text }] of emitVerilog(circuit).files.entries()) {
      expect(without[index]!.text).not.toMatch(/\.ts:\d/);
      const lines = text.split('\n').filter((line) => !/^ *\/\/ \S+\.ts:\d+$/.test(line));
      expect(without[index]!.text).toBe(lines.join('\n').replace(/ \(\S+\.ts:\d+:\d+\)"/g, '"'));
    }
  }
});
