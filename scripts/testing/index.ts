/** Repeating benches on the Verilog text, for users of the package: `joulesmith/replay`. Inside the project import the file you need. */
export { findTool, requireTool, type Tool } from '../tools/locate.ts';
export { type Replay, type ReplayMismatch, type ReplayOptions, replay } from './replay.ts';
export type { Recording } from './replay-bench.ts';
