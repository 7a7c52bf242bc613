import type { Design, Port } from '../../hdl-gen/ir/design.ts';
import { type ModuleConstructor, moduleOf } from '../../hdl-gen/lang/module.ts';
import { type Fields, sint, uint } from '../../hdl-gen/lang/types.ts';

/** Any design as a module whose ports are plain numbers, for benches that know nothing of its types. */
export function flatModule(design: Design): ModuleConstructor<Fields, Fields> {
  const { inputs, outputs } = design.modules.find(({ name }) => name === design.top)!;
  const fields = (ports: readonly Port[]): Fields =>
    Object.fromEntries(ports.map(({ name, width, signed }) => [name, signed ? sint(width) : uint(width)]));
  return moduleOf(design, { in: fields(inputs), out: fields(outputs) });
}
