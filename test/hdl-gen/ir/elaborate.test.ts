import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { printNetlist } from '../../../hdl-gen/ir/print.ts';
import { lit, mux } from '../../../hdl-gen/lang/combine.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { rom } from '../../../hdl-gen/lang/memory.ts';
import { design, generator, module } from '../../../hdl-gen/lang/module.ts';
import type { Bool, UInt } from '../../../hdl-gen/lang/signal.ts';
import { delay, type Reg, reg } from '../../../hdl-gen/lang/state.ts';
import { bool, sint, type UIntType, uint, vec } from '../../../hdl-gen/lang/types.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { MacCell, Sequencer } from '../../support/example-modules.ts';

function count(netlist: Netlist, op: string): number {
  return netlist.nodes.filter((node) => node.op === op).length;
}

describe('the netlist as text', () => {
  test('multiply-accumulate cell', () => {
    expect(printNetlist(elaborate(design(MacCell({ width: 8, accWidth: 32 }))))).toMatchInlineSnapshot(`
      "netlist mac_8x32
        %0 = input s8 a
        %1 = input s8 b
        %2 = input u1 en
        %3 = input u1 clear
        %4 = register s8 a_q
        %5 = register s8 b_q
        %6 = register s32 acc
        %7 = const s32 0
        %8 = mul s16 %0, %1
        %9 = add s32 %6, %8
        %10 = mux s32 %3, %7, %9
        %11 = or u1 %2, %3
        register a_q s8 <- %0
        register b_q s8 <- %1
        register acc s32 <- %10 when %11 reset 0
        output a_q = %4
        output b_q = %5
        output acc = %6
      "
    `);
  });

  test('state machine', async () => {
    await expect(printNetlist(elaborate(design(Sequencer({ depth: 64, drain: 14 }))))).toMatchFileSnapshot(
      '../../golden/verilog/sequencer.netlist.txt',
    );
  });

  test('memory', () => {
    const top = module('lookup', { in: { at: uint(2), on: bool }, out: { y: vec(2, sint(4)) } }, ({ at, on }) => ({
      y: rom('words', vec(2, sint(4)), 3, Int8Array.of(1, -1, 2, -2, 3, -3)).read(at, { enable: on }),
    }));
    const netlist = elaborate(design(top));
    expect(printNetlist(netlist)).toMatchInlineSnapshot(`
      "netlist lookup
        %0 = input u2 at
        %1 = input u1 on
        %2 = memoryRead s4 words_0 port 0
        %3 = memoryRead s4 words_1 port 0
        memory words_0 s4 x 3 with contents
          read %2 at %0 when %1
        memory words_1 s4 x 3 with contents
          read %3 at %0 when %1
        output y_0 = %2
        output y_1 = %3
      "
    `);
    expect(netlist.memories.map(({ init }) => [...init!])).toEqual([
      [1, 2, 3],
      [-1, -2, -3],
    ]);
  });
});

describe('statements become enables and muxes', () => {
  const enableOf = (body: (r: Reg<UIntType>, a: UInt, b: Bool, c: Bool) => void): Netlist =>
    elaborate(
      design(
        module('m', { in: { a: uint(4), b: bool, c: bool }, out: { y: uint(4), z: bool } }, ({ a, b, c }) => {
          const r = reg('r', uint(4));
          body(r, a, b, c);
          return { y: r, z: b.and(c).xor(a.reduceOr()) };
        }),
      ),
    );

  test('always assigned: no enable, no mux', () => {
    const netlist = enableOf((r, a) => {
      r.next = a;
    });
    expect(netlist.registers[0]!.enable).toBeNull();
    expect(count(netlist, 'mux')).toBe(0);
  });

  test('assigned under one condition: that condition is the enable', () => {
    const netlist = enableOf((r, a, b) =>
      when(b, () => {
        r.next = a;
      }),
    );
    expect(netlist.registers[0]!.enable).toBe(netlist.inputs[1]!.node);
    expect(netlist.registers[0]!.next).toBe(netlist.inputs[0]!.node);
    expect(count(netlist, 'mux')).toBe(0);
  });

  test('two conditions: their union is the enable', () => {
    const netlist = enableOf((r, a, b, c) =>
      when(b, () => {
        r.next = a;
      }).elsewhen(c, () => {
        r.next = 3;
      }),
    );
    expect(netlist.nodes[netlist.registers[0]!.enable!]!.op).toBe('or');
    expect(count(netlist, 'mux')).toBe(1);
  });

  test('a default before a condition wins only where the condition fails', () => {
    const netlist = enableOf((r, a, b) => {
      r.next = 1;
      when(b, () => {
        r.next = a;
      });
    });
    expect(netlist.registers[0]!.enable).toBeNull();
    const next = netlist.nodes[netlist.registers[0]!.next]!;
    expect(next.op === 'mux' && next.args.slice(0, 2)).toEqual([netlist.inputs[1]!.node, netlist.inputs[0]!.node]);
  });

  test('both branches assigned: no enable', () => {
    const netlist = enableOf((r, a, b) =>
      when(b, () => {
        r.next = a;
      }).otherwise(() => {
        r.next = 2;
      }),
    );
    expect(netlist.registers[0]!.enable).toBeNull();
  });
});

