import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lit } from '../../../hdl-gen/lang/combine.ts';
import { module } from '../../../hdl-gen/lang/module.ts';
import type { UInt } from '../../../hdl-gen/lang/signal.ts';
import { delay } from '../../../hdl-gen/lang/state.ts';
import { bool, uint } from '../../../hdl-gen/lang/types.ts';
import { wire } from '../../../hdl-gen/lang/wire.ts';
import { Fault } from '../../../specs/fault.ts';
import { Inner, inModule, mistakes, untyped } from './mistakes.ts';

function faultOf(make: () => unknown): Fault {
  try {
    make();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** What `<place>` stands for in the table. */
const someLine = /test\/hdl-gen\/lang\/mistakes\.ts:\d+:\d+/g;

const sourceLines = readFileSync(new URL('./mistakes.ts', import.meta.url), 'utf8').split('\n');
const moduleLine = sourceLines.findIndex((line) => line.includes("module('m', { in: { u: uint(8), s:")) + 1;
/** Lines of the table, counted from 1, in which the mistake of that name stands. */
function linesOf(index: number): { readonly from: number; readonly to: number } {
  const startOf = (name: string): number =>
    sourceLines.findIndex((line) => /^ {2,4}\[?'/.test(line) && line.includes(`'${name}',`)) + 1;
  const next = mistakes[index + 1];
  return { from: startOf(mistakes[index]![0]), to: next === undefined ? sourceLines.length : startOf(next[0]) };
}

describe('planted mistakes: code, cause and way out, at the line of the author', () => {
  test.each(mistakes.map((mistake, index) => [...mistake, index] as const))(
    '%s',
    (_, make, code, cause, wayOut, index) => {
      const fault = faultOf(make);
      const reason = fault.reason.replace(someLine, '<place>');
      expect({ code: fault.code, cause: reason, wayOut: fault.wayOut }).toEqual({ code, cause, wayOut });
      const [, line] = /^test\/hdl-gen\/lang\/mistakes\.ts:(\d+):\d+$/.exec(fault.place)!;
      const { from, to } = linesOf(index);
      // What is wrong with a module as a whole shows where it is described.
      expect(from).toBeGreaterThan(0);
      expect(Number(line) === moduleLine || (Number(line) >= from && Number(line) <= to)).toBe(true);
    },
  );

  test('every message is different', () => {
    expect(new Set(mistakes.map(([, , , cause]) => cause)).size).toBe(mistakes.length);
  });

  /** Types and parameters belong to no module. */
  const ofNoModule = /^(enumeration '|uint\(|vec\(|record\(|a function)/;
  const inModules = mistakes.filter(([, , code]) => code !== 'HDL_OUTSIDE_MODULE');
  test.each(inModules)('%s: inside another module the way to it is told', (_, make, code, cause) => {
    const fault = faultOf(() =>
      module('outer', { in: {}, out: {} }, () => {
        make();
        return {};
      }),
    );
    expect(fault.code).toBe(code);
    const reason = fault.reason.replace(someLine, '<place>');
    const [plain] = cause.split(' (in m >');
    const withPath = `${plain} (in outer > ${/\(in (.*)\)$/.exec(cause)?.[1] ?? 'm'})`;
    const told = /of module '|^module name '|combinational loop: /.test(cause) || ofNoModule.test(cause);
    expect(told ? [cause, withPath] : [withPath]).toContain(reason);
  });
});

describe('every code of the language', () => {
  const layers = ['../../../hdl-gen/lang/', '../../../hdl-gen/ir/', '../../../hdl-gen/library/'];
  const codes = new Set(
    layers.flatMap((layer) =>
      readdirSync(new URL(layer, import.meta.url), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.name.endsWith('.ts'))
        .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').match(/'HDL_[A-Z_]+'/g) ?? [])
        .map((code) => code.slice(1, -1)),
    ),
  );
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  /** Of designs, texts and questions that did not come from the language, tested in ir/{check,text,elaborate}.test.ts. */
  const withoutAuthor = new Set(['HDL_INSTANCE', 'HDL_ORDER', 'HDL_PROBE', 'HDL_TEXT', 'HDL_TOP']);
  const planted = new Set(mistakes.map(([, , code]) => code));

  test('is planted at least once with its exact text, place and path, and explained in docs/errors.md', () => {
    expect(codes.size).toBeGreaterThan(35);
    expect([...codes].filter((code) => !(planted.has(code) || withoutAuthor.has(code)))).toEqual([]);
    expect([...planted].filter((code) => !codes.has(code))).toEqual([]);
    expect([...codes].filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
    const elsewhere = ['check', 'text', 'elaborate'].map((name) =>
      readFileSync(new URL(`../ir/${name}.test.ts`, import.meta.url), 'utf8'),
    );
    expect([...withoutAuthor].filter((code) => !elsewhere.some((text) => text.includes(code)))).toEqual([]);
  });

  test('far more than 40 distinct mistakes are planted', () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(90);
    expect(planted.size).toBe(codes.size - withoutAuthor.size);
  });
});

/** Line of this file in which the text stands, as errors show it. */
function lineOf(stack: string): string {
  return stack.replace(/:\d+$/, '');
}

describe('mistakes with two places show both', () => {
  test('name clash', () => {
    let places: string[] = [];
    const fault = faultOf(
      inModule(({ b }) => {
        places = [new Error().stack!.split('\n')[1]!];
        delay('x', b);
        delay('x', b);
      }),
    );
    const [, line] = /errors\.test\.ts:(\d+)/.exec(places[0]!)!;
    const at = (offset: number): string => `test/hdl-gen/lang/errors.test.ts:${Number(line) + offset}`;
    expect(lineOf(fault.place)).toBe(at(2));
    expect(fault.reason).toContain(
      `name 'x' of this register is already taken in module 'm' by the register at ${at(1)}:`,
    );
    expect(fault.message).toBe(`${fault.place}: ${fault.reason}; give one of them another name [HDL_NAME_CLASH]`);
  });

  test('wire driven twice', () => {
    const fault = faultOf(
      inModule(({ b }) => {
        const w = wire('w', bool);
        w.drive(b);
        w.drive(b);
      }),
    );
    expect(fault.code).toBe('HDL_DOUBLE_DRIVER');
    expect(fault.reason).toMatch(
      /^wire 'w' is driven again; it was driven at test\/hdl-gen\/lang\/errors\.test\.ts:\d+:11$/,
    );
  });

  test('one module name for two modules', () => {
    const make = (value: number) => module('same', { in: {}, out: { z: uint(4) } }, () => ({ z: lit(uint(4), value) }));
    const fault = faultOf(
      inModule(() => {
        make(1)('first', {});
        make(2)('second', {});
      }),
    );
    expect(fault.code).toBe('HDL_MODULE_NAME');
    expect(fault.reason).toMatch(
      /^module name 'same' stands for two different modules, at test.*errors\.test\.ts:\d+:\d+ and at test.*$/,
    );
  });
});

describe('a signal where JavaScript wants a value', () => {
  const uses: Readonly<Record<string, (u: UInt) => unknown>> = {
    'a sum': (u) => untyped<number>(u) + 1,
    'a negative': (u) => -untyped<number>(u),
    'a comparison with a number': (u) => untyped<number>(u) < 1,
    // biome-ignore lint/suspicious/noDoubleEquals: the mistake itself.
    'a loose comparison': (u) => untyped<number>(u) == 1,
    'a template text': (u) => `${u}`,
    'an index of an array': (u) => [1, 2][untyped<number>(u)],
    'an argument of Math': (u) => Math.max(untyped<number>(u), 1),
    'a number of bits': (u) => BigInt(untyped<number>(u)),
    JSON: (u) => JSON.stringify({ u }),
  };
  for (const [what, use] of Object.entries(uses)) {
    test(what, () => {
      const fault = faultOf(inModule(({ u }) => use(u)));
      expect(fault.code).toBe('HDL_SIGNAL_AS_NUMBER');
      expect(fault.reason).toBe('a uint(8) signal was used as a JavaScript value');
      expect(fault.place).toMatch(/^test\/hdl-gen\/lang\/errors\.test\.ts:\d+:\d+$/);
    });
  }
});

test('a module that contains another one of its own name is refused where it is described', () => {
  const same = module('same', { in: {}, out: { z: uint(4) } }, () => ({ z: lit(uint(4), 1) }));
  const between = module('between', { in: {}, out: { z: uint(4) } }, () => ({ z: same('inner', {}).z }));
  for (const child of [same, between]) {
    const fault = faultOf(() => module('same', { in: {}, out: { z: uint(4) } }, () => ({ z: child('inner', {}).z })));
    expect(fault.code).toBe('HDL_MODULE_NAME');
    expect(fault.reason).toMatch(
      /^module 'same' contains another module of its own name, at test\/hdl-gen\/lang\/errors\.test\.ts:\d+:\d+$/,
    );
    expect(fault.wayOut).toBe('give one of them another name');
    expect(lineOf(fault.place)).not.toBe(lineOf(fault.reason.split(' at ')[1]!));
    expect(fault.place).toMatch(/^test\/hdl-gen\/lang\/errors\.test\.ts:\d+:\d+$/);
  }
});

describe('combinational loops are shown by name', () => {
  test('inside one module', () => {
    const fault = faultOf(
      inModule(({ u }) => {
        const w = wire('w', uint(8));
        const next = w.addWrap(u).as('next');
        w.drive(next.not());
      }),
    );
    expect(fault.code).toBe('HDL_LOOP');
    expect(fault.reason).toBe('combinational loop: w -> next -> w');
    expect(fault.wayOut).toBe('break it with a register (reg or delay)');
    expect(fault.place).toMatch(/errors\.test\.ts/);
  });

  test('through instances', () => {
    const fault = faultOf(
      inModule(() => {
        const w = wire('w', uint(8));
        const first = Inner({ width: 8 })('first', { a: w });
        const second = Inner({ width: 8 })('second', { a: first.z });
        w.drive(second.z);
        return { y: second.z };
      }),
    );
    expect(fault.reason).toBe('combinational loop: w -> first.a -> first.z -> second.a -> second.z -> w');
  });

  test('of very many nodes, without running out of stack', () => {
    const fault = faultOf(
      inModule(({ u }) => {
        const w = wire('w', uint(8));
        let value: UInt = w;
        for (let step = 0; step < 50_000; step++) value = value.addWrap(u);
        w.drive(value);
        return { y: w };
      }),
    );
    expect(fault.reason).toBe('combinational loop: w -> w');
  });
});
