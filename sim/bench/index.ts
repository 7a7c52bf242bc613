/** Test benches for users of the package: `joulesmith/test`. Inside the project import the file you need. */
export { createRecorder, type Recorder, type Trace, type TraceSignal } from '../observe/trace.ts';
export { printVcd } from '../observe/vcd.ts';
export { printWave, type WaveOptions } from '../observe/wave.ts';
export { createSimulator, type Simulator, type SimulatorOptions } from '../rtl/simulator.ts';
export type { UnknownBits } from '../rtl/unknown/checked.ts';
export { type BenchOptions, type BenchRun, bench, clocks, type Driver, type Dut, until } from './bench.ts';
export type { Pauses } from './pauses.ts';
export { type Scoreboard, scoreboard } from './scoreboard.ts';
export { type StreamOptions, sink, source } from './stream.ts';
export type { Given, Seen } from './values.ts';
