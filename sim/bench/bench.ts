import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { design, type ModuleConstructor } from '../../hdl-gen/lang/module.ts';
import type { Fields } from '../../hdl-gen/lang/types.ts';
import { Fault } from '../../specs/fault.ts';
import { createRecorder, type Trace } from '../observe/trace.ts';
import { printWave } from '../observe/wave.ts';
import { createSimulator, type Port, type Simulator, type SimulatorOptions } from '../rtl/simulator.ts';
import { asNumbers, type GivenFields, gather, type Located, locate, type SeenFields, scatter } from './values.ts';

/** A part of a bench: every `yield` is one clock. */
export type Driver = Generator<void, void, void>;

/** The circuit under test, as a bench sees it. */
export interface Dut<I extends Fields, O extends Fields> {
  /** Sets inputs for the coming clock; they keep their values until they are set again. They start at 0. */
  set(inputs: Partial<GivenFields<I>>): void;
  /** The outputs as they were during the last clock, before its edge. */
  readonly out: SeenFields<O>;
  /** The same with bigints, for values beyond 2^53. */
  readonly big: SeenFields<O, bigint>;
  /** Clocks since the reset at the beginning. */
  readonly clock: number;
  /** The coming clock has the synchronous reset at 1. */
  reset(): void;
  /** Runs a driver beside the others from this clock on; it ends with the bench at the latest. */
  start(driver: Driver): void;
  /** Present content of a register, by its hierarchical name. */
  peek(register: string): bigint;
  /** Value of a port, register or net by its hierarchical name, as `Simulator.get`. */
  get(name: string): bigint;
  /** Untyped access by path (`key`, `key.3`, `key.field`), for drivers that serve any circuit. */
  setPort(path: string, value: unknown): void;
  getPort(path: string): unknown;
}

export interface BenchOptions extends SimulatorOptions {
  /** The bench must end within this many clocks. Default 100,000. */
  readonly maxClocks?: number;
  /** Nets that the trace holds besides ports and registers, by hierarchical name; `all` is all of them. Default none. */
  readonly traces?: readonly string[] | 'all';
}

/** A bench that ran to its end: all that is needed to run it again on the Verilog text. */
export interface BenchRun {
  readonly design: Design;
  readonly trace: Trace;
  /** Clocks after the reset. */
  readonly clocks: number;
  readonly simulator: Simulator;
  /** Bits that changed after the reset, one count per register of the netlist; null without the option `toggles`. */
  readonly toggles: Float64Array | null;
}

/** Clocks that a failure shows. */
const shownClocks = 12;

/**
 * Runs a bench on the embedded simulator. The circuit gets one clock of reset with all inputs at 0; then `body` runs, one
 * clock per `yield`, together with the drivers it starts, until it returns. All drivers set inputs before a clock and
 * read the outputs of that clock after it, so that their order cannot matter.
 *
 * Faults: `BENCH_TIMEOUT` beyond `maxClocks`, `BENCH_TWO_DRIVERS` when two drivers set one port for the same clock,
 * `BENCH_VALUE` for a value that a port does not hold, `SIM_UNKNOWN` with `unknowns: 'check'`. Whatever is thrown gets the last clocks as a waveform.
 */
