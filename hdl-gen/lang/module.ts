import { Fault } from '../../specs/fault.ts';
import type { Design, ExprId, Module, OutputPort, Port } from '../ir/design.ts';
import { type Signal, use } from './any-signal.ts';
import {
  addItem,
  addNode,
  type Builder,
  claim,
  currentBuilder,
  type Definition,
  inBuilder,
  mistake,
  newBuilder,
} from './builder.ts';
import { parametersKey, sameParameters } from './parameters.ts';
import { here } from './place.ts';
import type { Bool } from './signal.ts';
import {
  type Assigned,
  bool,
  type Fields,
  flatten,
  joinName,
  leavesOf,
  shape,
  type Type,
  type Value,
} from './types.ts';

export type Values<F extends Fields> = { readonly [K in keyof F]: Value<F[K]> };
export type AssignedFields<F extends Fields> = { readonly [K in keyof F]: Assigned<F[K]> };
export interface Ports<I extends Fields, O extends Fields> {
  readonly in: I;
  readonly out: O;
}

export interface InstanceOptions {
  /** The instance is in reset in the clocks where this or the ambient reset is 1. Default: the ambient reset only. */
  readonly reset?: Bool;
}

/** Calling it inside another module's body makes an instance and returns its outputs. */
export interface ModuleConstructor<I extends Fields, O extends Fields> {
  (name: string, inputs: AssignedFields<I>, options?: InstanceOptions): Values<O>;
  readonly definition: Definition;
  /** The types of its ports, for a test bench that sets and reads them by key. */
  readonly ports: Ports<I, O>;
}

/**
 * Describes a module: `body` gets its inputs as signals and returns its outputs. The ambient clock `clk` and the
 * synchronous, active-high reset `rst` are added where there is state.
 */
export function module<const I extends Fields, const O extends Fields>(
  name: string,
  ports: Ports<I, O>,
  body: (inputs: Values<I>) => AssignedFields<O>,
): ModuleConstructor<I, O> {
  const builder = newBuilder(name);
  const outputs = inBuilder(builder, () => {
    const inputs = Object.entries(ports.in).map(([key, type]) => [key, inputValue(builder, key, type)]);
    const returned: unknown = body(Object.fromEntries(inputs) as Values<I>);
    if (returned instanceof Promise)
      mistake(
        'HDL_ASYNC',
        `the body of module '${name}' is asynchronous`,
        'remove async and await from it',
        builder.place,
      );
    return outputPorts(builder, ports.out, returned);
  });
  const definition: Definition = { module: finish(builder, outputs), children: builder.children };
  const inside = moduleInside(definition, name);
  if (inside !== null)
    mistake(
      'HDL_MODULE_NAME',
      `module '${name}' contains another module of its own name, at ${inside.place}`,
      'give one of them another name',
      builder.place,
    );
  return constructorOf(definition, ports);
}

/**
 * A finished design as a module that others can instantiate. `ports` gives the types of its top module's ports; a Fault
 * HDL_PORTS says where they are not those.
 */
export function moduleOf<const I extends Fields, const O extends Fields>(
  { top, modules }: Design,
  ports: Ports<I, O>,
): ModuleConstructor<I, O> {
  const definitions = new Map<string, Definition>();
  for (const module of modules) {
    const children = module.instances.map((instance) => [instance.module, definitions.get(instance.module)!] as const);
    definitions.set(module.name, { module, children: new Map(children) });
  }
  const definition = definitions.get(top)!;
  const signature = (list: readonly Port[]): string =>
    list.map(({ name, width, signed }) => `${name} ${signed ? 's' : 'u'}${width}`).join(', ');
  const given = (fields: Fields): string =>
    signature(
      Object.entries(fields).flatMap(([key, type]) =>
        leavesOf(type).map(({ path, width, signed }) => ({ name: joinName(key, path), width, signed })),
      ),
    );
  for (const [found, wanted] of [
    [signature(definition.module.inputs), given(ports.in)],
    [signature(definition.module.outputs), given(ports.out)],
  ] as const) {
    if (found !== wanted)
      mistake(
        'HDL_PORTS',
        `the ports of module '${top}' are [${found}], and [${wanted}] were given`,
        'give those it has',
      );
  }
  return constructorOf(definition, ports);
}

