import { Fault } from '../../specs/fault.ts';
import { argumentsOf, type Design, type ExprId, type Item, type Module } from './design.ts';
import { withPath } from './instance-path.ts';
import { nameProblem } from './names.ts';
import { allNodes, type Netlist, type NodeId } from './netlist.ts';

function fail(code: string, place: string, cause: string, wayOut: string): never {
  throw new Fault({ code, place, cause, wayOut });
}

/** Rules that every design keeps; the first one broken is thrown as a Fault. */
export function checkDesign(design: Design): void {
  const modules = new Map<string, Module>();
  for (const module of design.modules) {
    if (modules.has(module.name)) {
      fail(
        'HDL_MODULE_NAME',
        module.place,
        `two modules are named '${module.name}'`,
        'put what differs into the names',
      );
    }
    withPath(design, module, () => {
      checkNames(module);
      checkNodes(module);
      checkInstances(module, modules);
      checkDrivers(module);
      checkUnusedInputs(module);
    });
    modules.set(module.name, module);
  }
  if (!modules.has(design.top))
    fail('HDL_TOP', design.top, 'the top module is not in the design', 'name one of its modules');
}

function checkNames(module: Module): void {
  const seen = new Map<string, string>();
  const claim = (name: string, what: string, place: string): void => {
    const problem = nameProblem(name);
    if (problem !== null) fail('HDL_NAME', place, `${what} name '${name}' ${problem}`, 'choose another name');
    const first = seen.get(name);
    if (first !== undefined) {
      fail(
        'HDL_NAME_CLASH',
        place,
        `name '${name}' of a ${what} in module '${module.name}' is already taken by a ${first}`,
        'rename one',
      );
    }
    seen.set(name, what);
  };
  const problem = nameProblem(module.name);
  if (problem !== null)
    fail('HDL_NAME', module.place, `module name '${module.name}' ${problem}`, 'choose another name');
  for (const port of module.inputs) claim(port.name, 'input', module.place);
  for (const register of module.registers) claim(register.name, 'register', register.place);
  for (const wire of module.wires) claim(wire.name, 'wire', wire.place);
  for (const instance of module.instances) claim(instance.name, 'instance', instance.place);
  for (const constant of module.constants) claim(constant.name, 'constant', module.place);
  for (const assertion of module.assertions ?? []) claim(assertion.name, assertion.kind, assertion.place);
  for (const memory of module.memories) {
    claim(memory.name, memory.kind, memory.place);
    for (const read of memory.reads) claim(read.name, 'read register', memory.place);
  }
  for (const node of module.nodes) if (node.name !== undefined) claim(node.name, 'value', node.place ?? module.place);
  const outputs = new Set<string>();
  for (const port of module.outputs) {
    if (outputs.has(port.name))
      fail(
        'HDL_NAME_CLASH',
        module.place,
        `two outputs of module '${module.name}' are named '${port.name}'`,
        'rename one',
      );
    outputs.add(port.name);
    if (seen.has(port.name) && sourceName(module, port.value) !== port.name) claim(port.name, 'output', module.place);
  }
}

/** The name under which a value is already declared in its module. */
export function sourceName(module: Module, id: ExprId): string | undefined {
  const node = module.nodes[id]!;
  if (node.op === 'register') return module.registers[node.register]!.name;
  if (node.op === 'wire') return module.wires[node.wire]!.name;
  return node.op === 'input' ? undefined : node.name;
}

function checkNodes(module: Module): void {
  for (const [id, node] of module.nodes.entries()) {
    if (!Number.isInteger(node.width) || node.width < 1) {
      fail(
        'HDL_WIDTH',
        node.place ?? module.place,
        `node ${id} (${node.op}) of module '${module.name}' has width ${node.width}`,
        'widths are whole numbers from 1',
      );
    }
    for (const arg of argumentsOf(node)) {
      if (arg < 0 || arg >= id)
        fail(
          'HDL_ORDER',
          module.place,
          `node ${id} (${node.op}) of module '${module.name}' reads node ${arg}`,
          'arguments stand before their readers',
        );
    }
    if (node.op === 'slice' && node.low + node.width > module.nodes[node.args[0]]!.width) {
      fail(
        'HDL_BIT_RANGE',
        node.place ?? module.place,
        `node ${id} of module '${module.name}' takes bits ${node.low + node.width - 1} to ${node.low} of ${module.nodes[node.args[0]]!.width}`,
        'stay inside the value',
      );
    }
    if (node.op === 'mux' && module.nodes[node.args[0]]!.width !== 1) {
      fail(
        'HDL_WIDTH',
        node.place ?? module.place,
        `the condition of mux ${id} of module '${module.name}' has ${module.nodes[node.args[0]]!.width} bits`,
        'conditions have 1 bit',
      );
    }
  }
}

