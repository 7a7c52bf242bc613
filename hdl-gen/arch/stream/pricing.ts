import type { Stage } from '../architecture.ts';
import type { Unplaced } from './stage.ts';
import type { FrameShape } from './top.ts';
import type { Work } from './work.ts';

/** What a stage costs in whatever a goal counts: a share that is always there, and one for every clock of the interval. */
export interface Price {
  readonly fixed: number;
  readonly perClock: number;
}

/** Prices by stage, so that the planner can choose without knowing what is counted. */
export interface Pricing {
  /** `work` is what the stage computes; a queue computes nothing. */
  stage(stage: Unplaced<Stage>, work: Work | undefined): Price;
  /** What stands around the stages. */
  around(stages: readonly Stage[], frame: FrameShape): Price;
}
