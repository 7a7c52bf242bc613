import { describe, expect, test } from 'vitest';
import { checkDesign, checkNetlist } from '../../../hdl-gen/ir/check.ts';
import type { Design, Module } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { design } from '../../../hdl-gen/lang/module.ts';
import { sint } from '../../../hdl-gen/lang/types.ts';
import { Fault } from '../../../specs/fault.ts';
import { Fifo, MacCell } from '../../support/example-modules.ts';

const mac = design(MacCell({ width: 8, accWidth: 32 }));
const macNetlist = elaborate(mac);
const fifoNetlist = elaborate(design(Fifo({ type: sint(8), depth: 8 })));

function codeOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    if (error instanceof Fault) return `${error.code}: ${error.reason}`;
    throw error;
  }
  return 'accepted';
}

/** The design with some parts of its only module replaced. */
function broken(change: (module: Module) => Partial<Module>): Design {
  const [module] = mac.modules;
  return { ...mac, modules: [{ ...module!, ...change(module!) }] };
}

describe('designs that did not come from the language are checked too', () => {
  const cases: readonly (readonly [string, Design, string])[] = [
    ['sound', mac, 'accepted'],
    ['top missing', { ...mac, top: 'other' }, 'HDL_TOP: the top module is not in the design'],
    [
      'two modules of one name',
      { ...mac, modules: [mac.modules[0]!, mac.modules[0]!] },
      "HDL_MODULE_NAME: two modules are named 'mac_8x32'",
    ],
    [
      'reserved word',
      broken(({ inputs }) => ({
        inputs: inputs.map((port) => (port.name === 'en' ? { ...port, name: 'logic' } : port)),
      })),
      "HDL_NAME: input name 'logic' is a reserved word of Verilog or SystemVerilog",
    ],
    [
      'name twice',
      broken(({ registers }) => ({ registers: registers.map((register) => ({ ...register, name: 'acc' })) })),
      "HDL_NAME_CLASH: name 'acc' of a register in module 'mac_8x32' is already taken by a register",
    ],
    [
      'statement gone',
      broken(({ body }) => ({ body: body.slice(1) })),
      "HDL_UNDRIVEN: register 'acc' of module 'mac_8x32' is never assigned",
    ],
    [
      'value too wide',
      broken(({ registers }) => ({
        registers: registers.map((register) => ({ ...register, width: register.name === 'a_q' ? 4 : register.width })),
      })),
      "HDL_TOO_WIDE: register 'a_q': 8-bit value does not fit in 4 bits",
    ],
    [
      'argument after its reader',
      broken(({ nodes }) => ({
        nodes: nodes.map((node) => (node.op === 'mul' ? { ...node, args: [99, 0] as const } : node)),
      })),
      "HDL_ORDER: node 9 (mul) of module 'mac_8x32' reads node 99",
    ],
    [
      'instance of nothing',
      broken(() => ({ instances: [{ name: 'i', module: 'gone', inputs: [], place: 'x.ts:1:1' }] })),
      "HDL_INSTANCE: instance 'i' is of module 'gone', which does not stand before it",
    ],
  ];
  test.each(cases)('%s', (_, subject, wanted) => {
    expect(codeOf(() => checkDesign(subject))).toBe(wanted);
  });
});

describe('netlists', () => {
  const nodeOf = (netlist: Netlist, op: string): number => netlist.nodes.findIndex((node) => node.op === op);
  const withNode = (netlist: Netlist, op: string, change: object): Netlist => ({
    ...netlist,
    nodes: netlist.nodes.map((node, id) =>
      id === nodeOf(netlist, op) ? ({ ...node, ...change } as typeof node) : node,
    ),
  });
  const cases: readonly (readonly [string, Netlist, string])[] = [
    ['sound', macNetlist, 'accepted'],
    ['sound, with a memory', fifoNetlist, 'accepted'],
    [
      'loop',
      withNode(macNetlist, 'mul', { args: [0, 9] }),
      'NET_ORDER: node 8 (mul) reads node 9: a loop or a wrong order',
    ],
    [
      'undriven',
      withNode(macNetlist, 'mul', { args: [0, 999] }),
      'NET_UNDRIVEN: node 8 (mul) reads node 999, which does not exist',
    ],
    ['width', withNode(macNetlist, 'mul', { width: 0 }), 'NET_WIDTH: node 8 (mul) has width 0'],
    [
      'wide condition',
      withNode(macNetlist, 'mux', { args: [0, 7, 9] }),
      'NET_WIDTH: the condition of mux 10 is 8 bits wide',
    ],
    [
      'register loads another width',
      { ...macNetlist, registers: macNetlist.registers.map((register) => ({ ...register, next: 8 })) },
      "NET_WIDTH: register 'a_q' of 8 bits loads 16",
    ],
    [
      'two registers on one node',
      { ...macNetlist, registers: macNetlist.registers.map((register) => ({ ...register, node: 4 })) },
      "NET_DOUBLE_DRIVER: register 'b_q' is not the source of node 4",
    ],
    [
      'name twice',
      { ...macNetlist, outputs: macNetlist.outputs.map((output) => ({ ...output, name: 'y' })) },
      "NET_NAME_CLASH: two things are named 'y'",
    ],
    [
      'memory with too few initial words',
      { ...fifoNetlist, memories: fifoNetlist.memories.map((memory) => ({ ...memory, init: new Int8Array(3) })) },
      "NET_WIDTH: memory 'words' of 8 words has 3 initial ones",
    ],
  ];
  test.each(cases)('%s', (_, subject, wanted) => {
    expect(codeOf(() => checkNetlist(subject))).toBe(wanted);
  });
});