function checkInstances(module: Module, before: ReadonlyMap<string, Module>): void {
  for (const instance of module.instances) {
    const child = before.get(instance.module);
    if (child === undefined)
      fail(
        'HDL_INSTANCE',
        instance.place,
        `instance '${instance.name}' is of module '${instance.module}', which does not stand before it`,
        'list modules before their users',
      );
    if (child.inputs.length !== instance.inputs.length) {
      fail(
        'HDL_INSTANCE',
        instance.place,
        `instance '${instance.name}' connects ${instance.inputs.length} of ${child.inputs.length} inputs`,
        'connect every input once',
      );
    }
    const { name, reset, place } = instance;
    if (reset !== undefined) checkFits(module, reset, 1, `reset of instance '${name}'`, place);
    if (reset !== undefined && !child.needsReset) {
      const cause = `instance '${name}' has a reset, and module '${child.name}' has nothing that is reset`;
      fail('HDL_UNUSED', place, cause, 'leave the reset out, or give a register of the module a reset value');
    }
    for (const [index, port] of child.inputs.entries()) {
      checkFits(
        module,
        instance.inputs[index]!,
        port.width,
        `input '${port.name}' of instance '${instance.name}'`,
        instance.place,
      );
    }
  }
}

function checkFits(module: Module, value: ExprId, width: number, what: string, place: string): void {
  const node = module.nodes[value];
  if (node === undefined)
    fail('HDL_UNDRIVEN', place, `${what} of module '${module.name}' is not driven`, 'drive it once');
  if (node.width > width)
    fail(
      'HDL_TOO_WIDE',
      place,
      `${what}: ${node.width}-bit value does not fit in ${width} bits`,
      `say .wrap(${width}) or .sat(${width})`,
    );
}

function checkDrivers(module: Module): void {
  const assigned = new Set<number>();
  const walk = (items: readonly Item[]): void => {
    for (const item of items) {
      if (item.kind === 'set') {
        const register = module.registers[item.register]!;
        assigned.add(item.register);
        checkFits(module, item.value, register.width, `register '${register.name}'`, item.place);
      } else if (item.kind === 'if') {
        for (const arm of item.arms) walk(arm.body);
        walk(item.otherwise);
      } else if (item.kind === 'case') {
        for (const arm of item.arms) walk(arm.body);
      }
    }
  };
  walk(module.body);
  for (const [index, register] of module.registers.entries()) {
    if (!assigned.has(index)) {
      fail(
        'HDL_UNDRIVEN',
        register.place,
        `register '${register.name}' of module '${module.name}' is never assigned`,
        'assign its .next, or use lit(...) for a constant',
      );
    }
  }
  for (const wire of module.wires) checkFits(module, wire.value, wire.width, `wire '${wire.name}'`, wire.place);
  for (const port of module.outputs) checkFits(module, port.value, port.width, `output '${port.name}'`, module.place);
  const drives = new Set<number>();
  for (const item of module.body) {
    if (item.kind !== 'wire') continue;
    if (drives.has(item.wire))
      fail(
        'HDL_DOUBLE_DRIVER',
        module.wires[item.wire]!.place,
        `wire '${module.wires[item.wire]!.name}' is driven twice`,
        'drive it once',
      );
    drives.add(item.wire);
  }
  for (const memory of module.memories) {
    if (memory.reads.length === 0)
      fail(
        'HDL_UNUSED',
        memory.place,
        `${memory.kind} '${memory.name}' of module '${module.name}' is never read`,
        'read it or remove it',
      );
    if (memory.kind === 'ram' && memory.writes.length === 0) {
      fail(
        'HDL_UNDRIVEN',
        memory.place,
        `ram '${memory.name}' of module '${module.name}' is never written`,
        'write it or use rom(...)',
      );
    }
  }
}

/** Expressions that something in the module reads, directly or not. */
export function liveExpressions(module: Module): Uint8Array {
  const live = new Uint8Array(module.nodes.length);
  const mark = (id: ExprId | null): void => {
    if (id !== null) live[id] = 1;
  };
  const walk = (items: readonly Item[]): void => {
    for (const item of items) {
      if (item.kind === 'set') mark(item.value);
      else if (item.kind === 'if') {
        for (const arm of item.arms) {
          mark(arm.condition);
          walk(arm.body);
        }
        walk(item.otherwise);
      } else if (item.kind === 'case') {
        mark(item.subject);
        for (const arm of item.arms) walk(arm.body);
      } else if (item.kind === 'wire') mark(module.wires[item.wire]!.value);
      else if (item.kind === 'instance') {
        const { inputs, reset = null } = module.instances[item.instance]!;
        inputs.forEach(mark);
        mark(reset);
      }
    }
  };
  walk(module.body);
  for (const memory of module.memories) {
    for (const read of memory.reads) {
      mark(read.address);
      mark(read.enable);
    }
    for (const write of memory.writes) {
      mark(write.address);
      mark(write.enable);
      write.data.forEach(mark);
      write.masks?.forEach(mark);
    }
  }
  for (const port of module.outputs) mark(port.value);
  for (const id of module.unused) mark(id);
  for (const { condition } of module.assertions ?? []) mark(condition);
  for (let id = module.nodes.length - 1; id >= 0; id--) {
    if (live[id] === 1) argumentsOf(module.nodes[id]!).forEach(mark);
  }
  return live;
}

