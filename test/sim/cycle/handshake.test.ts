import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import type { Pauses } from '../../../hdl-gen/emit/pause.ts';
import { isPaused, stepPause } from '../../../hdl-gen/emit/pause.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { runReference } from '../../../models/reference.ts';
import { handshakeOf, handshakeSpans } from '../../../sim/cycle/handshake.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { averagePool, conv3x3, dense, depthwise2x2, designOf, networkOf } from '../../support/small-networks.ts';

type Values = Readonly<Record<string, number>>;

/** Both handshakes in the embedded simulator, clock for clock. The bench's own law: a byte offered stays until it is taken. */
function simulated(
  design: Design,
  input: Int8Array,
  pauses: { input: Pauses; output: Pauses },
  clocks: number,
): Values[] {
  const simulator = createSimulator(elaborate(design));
  const port = (name: string) => simulator.port(name);
  const seen: Values[] = [];
  simulator.reset();
  let [sourceState, sinkState, taken, held] = [pauses.input.seed, pauses.output.seed, 0, false];
  for (let clock = 0; clock < clocks; clock++) {
    const valid = taken < input.length && (held || !isPaused(sourceState, pauses.input));
    port('in_valid').write(Number(valid));
    port('in_data').write(valid ? input[taken]! : 0);
    port('out_ready').write(Number(!isPaused(sinkState, pauses.output)));
    simulator.cycle();
    const names = ['in_valid', 'in_ready', 'in_data', 'out_valid', 'out_ready', 'out_data'];
    const values = Object.fromEntries(names.map((name) => [name, port(name).read()]));
    seen.push(values);
    held = valid && values.in_ready === 0;
    if (valid && values.in_ready === 1) taken++;
    sourceState = stepPause(sourceState);
    sinkState = stepPause(sinkState);
  }
  return seen;
}

const folded = { pe: 1, simd: 1 };
const networks = [
  { graph: networkOf([1, 1, 1, 12], dense(12, 5)), foldings: { fully_connected_0: folded } },
  {
    graph: networkOf([1, 5, 4, 2], conv3x3(2, 3), depthwise2x2(3, 1), averagePool(5, 4)),
    foldings: { conv2d_0: { pe: 3, simd: 2 }, depthwise_conv2d_1: folded },
  },
];

test.each(networks)('every signal of the figure is what the hardware does in that clock', ({ graph, foldings }) => {
  const accelerator = buildAccelerator(graph, designOf(foldings));
  const { schedule, inputBytes, design } = accelerator;
  const input = randomInt8s(seededRandom(7), inputBytes);
  const output = runReference(graph, input).output;
  const run = { schedule, input, output };
  const ownPauses = handshakeOf(run).pauses;
  const heavy = { input: { seed: 0x1234_5679, probability: 120 }, output: { seed: 5, probability: 230 } };
  const none = { input: { seed: 1, probability: 0 }, output: { seed: 1, probability: 0 } };
  let moves = 0;
  for (const pauses of [ownPauses, heavy, none]) {
    const spans = handshakeSpans(run, pauses);
    const last = spans.at(-1)!;
    const end = last.firstClock + last.signals[0]!.values.length;
    const seen = simulated(design, input, pauses, end);
    let compared = 0;
    for (const { firstClock, signals, moves: moving } of spans) {
      for (const { name, values } of signals) {
        values.forEach((value, at) => {
          if (value === null) return;
          expect({ name, clock: firstClock + at, value }).toEqual({
            name,
            clock: firstClock + at,
            value: seen[firstClock + at]![name],
          });
          compared++;
        });
      }
      for (const side of ['in', 'out']) {
        const cuts = signals.find(({ name }) => name === `${side}_data`)!.cuts!;
        for (let at = 1; at < signals[0]!.values.length; at++) {
          const before = seen[firstClock + at - 1]!;
          expect(cuts.includes(at)).toBe(before[`${side}_valid`] === 1 && before[`${side}_ready`] === 1);
        }
      }
      for (let at = 0; at < signals[0]!.values.length; at++) {
        const { in_valid, in_ready, out_valid, out_ready } = seen[firstClock + at]!;
        const moved = (in_valid === 1 && in_ready === 1) || (out_valid === 1 && out_ready === 1);
        expect(moving.includes(at)).toBe(moved);
        moves += Number(moved);
      }
    }
    expect(compared).toBeGreaterThan(40);
  }
  expect(moves).toBeGreaterThan(12);
});

test('the figure shows a source that pauses and a byte that waits for the sink', () => {
  const graph = networkOf([1, 1, 1, 12], dense(12, 5));
  const { schedule, inputBytes } = buildAccelerator(graph, designOf({ fully_connected_0: folded }));
  const input = randomInt8s(seededRandom(3), inputBytes);
  const { spans } = handshakeOf({ schedule, input, output: runReference(graph, input).output });
  const signal = (at: number, name: string) => spans.at(at)!.signals.find((each) => each.name === name)!.values;
  expect(signal(0, 'in_valid')).toContain(0);
  const waiting = signal(-1, 'out_valid').filter((value, at) => value === 1 && signal(-1, 'out_ready')[at] === 0);
  expect(waiting.length).toBeGreaterThan(0);
});