function constructorOf<I extends Fields, O extends Fields>(
  definition: Definition,
  ports: Ports<I, O>,
): ModuleConstructor<I, O> {
  return Object.assign(
    (instance: string, inputs: AssignedFields<I>, options?: InstanceOptions) =>
      instantiate(definition, ports, instance, inputs, options),
    { definition, ports },
  );
}

/** The module of that name below this one; null when there is none. */
export function moduleInside({ children }: Definition, name: string): Module | null {
  for (const child of children.values()) {
    const found = child.module.name === name ? child.module : moduleInside(child, name);
    if (found !== null) return found;
  }
  return null;
}

function inputValue(builder: Builder, key: string, type: Type): unknown {
  return shape(type, {
    scalar: ({ path, width, signed, make }) => {
      const name = claim(builder, joinName(key, path), 'input', builder.place);
      const input = builder.inputs.push({ name, width, signed }) - 1;
      return make(builder, addNode(builder, { op: 'input', width, signed, input }));
    },
  });
}

function outputPorts(builder: Builder, types: Fields, returned: unknown): OutputPort[] {
  if (returned === null || typeof returned !== 'object') {
    mistake(
      'HDL_OUTPUTS',
      `the body of module '${builder.name}' returns ${String(returned)}`,
      'return { ...outputs }',
      builder.place,
    );
  }
  const given: { readonly [key: string]: unknown } = { ...returned };
  for (const key of Object.keys(given)) {
    if (!(key in types)) {
      mistake(
        'HDL_OUTPUTS',
        `module '${builder.name}' returns '${key}', which is not one of its outputs {${Object.keys(types).join(', ')}}`,
        'add it to `out` or do not return it',
        builder.place,
      );
    }
  }
  return Object.entries(types).flatMap(([key, type]) => {
    if (!(key in given))
      mistake(
        'HDL_OUTPUTS',
        `output '${key}' of module '${builder.name}' is not driven`,
        `return it: { ${key}: ... }`,
        builder.place,
      );
    const values = placed(builder, () => flatten(type, given[key], `output '${key}' of module '${builder.name}'`));
    return leavesOf(type).map((leaf, index) =>
      outputPort(builder, joinName(key, leaf.path), leaf.width, leaf.signed, values[index]!.id),
    );
  });
}

/** Output mistakes show at the module's own line: the stack has left its body. */
function placed<T>(builder: Builder, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Fault)
      throw new Fault({ code: error.code, place: builder.place, cause: error.reason, wayOut: error.wayOut });
    throw error;
  }
}

/** An output may carry the name of the very thing it shows; any other use of its name is a clash. */
function outputPort(builder: Builder, name: string, width: number, signed: boolean, value: ExprId): OutputPort {
  if (!(builder.names.has(name) && nameOf(builder, value) === name && sameType(builder, value, width, signed))) {
    claim(builder, name, 'output', builder.place);
  }
  return { name, width, signed, value };
}

function sameType(builder: Builder, value: ExprId, width: number, signed: boolean): boolean {
  const node = builder.nodes[value]!;
  return node.width === width && node.signed === signed;
}

function nameOf(builder: Builder, value: ExprId): string | undefined {
  const node = builder.nodes[value]!;
  if (node.op === 'register') return builder.registers[node.register]!.name;
  if (node.op === 'wire') return builder.wires[node.wire]!.name;
  return node.op === 'input' ? undefined : node.name;
}

function finish(builder: Builder, outputs: readonly OutputPort[]): Module {
  const wires = builder.wires.map((wire) => {
    if (wire.value === null) {
      mistake(
        'HDL_UNDRIVEN',
        `wire '${wire.name}' of module '${builder.name}' is never driven`,
        'call .drive(value) on it once',
        wire.place,
      );
    }
    return { ...wire, value: wire.value };
  });
  const children = [...builder.children.values()].map((child) => child.module);
  const { name, place, inputs, nodes, registers, memories, instances, constants, body, unused, assertions } = builder;
  const state = registers.length > 0 || memories.length > 0 || assertions.length > 0;
  return {
    name,
    place,
    inputs,
    outputs,
    nodes,
    registers,
    wires,
    memories,
    instances,
    constants,
    body,
    unused,
    ...(assertions.length === 0 ? {} : { assertions }),
    needsClock: state || children.some((child) => child.needsClock),
    needsReset: registers.some((register) => register.init !== null) || children.some((child) => child.needsReset),
  };
}