function checkUnusedInputs(module: Module): void {
  const live = liveExpressions(module);
  for (const [id, node] of module.nodes.entries()) {
    if (node.op !== 'input' || live[id] === 1) continue;
    fail(
      'HDL_UNUSED',
      module.place,
      `input '${module.inputs[node.input]!.name}' of module '${module.name}' is never used`,
      'remove it, or say unused(signal) when that is intended',
    );
  }
}

/** Rules that every netlist keeps; elaboration ends with this. */
export function checkNetlist(netlist: Netlist): void {
  const { nodes, name } = netlist;
  const all = allNodes(netlist);
  const exists = (id: NodeId, what: string, known = nodes): void => {
    if (known[id] === undefined)
      fail('NET_UNDRIVEN', name, `${what} reads node ${id}, which does not exist`, 'every value has a driver');
  };
  const isBit = (id: NodeId | null, what: string, known = nodes): void => {
    if (id === null) return;
    exists(id, what, known);
    if (known[id]!.width !== 1 || known[id]!.signed)
      fail('NET_WIDTH', name, `${what} is ${known[id]!.width} bits wide`, 'conditions are 1 bit, unsigned');
  };
  for (const [id, node] of all.entries()) {
    if (!Number.isInteger(node.width) || node.width < 1)
      fail('NET_WIDTH', name, `node ${id} (${node.op}) has width ${node.width}`, 'widths are whole numbers from 1');
    if (!('args' in node)) continue;
    for (const arg of node.args) {
      exists(arg, `node ${id} (${node.op})`, all);
      if (arg >= id)
        fail(
          'NET_ORDER',
          name,
          `node ${id} (${node.op}) reads node ${arg}: a loop or a wrong order`,
          'arguments stand before their readers',
        );
    }
    if (node.op === 'mux') isBit(node.args[0], `the condition of mux ${id}`, all);
    if (node.op === 'slice' && node.low + node.width > all[node.args[0]]!.width)
      fail('NET_WIDTH', name, `slice ${id} leaves its argument`, 'stay inside the value');
    if ((node.op === 'shlBy' || node.op === 'shrBy') && all[node.args[1]]!.signed)
      fail('NET_WIDTH', name, `the amount of ${node.op} ${id} is signed`, 'shift amounts are unsigned');
  }
  checkNetNames(netlist);
  for (const watched of [...(netlist.assertions ?? []), ...(netlist.covers ?? [])])
    isBit(watched.node, `the condition of '${watched.name}'`);
  for (const output of netlist.outputs) exists(output.node, `output '${output.name}'`);
  for (const net of netlist.names?.nets ?? []) exists(net.node, `net '${net.name}'`, all);
  for (const [index, register] of netlist.registers.entries()) {
    const node = nodes[register.node];
    if (node?.op !== 'register' || node.register !== index)
      fail(
        'NET_DOUBLE_DRIVER',
        name,
        `register '${register.name}' is not the source of node ${register.node}`,
        'one register per node',
      );
    exists(register.next, `register '${register.name}'`);
    const next = nodes[register.next]!;
    if (next.width !== register.width || next.signed !== register.signed)
      fail(
        'NET_WIDTH',
        name,
        `register '${register.name}' of ${register.width} bits loads ${next.width}`,
        'resize the value',
      );
    isBit(register.enable, `the enable of register '${register.name}'`);
  }
  for (const memory of netlist.memories) {
    for (const read of memory.reads) {
      exists(read.address, `memory '${memory.name}'`);
      isBit(read.enable, `a read enable of memory '${memory.name}'`);
    }
    for (const write of memory.writes) {
      exists(write.address, `memory '${memory.name}'`);
      exists(write.data, `memory '${memory.name}'`);
      isBit(write.enable, `a write enable of memory '${memory.name}'`);
      if (nodes[write.data]!.width !== memory.width)
        fail(
          'NET_WIDTH',
          name,
          `memory '${memory.name}' of ${memory.width} bits stores ${nodes[write.data]!.width}`,
          'resize the value',
        );
    }
    if (memory.init !== null && memory.init.length !== memory.depth)
      fail(
        'NET_WIDTH',
        name,
        `memory '${memory.name}' of ${memory.depth} words has ${memory.init.length} initial ones`,
        'give one value per word',
      );
  }
}

function checkNetNames(netlist: Netlist): void {
  for (const group of [
    netlist.inputs,
    netlist.outputs,
    netlist.registers,
    netlist.memories,
    netlist.assertions ?? [],
    netlist.covers ?? [],
    [...netlist.registers, ...(netlist.names?.nets ?? [])],
  ]) {
    const seen = new Set<string>();
    for (const { name } of group) {
      if (seen.has(name)) fail('NET_NAME_CLASH', netlist.name, `two things are named '${name}'`, 'names are unique');
      seen.add(name);
    }
  }
}