describe('clean-up', () => {
  test('equal expressions are shared, also across instances', () => {
    const Twice = generator(({ width }: { readonly width: number }) =>
      module(`square_${width}`, { in: { a: uint(width) }, out: { z: uint(2 * width) } }, ({ a }) => ({ z: a.mul(a) })),
    );
    const netlist = elaborate(
      design(
        module('m', { in: { a: uint(4) }, out: { y: uint(9) } }, ({ a }) => {
          const square = Twice({ width: 4 });
          return { y: square('first', { a }).z.add(square('second', { a }).z) };
        }),
      ),
    );
    expect(count(netlist, 'mul')).toBe(1);
  });

  test('what no output needs is gone: registers, memories, operations', () => {
    const netlist = elaborate(
      design(
        module('m', { in: { a: uint(4) }, out: { y: uint(4) } }, ({ a }) => {
          const dead = delay('dead', a.mul(a));
          const table = rom('dead_table', uint(4), 16, new Uint8Array(16)).read(a);
          delay('dead_too', dead.add(table));
          return { y: delay('alive', a) };
        }),
      ),
    );
    expect(netlist.registers.map(({ name }) => name)).toEqual(['alive']);
    expect(netlist.memories).toEqual([]);
    expect(netlist.nodes.map(({ op }) => op)).toEqual(['input', 'register']);
  });

  test('constants fold through conditions of the generator', () => {
    const netlist = elaborate(
      design(
        module('m', { in: { a: uint(4) }, out: { y: uint(6) } }, ({ a }) => {
          const k = lit(uint(4), 5);
          return { y: mux(k.gt(4), a.add(k.subWrap(5)), a.mul(3)).wrap(6) };
        }),
      ),
    );
    expect(netlist.nodes.map(({ op }) => op)).toEqual(['input', 'extend']);
  });
});

test('registers carry their path, dots between instances', () => {
  const Stage = generator(({ width }: { readonly width: number }) =>
    module(`stage_${width}`, { in: { a: uint(width) }, out: { z: uint(width) } }, ({ a }) => ({ z: delay('hold', a) })),
  );
  const Pair = module('pair', { in: { a: uint(4) }, out: { z: uint(4) } }, ({ a }) => {
    const stage = Stage({ width: 4 });
    return { z: stage('second', { a: stage('first', { a }).z }).z };
  });
  const netlist = elaborate(
    design(module('m', { in: { a: uint(4) }, out: { y: uint(4) } }, ({ a }) => ({ y: Pair('chain', { a }).z }))),
  );
  expect(netlist.registers.map(({ name }) => name).sort()).toEqual(['chain.first.hold', 'chain.second.hold']);
});

describe('probes', () => {
  const Inner = module('inner', { in: { a: uint(4), ready: bool }, out: { z: uint(4) } }, ({ a, ready }) => ({
    z: delay('hold', a.mul(3).wrap(4).as('tripled'), { enable: ready }),
  }));
  const outer = design(
    module('outer', { in: { a: uint(4), ready: bool }, out: { y: uint(4) } }, ({ a, ready }) => ({
      y: Inner('part', { a: a.addWrap(1), ready }).z,
    })),
  );

  test('values inside become outputs beside those of the module, with their width', () => {
    const netlist = elaborate(outer, { names: false, probes: ['part.tripled', 'part.z', 'part.ready', 'part.a'] });
    expect(netlist.outputs.map(({ name }) => name)).toEqual(['y', 'part.tripled', 'part.z', 'part.ready', 'part.a']);
    expect(netlist.outputs.map(({ node }) => netlist.nodes[node]!.width)).toEqual([4, 4, 4, 1, 4]);
    const sim = createSimulator(netlist);
    sim.set('a', 6);
    sim.set('ready', 1);
    sim.cycle();
    expect(['part.a', 'part.tripled', 'part.z', 'part.ready'].map((name) => sim.port(name).read())).toEqual([
      7, 5, 0, 1,
    ]);
    sim.settle();
    expect([sim.port('part.z').read(), sim.port('y').read()]).toEqual([5, 5]);
  });

  test('without them the netlist is what it was', () => {
    expect(printNetlist(elaborate(outer, { probes: [] }))).toBe(printNetlist(elaborate(outer)));
  });

  test('names that are asked for are kept, no others; the circuit is the same', () => {
    const all = elaborate(outer);
    expect(all.names!.nets.length).toBeGreaterThan(2);
    const some = elaborate(outer, { names: new Set(['part.tripled', 'part.a', 'nothing like it']) });
    expect(some.names!.nets.map(({ name }) => name).sort()).toEqual(['part.a', 'part.tripled']);
    const none = elaborate(outer, { names: new Set() });
    expect(none.names).toBeUndefined();
    expect([some.nodes, none.nodes]).toEqual([all.nodes, all.nodes]);
  });

  test('a name that nothing has', () => {
    expect(() => elaborate(outer, { probes: ['part.q'] })).toThrow(
      "outer: there is no named value 'part.q' inside; name a named value, a wire or a port of an instance, with the instances before it and dots between [HDL_PROBE]",
    );
  });
});

test('100,000 nodes, 20,000 deep, in under 1.5 s of processor time', () => {
  const deep = design(
    module('deep', { in: { a: uint(16), b: uint(16) }, out: { y: uint(16) } }, ({ a, b }) => {
      const rows: UInt[] = [a, b, a.not(), b.not(), a.xor(b)];
      for (let step = 0; step < 20_000; step++) {
        for (const [at, row] of rows.entries())
          rows[at] = step % 3 === 0 ? row.xor(rows[(at + 1) % 5]!) : row.addWrap(rows[(at + 2) % 5]!);
      }
      return { y: rows.reduce((x, y) => x.xor(y)) };
    }),
  );
  const before = process.cpuUsage();
  const netlist = elaborate(deep);
  const { user, system } = process.cpuUsage(before);
  expect(netlist.nodes.length).toBeGreaterThan(99_000);
  expect((user + system) / 1e6).toBeLessThan(1.5);
});
