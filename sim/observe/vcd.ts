import type { Trace, TraceSignal } from './trace.ts';

/** Time units of one clock period; the clock rises at its start and falls in the middle. */
const period = 10;

/** The shortest identifier not used yet: base 94 over the printable characters. */
function identifier(index: number): string {
  let text = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 94)) {
    text += String.fromCharCode(33 + ((rest - 1) % 94));
  }
  return text;
}

function change(width: number, value: bigint, id: string): string {
  return width === 1 ? `${value}${id}` : `b${value.toString(2)} ${id}`;
}

interface Variable extends TraceSignal {
  readonly id: string;
  readonly path: readonly string[];
  readonly values: readonly bigint[];
}

/** An output that is a register has its name, too, and is written once. */
function variablesOf(trace: Trace): Variable[] {
  const seen = new Set<string>();
  return trace.signals.flatMap((signal, index) => {
    if (seen.has(signal.name)) return [];
    seen.add(signal.name);
    const path = signal.name.split('.');
    return [{ ...signal, id: identifier(index + 2), path, values: trace.values[index]! }];
  });
}

/** `$scope` ... `$upscope` around the variables of one instance and those below it. */
function scope(name: string, variables: readonly Variable[], depth: number): string[] {
  const own = variables.filter(({ path }) => path.length === depth + 1);
  const below = new Map<string, Variable[]>();
  for (const variable of variables) {
    if (variable.path.length <= depth + 1) continue;
    const instance = variable.path[depth]!;
    below.set(instance, [...(below.get(instance) ?? []), variable]);
  }
  return [
    `$scope module ${name} $end`,
    ...own.map(({ kind, width, id, path }) => {
      const range = width === 1 ? '' : ` [${width - 1}:0]`;
      return `$var ${kind === 'register' ? 'reg' : 'wire'} ${width} ${id} ${path[depth]}${range} $end`;
    }),
    ...[...below].flatMap(([instance, inside]) => scope(instance, inside, depth + 1)),
    '$upscope $end',
  ];
}

/**
 * The trace as a value change dump (IEEE 1364-2005, clause 18), with the scopes of the hierarchy, `clk` and `rst`.
 * A clock lasts 10 ns; what a signal was during a clock stands from the clock's start.
 */
export function printVcd(trace: Trace): string {
  const clk = identifier(0);
  const rst = identifier(1);
  const variables = variablesOf(trace);
  const [opening, ...rest] = scope(trace.name, variables, 0);
  const lines = [
    '$timescale 1ns $end',
    opening!,
    `$var wire 1 ${clk} clk $end`,
    `$var wire 1 ${rst} rst $end`,
    ...rest,
    '$enddefinitions $end',
  ];
  const { resets } = trace;
  for (let clock = 0; clock < resets.length; clock++) {
    lines.push(`#${clock * period}`, `1${clk}`);
    if (clock === 0 || resets[clock] !== resets[clock - 1]) lines.push(`${Number(resets[clock])}${rst}`);
    for (const { width, id, values } of variables) {
      if (clock === 0 || values[clock] !== values[clock - 1]) lines.push(change(width, values[clock]!, id));
    }
    lines.push(`#${clock * period + period / 2}`, `0${clk}`);
  }
  lines.push(`#${resets.length * period}`);
  return `${lines.join('\n')}\n`;
}
