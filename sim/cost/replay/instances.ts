import type { Design } from '../../../hdl-gen/ir/design.ts';
import { type Shell, shellOf } from '../../../hdl-gen/ir/shell.ts';

/** One occurrence of a module, seen without its instances and memories. */
export interface ShellInstance {
  /** Instance names from the top with a dot after each; empty for the top. */
  readonly path: string;
  /** The instance directly below the top that holds it; empty for the top itself: the stratum it belongs to. */
  readonly stage: string;
  readonly shell: Shell;
}

/** All shells of a design, one for each module, and where they stand. */
export function shellInstances(design: Design): ShellInstance[] {
  const shells = new Map(design.modules.map(({ name }) => [name, shellOf(design, name)]));
  const found: ShellInstance[] = [];
  const visit = (module: string, path: string): void => {
    const shell = shells.get(module)!;
    found.push({ path, stage: path.split('.')[0]!, shell });
    for (const instance of shell.module.instances) visit(instance.module, `${path}${instance.name}.`);
  };
  visit(design.top, '');
  return found;
}

/** Whether anything of the module remains that becomes gates. */
export function hasLogic({ module, design }: Shell): boolean {
  const { nodes, registers } = design.modules[0]!;
  return (
    registers.length > 0 ||
    nodes.some(({ op }) => op !== 'input' && op !== 'const' && op !== 'wire') ||
    module.wires.length > 0
  );
}

/** Hierarchical names of what moves the instance: what comes in and what it holds. */
export function sourceNamesOf({ path, shell }: ShellInstance): string[] {
  return [...shell.inputs, ...shell.module.registers].map(({ name }) => path + name);
}

/** Hierarchical names of all that a replay of the instance needs: its sources, and, to check it, what goes out. */
export function namesOf(instance: ShellInstance): string[] {
  const { path, shell } = instance;
  const outputs = path === '' ? [] : shell.outputs;
  return [...sourceNamesOf(instance), ...outputs.map(({ name }) => path + name)];
}
