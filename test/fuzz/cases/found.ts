import type { Design } from '../../../hdl-gen/ir/design.ts';
import { fsm, when } from '../../../hdl-gen/lang/control.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { design, module, unused } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, sint, uint } from '../../../hdl-gen/lang/types.ts';

/** Small forms of what random designs have found, each with the defect it once showed. */
export const found: Readonly<Record<string, Design>> = {
  'the condition of an empty when counted as read, so that its input was not read at all': design(
    module('empty_when', { in: { a: bool, b: bool }, out: { y: bool } }, ({ a, b }) => {
      unused(b);
      const y = reg('y', bool);
      when(a, () => {
        y.next = true;
      }).elsewhen(b, () => {});
      return { y };
    }),
  ),
  'a negative factor of fewer bits than the product made Verilator warn of its minus sign': design(
    module('negative_factor', { in: { a: sint(9) }, out: { y: sint(20) } }, ({ a }) => ({ y: a.mul(-519) })),
  ),
  'a state that is never entered left its localparam unused': design(
    module('unreachable_state', { in: { a: bool }, out: { y: bool } }, ({ a }) => {
      const state = fsm('state', ['idle', 'run', 'lost']);
      state.cases({
        idle: () => when(a, () => state.go('run')),
        run: () => state.go('idle'),
        lost: () => {},
      });
      return { y: state.is('run') };
    }),
  ),
  'a comparison with what an extended value cannot be was printed': design(
    module('decided_comparison', { in: { a: uint(3) }, out: { y: uint(4), z: bool } }, ({ a }) => ({
      y: a.extend(9).sat(4),
      z: a.extend(5).le(7),
    })),
  ),
  'a signed value as a memory address was printed as it was, and Verilog took it for a negative index': design(
    module('signed_address', { in: { at: sint(2), word: uint(4) }, out: { y: uint(4) } }, ({ at, word }) => {
      const memory = ram('memory', uint(4), 4, { contents: Uint8Array.of(1, 2, 3, 4) });
      memory.write(at.asUInt(), word);
      return { y: memory.read(at.asUInt()) };
    }),
  ),
};
