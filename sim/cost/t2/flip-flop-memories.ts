import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import { memoriesAsFlipFlops } from '../../../hdl-gen/ir/memories-as-flip-flops.ts';
import type { Technology } from '../../../specs/technology.ts';

/** The accelerator with the RAMs that are too small for a macro as what they become: registers, which are mapped and replayed. */
export function withFlipFlopMemories(accelerator: Accelerator, { sramMacro }: Technology): Accelerator {
  return { ...accelerator, design: memoriesAsFlipFlops(accelerator.design, ({ depth }) => depth < sramMacro.minWords) };
}
