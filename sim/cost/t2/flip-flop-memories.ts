import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import { memoriesAsFlipFlops } from '../../../hdl-gen/ir/memories-as-flip-flops.ts';
import type { Technology } from '../../../specs/technology.ts';
import { isFlipFlops } from '../memory.ts';
import { activitiesOf } from '../stage-activity.ts';

/** The accelerator with the RAMs that are too small for a macro as what they become: registers, which are mapped and replayed. */
export function withFlipFlopMemories(accelerator: Accelerator, { sramMacro }: Technology): Accelerator {
  return { ...accelerator, design: memoriesAsFlipFlops(accelerator.design, ({ depth }) => depth < sramMacro.minWords) };
}

/** Throws where a memory is left that gates would have to stand for: a mistake of who asks for the energy, before any window is replayed. */
export function checkFlipFlopMemories(accelerator: Accelerator, technology: Technology): void {
  const left = activitiesOf(accelerator)
    .flatMap(({ memories }) => memories)
    .find((memory) => isFlipFlops(memory, technology));
  if (left !== undefined)
    throw new Error(
      `${left.name} is not among the gates: it has initial words, or the design did not pass withFlipFlopMemories`,
    );
}