export function bench<I extends Fields, O extends Fields>(
  top: ModuleConstructor<I, O>,
  body: (dut: Dut<I, O>) => Driver,
  options: BenchOptions = {},
): BenchRun {
  const circuit = design(top);
  const simulator = createSimulator(elaborate(circuit), { source: circuit, ...options });
  const { traces = [] } = options;
  const recorder = createRecorder(simulator, traces === 'all' ? simulator.nets : traces);
  const ports = new Map<string, Port>();
  for (const { name } of [...simulator.netlist.inputs, ...simulator.netlist.outputs])
    ports.set(name, simulator.port(name));
  for (const { name } of simulator.netlist.inputs) ports.get(name)!.writeBig(0n);

  const drivers: Driver[] = [];
  const setBy = new Map<string, number>();
  let current = 0;
  let clock = 0;
  let resetNext = false;
  const fault = (code: string, cause: string, wayOut: string): never => {
    throw new Fault({ code, place: circuit.top, cause, wayOut });
  };
  const find = (side: Fields, path: string): Located =>
    locate(side, path) ??
    fault('BENCH_PORT', `there is no port '${path}'`, `use one of ${Object.keys(side).join(', ')}, or a part of one`);
  const setPort = (path: string, value: unknown): void => {
    const { type, name } = find(top.ports.in, path);
    scatter(type, name, value, (port, integer) => {
      if ((setBy.get(port) ?? current) !== current)
        fault('BENCH_TWO_DRIVERS', `two drivers set '${port}' for clock ${clock}`, 'let one driver set each port');
      setBy.set(port, current);
      ports.get(port)!.writeBig(integer);
    });
  };
  const getBig = (path: string): unknown => {
    const { type, name } = find(top.ports.out, path);
    return gather(type, name, (port) => ports.get(port)!.readBig());
  };
  const getPort = (path: string): unknown => asNumbers(getBig(path), path);
  const dut: Dut<I, O> = {
    set: (inputs) => {
      for (const [key, value] of Object.entries(inputs)) setPort(key, value);
    },
    out: lazily(top.ports.out, '', getPort) as SeenFields<O>,
    big: lazily(top.ports.out, '', getBig) as SeenFields<O, bigint>,
    get clock() {
      return clock;
    },
    reset: () => {
      if (options.toggles === true)
        fault(
          'BENCH_RESET',
          'a reset in the middle of counting toggles',
          'count toggles in a bench without dut.reset()',
        );
      resetNext = true;
    },
    start: (driver) => {
      drivers.push(driver);
    },
    peek: (register) => simulator.peek(register),
    get: (name) => simulator.get(name),
    setPort,
    getPort,
  };

  // Registers power up at 0 as they do in Verilator; the reset gives those that have one their reset value.
  for (const register of simulator.registers) simulator.poke(register, 0n);
  simulator.unknowns?.powerUp();
  recorder.cycle(true);
  const togglesBefore = simulator.toggles?.();
  try {
    const main = body(dut);
    const done = new Set<Driver>();
    const resume = (driver: Driver, index: number): void => {
      current = index;
      if (!done.has(driver) && driver.next().done === true) done.add(driver);
    };
    const maxClocks = options.maxClocks ?? 100_000;
    for (;;) {
      // The main driver comes last, when the others have seen the clock, and then those that it starts now.
      let next = 0;
      for (; next < drivers.length; next++) resume(drivers[next]!, next);
      resume(main, -1);
      if (done.has(main)) break;
      for (; next < drivers.length; next++) resume(drivers[next]!, next);
      if (clock === maxClocks)
        fault('BENCH_TIMEOUT', `the bench has not ended after ${maxClocks} clocks`, 'allow more with { maxClocks }');
      recorder.cycle(resetNext);
      resetNext = false;
      setBy.clear();
      clock += 1;
    }
  } catch (error) {
    if (error instanceof Error && clock > 0) {
      const shown = printWave(recorder.trace, { from: Math.max(0, clock - shownClocks), to: clock });
      error.message = `${error.message}\n\n${circuit.top}, the last clocks:\n${shown}`;
    }
    throw error;
  } finally {
    for (const driver of drivers) driver.return();
  }
  const toggles = simulator.toggles?.().map((count, register) => count - togglesBefore![register]!) ?? null;
  return { design: circuit, trace: recorder.trace, clocks: clock, simulator, toggles };
}

/** An object whose properties are read when they are asked for, fields of records one by one. */
function lazily(fields: Fields, path: string, read: (path: string) => unknown): object {
  const target = {};
  for (const [key, type] of Object.entries(fields)) {
    const get = (): unknown =>
      type.kind === 'record' ? lazily(type.fields, `${path}${key}.`, read) : read(`${path}${key}`);
    Object.defineProperty(target, key, { enumerable: true, get });
  }
  return target;
}

/** `count` clocks. */
export function* clocks(count: number): Driver {
  for (let at = 0; at < count; at++) yield;
}

/** Clocks until the condition holds after one of them; at least one. */
export function* until(condition: () => boolean): Driver {
  do yield;
  while (!condition());
}
