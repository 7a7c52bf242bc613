import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBatchSimulator } from '../../../sim/rtl/batch.ts';
import { createSimulator, type Engine, type Simulator } from '../../../sim/rtl/simulator.ts';
import { netlistBuilder } from './netlist-builder.ts';

const engines: readonly Engine[] = ['wasm', 'js-interpreter'];

/** A memory with one write and two read ports, everything driven from outside. */
function memoryNetlist(depth: number, addressWidth: number, addressSigned = false) {
  const b = netlistBuilder('memory');
  const address = b.input('address', addressWidth, addressSigned);
  const data = b.input('data', 12, true);
  const write = b.input('write', 1);
  const read = b.input('read', 1);
  const always = b.add({ op: 'memoryRead', memory: 0, port: 0, width: 12, signed: true });
  const enabled = b.add({ op: 'memoryRead', memory: 0, port: 1, width: 12, signed: true });
  b.memories.push({
    name: 'words',
    width: 12,
    signed: true,
    depth,
    init: [-1n, 2n, -3n],
    reads: [
      { address, enable: null, node: always },
      { address, enable: read, node: enabled },
    ],
    writes: [{ address, data, enable: write }],
  });
  b.output('always', always);
  b.output('enabled', enabled);
  return b.netlist();
}

describe.each(engines)('the simulator on the %s engine', (engine) => {
  const run = (netlist: ReturnType<typeof memoryNetlist>) => {
    const sim = createSimulator(netlist, { engine });
    const step = (address: bigint, data: number, write: number, read: number): [number, number] => {
      sim.port('address').writeBig(address);
      sim.port('data').write(data);
      sim.port('write').write(write);
      sim.port('read').write(read);
      sim.cycle();
      sim.settle();
      return [sim.port('always').read(), sim.port('enabled').read()];
    };
    return { sim, step };
  };

  it('reads the old word at the clock of a write and holds disabled read data', () => {
    const { step } = run(memoryNetlist(5, 3));
    expect(step(1n, 0, 0, 1)).toEqual([2, 2]);
    expect(step(2n, 77, 1, 0)).toEqual([-3, 2]);
    expect(step(2n, 0, 0, 0)).toEqual([77, 2]);
    expect(step(2n, -2048, 1, 1)).toEqual([77, 77]);
    expect(step(2n, 0, 0, 1)).toEqual([-2048, -2048]);
    expect(step(3n, 0, 0, 1)).toEqual([0, 0]);
  });

  it.each([
    ['narrow', 3, false, [5n, 7n]],
    ['signed', 4, true, [-1n, -8n, 5n]],
    ['33 bits', 33, false, [1n << 32n, (1n << 32n) + 1n, 5n]],
    ['64 bits', 64, true, [-(1n << 63n), -(1n << 32n), 6n]],
  ] as const)('reads 0 and writes nothing beyond the depth, address %s', (_, width, signed, outside) => {
    const { step } = run(memoryNetlist(5, width, signed));
    for (const address of outside) {
      expect(step(address, 99, 1, 1)).toEqual([0, 0]);
      expect(step(address, 0, 0, 1)).toEqual([0, 0]);
    }
    expect([0n, 1n, 2n, 3n, 4n].map((address) => step(address, 0, 0, 1)[0])).toEqual([-1, 2, -3, 0, 0]);
  });

  it('restores registers, read data and memories on reset and keeps the inputs', () => {
    const { sim, step } = run(memoryNetlist(5, 3));
    step(0n, 500, 1, 1);
    expect(step(0n, 500, 1, 1)).toEqual([500, 500]);
    expect(sim.cycleCount).toBe(2);
    sim.reset();
    expect(sim.cycleCount).toBe(0);
    expect(sim.port('data').read()).toBe(500);
    sim.settle();
    expect(sim.port('always').read()).toBe(0);
    expect(step(0n, 0, 0, 1)).toEqual([-1, -1]);
  });

  it('samples outputs before the edge, counts clocks, peeks and pokes', () => {
    const b = netlistBuilder('counter');
    const step = b.input('step', 40, true);
    const count = b.register('core.count', 40, true, -5n);
    const free = b.register('core.free', 6, false, null);
    b.drive(count, b.add({ op: 'add', args: [count, step], width: 40, signed: true }));
    b.drive(free, b.add({ op: 'add', args: [free, step], width: 6, signed: false }));
    b.output('count', count);
    const sim = createSimulator(b.netlist(), { engine });
    expect(sim.registers).toEqual(['core.count', 'core.free']);
    expect([sim.peek('core.count'), sim.peek('core.free')]).toEqual([-5n, 0n]);
    sim.port('step').writeBig(1n << 35n);
    sim.cycle();
    expect(sim.port('count').readBig()).toBe(-5n);
    expect(sim.peek('core.count')).toBe((1n << 35n) - 5n);
    sim.port('step').write(-3);
    sim.cycle(4);
    expect(sim.port('count').read()).toBe(2 ** 35 - 14);
    expect(sim.peek('core.free')).toBe(52n);
    expect(sim.cycleCount).toBe(5);
    sim.poke('core.count', 1n << 39n);
    sim.poke('core.free', -1n);
    expect([sim.peek('core.count'), sim.peek('core.free')]).toEqual([-(1n << 39n), 63n]);
    sim.settle();
    expect(sim.port('count').readBig()).toBe(-(1n << 39n));
  });

  it('wraps what is written to a port into the port', () => {
    const b = netlistBuilder('ports');
    for (const [name, width, signed] of [
      ['u8', 8, false],
      ['s8', 8, true],
      ['u32', 32, false],
      ['s32', 32, true],
      ['u64', 64, false],
    ] as const) {
      b.output(`${name}_out`, b.input(name, width, signed));
    }
    const sim = createSimulator(b.netlist(), { engine });
    const through = (name: string, value: bigint): bigint => {
      sim.port(name).writeBig(value);
      sim.cycle();
      return sim.port(`${name}_out`).readBig();
    };
    expect(through('u8', -1n)).toBe(255n);
    expect(through('s8', 200n)).toBe(-56n);
    expect(through('u32', -1n)).toBe(4294967295n);
    expect(through('s32', 1n << 31n)).toBe(-(1n << 31n));
    expect(through('u64', -1n)).toBe((1n << 64n) - 1n);
    sim.port('u32').write(4294967295);
    sim.cycle();
    expect(sim.port('u32_out').read()).toBe(4294967295);
    sim.port('u8').write(-3);
    expect(sim.port('u8').read()).toBe(253);
  });

  it.each([
    ['Int8Array', Int8Array.of(-1, 5, -16, 15), [31, 5, 16, 15]],
    ['Int16Array', Int16Array.of(-1, 32), [31, 0]],
    ['Int32Array', Int32Array.of(-2147483648, 33), [0, 1]],
    ['BigInt64Array', BigInt64Array.of(-1n, (1n << 40n) + 3n), [31, 3]],
    ['bigints', [-1n, (1n << 70n) + 3n], [31, 3]],
  ] as const)('wraps initial words given as %s into the memory', (_, init, expected) => {
    const b = netlistBuilder('rom');
    const address = b.input('address', 2);
    const data = b.add({ op: 'memoryRead', memory: 0, port: 0, width: 5, signed: false });
    const reads = [{ address, enable: null, node: data }];
    b.memories.push({ name: 'rom', width: 5, signed: false, depth: 4, init, reads, writes: [] });
    b.output('data', data);
    const sim = createSimulator(b.netlist(), { engine });
    const words = [0, 1, 2, 3].map((index) => {
      sim.port('address').write(index);
      sim.cycle();
      sim.settle();
      return sim.port('data').read();
    });
    expect(words).toEqual([...expected, 0, 0].slice(0, 4));
  });

  it('counts toggled bits at the declared width, from a reset on, only when asked', () => {
    const b = netlistBuilder('toggles');
    const a = b.input('a', 12, true);
    const hold = b.input('hold', 1);
    const open = b.add({ op: 'not', args: [hold], width: 1, signed: false });
    const narrow = b.register('narrow', 12, true);
    const wide = b.register('wide', 40, true);
    b.drive(narrow, a, open);
    b.drive(wide, a);
    b.output('a_out', narrow);
    expect(createSimulator(b.netlist(), { engine }).toggles).toBe(null);
    const sim = createSimulator(b.netlist(), { engine, toggles: true });
    const step = (value: number, held: number): number[] => {
      sim.port('a').write(value);
      sim.port('hold').write(held);
      sim.cycle();
      return [...sim.toggles!()];
    };
    expect(step(-1, 0)).toEqual([12, 40]);
    expect(step(-1, 0)).toEqual([12, 40]);
    expect(step(1, 1)).toEqual([12, 79]);
    expect(step(1, 0)).toEqual([23, 79]);
    sim.reset();
    expect([...sim.toggles!()]).toEqual([0, 0]);
  });

  it('says what is wrong with a name', () => {
    const sim = createSimulator(memoryNetlist(2, 1), { engine });
    expect(() => sim.port('addres')).toThrow(
      "memory: there is no port named 'addres'; use one of address, data, write, read, always, enabled [SIM_PORT]",
    );
    expect(() => sim.port('always').write(1)).toThrow("the port 'always' is an output and cannot be written");
    expect(() => sim.peek('core')).toThrow("memory: there is no register named 'core'");
    expect(() => sim.poke('core', 1n)).toThrow('[SIM_REGISTER]');
  });
});

