import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { shellInstances } from '../../../sim/cost/replay/instances.ts';
import { record } from '../../../sim/cost/replay/record.ts';
import { wordAt } from '../../../sim/cost/replay/rows.ts';
import { inputsFor, steadyRun } from '../../../sim/cost/replay/span.ts';
import { activitiesOf } from '../../../sim/cost/stage-activity.ts';
import { withFlipFlopMemories } from '../../../sim/cost/t2/flip-flop-memories.ts';
import { technologyOf } from '../../../specs/technologies.ts';
import { randomInt8s, seededRandom } from '../../support/random.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomNetwork } from '../../support/random-network.ts';
import { conv3x3, depthwise2x2, designOf, networkOf } from '../../support/small-networks.ts';

interface Moves {
  readonly name: string;
  /** Reads of another word than the read before, per inference: in the circuit, and as the schedule has them. */
  readonly seen: number;
  readonly told: number;
}

/** Line buffers of flip-flops in one inference in steady state. */
function movesOf(plain: Accelerator): Moves[] {
  const whole = withFlipFlopMemories(plain, technologyOf('asap7'));
  const { span } = steadyRun(whole);
  const input = inputsFor(span, randomInt8s(seededRandom(3), 4 * whole.inputBytes), whole.inputBytes);
  const told = new Map(activitiesOf(plain).flatMap(({ memories }) => memories.map((memory) => [memory.name, memory])));
  const buffers = shellInstances(whole.design).filter(
    ({ path, shell }) => shell.module.madeOf === 'memory' && path.includes('.line_buffer.'),
  );
  return buffers.map(({ path, shell }) => {
    const named = (port: string) => shell.inputs.find((input) => input.port === port);
    const [address, enable] = [named('read_0_address')!, named('read_0_enable')!];
    const names = [path + address.name, path + enable.name];
    const rows = record(whole, input, span, span.length, [{ names, starts: [span.first] }])[0]![0]!;
    let [last, seen] = [-1, 0];
    for (let row = 0; row <= span.length; row++) {
      if ((wordAt(rows, row, 1) & 1) === 0) continue;
      const at = wordAt(rows, row, 0);
      if (row > 0 && at !== last) seen++;
      last = at;
    }
    const { name, reads, moves = reads } = told.get(path.slice(0, -1))!;
    return { name, seen, told: moves };
  });
}

const taps = (simd: number) => ({ pe: 2, simd, taps: 4 });

test.each([
  ['a depthwise convolution goes on to the next channels', depthwise2x2(6, 1), [1, 4, 3, 6], taps(1), 36],
  ['one with several results of a channel does so, too', depthwise2x2(3, 4), [1, 4, 3, 3], taps(1), 36],
  ['a convolution reads its pixels again for each pass', conv3x3(4, 6), [1, 4, 3, 4], { pe: 2, simd: 4, taps: 9 }, 12],
  ['halves of a pixel are other words each time', conv3x3(4, 6), [1, 4, 3, 4], { pe: 2, simd: 2, taps: 9 }, 72],
] as const)('reads of another word, one pass a read: %s', (_, layer, shape, folding, moves) => {
  const network = networkOf([...shape], layer);
  const found = movesOf(buildAccelerator(network, designOf({ [network.layers[0]!.name]: folding })));
  expect(found.length).toBeGreaterThan(0);
  for (const { name, seen, told } of found) expect({ name, seen, told }).toEqual({ name, seen: moves, told: moves });
});

test('random networks: no buffer goes to another word more often than told', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const graph = randomNetwork(seed);
      for (const { name, seen, told } of movesOf(buildAccelerator(graph, randomRequest(graph, seed))))
        expect(seen, `${name}, told ${told}`).toBeLessThanOrEqual(told);
    }),
    { numRuns: 15 },
  );
});
