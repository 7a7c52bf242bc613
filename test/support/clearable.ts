import type { Design } from '../../hdl-gen/ir/design.ts';
import { design, module } from '../../hdl-gen/lang/module.ts';
import { bool } from '../../hdl-gen/lang/types.ts';
import { flatModule } from './flat-module.ts';

/** The design in a module that can reset it. */
export function clearable(circuit: Design): Design {
  const Inner = flatModule(circuit);
  const ports = { in: { clear: bool, ...Inner.ports.in }, out: Inner.ports.out };
  return design(
    module(
      `clearable_${circuit.top}`,
      ports,
      // Its ports are known only when the test runs: types have nothing to say of them.
      ({ clear, ...inputs }) => Inner('inner', inputs as never, { reset: clear as never }) as never,
    ),
  );
}