function squarer() {
  const b = netlistBuilder('wide');
  const a = b.input('a', 64);
  const wide = b.add({ op: 'mul', args: [a, a], width: 128, signed: false });
  b.output('high', b.add({ op: 'slice', args: [wide], low: 64, width: 64, signed: false }));
  return b.netlist();
}

describe('which engine runs', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const high = (sim: Simulator): bigint => {
    sim.port('a').writeBig(-1n);
    sim.settle();
    return sim.port('high').readBig();
  };
  const hosts: readonly (readonly [string, unknown])[] = [
    ['has no WebAssembly', undefined],
    [
      'knows no vectors',
      {
        ...webAssemblyParts(),
        Module: class {
          constructor() {
            throw new TypeError('invalid opcode 0xfd');
          }
        },
      },
    ],
  ];

  it('is the compiled one, for values beyond 64 bits too', () => {
    const sim = createSimulator(squarer());
    expect(sim.engine).toBe('wasm');
    expect(high(sim)).toBe((1n << 64n) - 2n);
  });

  it.each(hosts)('is the interpreter on a host that %s', (_, host) => {
    vi.stubGlobal('WebAssembly', host);
    const sim = createSimulator(squarer());
    expect(sim.engine).toBe('js-interpreter');
    expect(high(sim)).toBe((1n << 64n) - 2n);
  });

  it.each(hosts)('is never another than the one asked for: a host that %s', (_, host) => {
    vi.stubGlobal('WebAssembly', host);
    expect(() => createSimulator(squarer(), { engine: 'wasm' })).toThrow(
      /^wide: this host runs no WebAssembly with vector instructions \(TypeError: .+\); leave the engine open or use 'js-interpreter', or run on a host that has them, such as Node 20 \[SIM_HOST\]$/,
    );
    expect(() => createBatchSimulator(squarer())).toThrow('[SIM_HOST]');
    expect(createSimulator(squarer(), { engine: 'js-interpreter' }).engine).toBe('js-interpreter');
  });

  it('is no reason to hide what is wrong with a module on a host that runs others', () => {
    const { Module, ...others } = webAssemblyParts();
    vi.stubGlobal('WebAssembly', {
      ...others,
      Module: class {
        constructor(bytes: Uint8Array) {
          if (bytes.length > 200) throw new RangeError('too large');
          // biome-ignore lint/correctness/noConstructorReturn: stands for the host's own constructor.
          return new Module(bytes);
        }
      },
    });
    expect(() => createSimulator(squarer())).toThrow(new RangeError('too large'));
  });
});

/** The host's own, in the shape that stands in for it. */
function webAssemblyParts() {
  const host = globalThis as unknown as {
    WebAssembly: { Memory: unknown; Module: new (bytes: Uint8Array) => object; Instance: unknown };
  };
  const { Memory, Module, Instance } = host.WebAssembly;
  return { Memory, Module, Instance };
}