function instantiate<I extends Fields, O extends Fields>(
  definition: Definition,
  ports: Ports<I, O>,
  name: string,
  inputs: AssignedFields<I>,
  options: InstanceOptions = {},
): Values<O> {
  const builder = currentBuilder(`instance '${name}'`);
  const child = definition.module;
  const place = here();
  claim(builder, name, 'instance', place);
  const known = builder.children.get(child.name);
  if (known !== undefined && known !== definition && !sameParameters(known.module, child))
    differentModules(child.name, known.module, child);
  if (known === undefined) builder.children.set(child.name, definition);
  const given: { readonly [key: string]: unknown } = { ...inputs };
  for (const key of Object.keys(given)) {
    if (!(key in ports.in))
      mistake(
        'HDL_INPUTS',
        `instance '${name}': module '${child.name}' has no input '${key}'`,
        `its inputs are ${Object.keys(ports.in).join(', ')}`,
      );
  }
  const values = Object.entries(ports.in).flatMap(([key, type]) => {
    if (given[key] === undefined)
      mistake(
        'HDL_INPUTS',
        `instance '${name}': input '${key}' of module '${child.name}' is not connected`,
        `add ${key}: ...`,
      );
    return flatten(type, given[key], `input '${key}' of instance '${name}'`).map((signal) => signal.id);
  });
  const reset =
    options.reset === undefined ? {} : { reset: flatten(bool, options.reset, `reset of instance '${name}'`)[0]!.id };
  const instance = builder.instances.push({ name, module: child.name, inputs: values, ...reset, place }) - 1;
  addItem(builder, { kind: 'instance', instance });
  let output = 0;
  const entries = Object.entries(ports.out).map(([key, type]) => [
    key,
    shape(type, {
      scalar: ({ path, width, signed, make }) => {
        claim(builder, `${name}_${joinName(key, path)}`, `output of instance '${name}'`, place);
        return make(builder, addNode(builder, { op: 'instanceOutput', width, signed, instance, output: output++ }));
      },
    }),
  ]);
  return Object.fromEntries(entries) as Values<O>;
}

function differentModules(name: string, first: Module, second: Module): never {
  return mistake(
    'HDL_MODULE_NAME',
    `module name '${name}' stands for two different modules, at ${first.place} and at ${second.place}`,
    'put what differs (its parameters) into the name',
  );
}

/**
 * Makes a function of parameters to modules that runs once per distinct set of parameters, so that equal instances share
 * one Verilog module. Parameters are plain data; typed arrays are compared by content.
 */
export function generator<P, I extends Fields, O extends Fields>(
  make: (parameters: P) => ModuleConstructor<I, O>,
): (parameters: P) => ModuleConstructor<I, O> {
  const known = new Map<string, { readonly parameters: P; readonly made: ModuleConstructor<I, O> }[]>();
  return (parameters) => {
    const key = parametersKey(parameters);
    const bucket = known.get(key) ?? [];
    const found = bucket.find((entry) => sameParameters(entry.parameters, parameters));
    if (found !== undefined) return found.made;
    const made = make(parameters);
    bucket.push({ parameters, made });
    known.set(key, bucket);
    return made;
  };
}

/** Says that values are not used on purpose: an input that some parameter sets do not need, bits that are dropped. */
export function unused(...signals: readonly Signal[]): void {
  const builder = currentBuilder('unused(...)');
  for (const signal of signals) builder.unused.push(use(signal, 'unused(...)'));
}

/** The design with the module as its top, every module before those that instantiate it. */
export function design(top: { readonly definition: Definition }): Design {
  const modules = new Map<string, Module>();
  const visit = (definition: Definition): void => {
    const known = modules.get(definition.module.name);
    if (known !== undefined) {
      if (known !== definition.module && !sameParameters(known, definition.module))
        differentModules(known.name, known, definition.module);
      return;
    }
    for (const child of definition.children.values()) visit(child);
    modules.set(definition.module.name, definition.module);
  };
  visit(top.definition);
  return { top: top.definition.module.name, modules: [...modules.values()] };
}
