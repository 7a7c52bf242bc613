import type { LaneStyle } from '../../library/arithmetic/gated-lane.ts';
import type { Stage } from '../architecture.ts';
import { bytewiseEngine } from './bytewise-engine.ts';
import { globalPoolEngine, windowEngine } from './engine.ts';
import type { Engine } from './ports.ts';
import { rearrangeEngine } from './rearrange-engine.ts';
import { softmaxEngine } from './softmax-engine.ts';
import { turnsEngine } from './turns-engine.ts';
import type { Work } from './work.ts';

/** The hardware of a stage. `work` is what it computes; a queue computes nothing. */
export function engineOf(stage: Stage, work: Work | undefined, styleOf: (layer: string) => LaneStyle): Engine {
  switch (stage.timing) {
    case 'window':
      if (work?.form === 'window') return windowEngine(work, stage, styleOf(stage.name));
      break;
    case 'globalPool':
      if (work?.form === 'window') return globalPoolEngine(work, stage);
      break;
    case 'bytewise':
      if (stage.kind === 'queue') return bytewiseEngine(stage, null);
      if (work?.form === 'bytewise') return bytewiseEngine(stage, work.operation);
      break;
    case 'turns':
      return turnsEngine(stage);
    case 'rearrange':
      return rearrangeEngine(stage);
    case 'row':
      if (work?.form === 'row') return softmaxEngine(stage, work);
      break;
  }
  throw new TypeError(`stage ${stage.name} (${stage.timing}) belongs to a work of another form`);
}
