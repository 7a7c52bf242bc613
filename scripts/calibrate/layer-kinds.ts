import { recordLanes } from '../../sim/cost/lanes/record-lanes.ts';
import { wordAt } from '../../sim/cost/replay/rows.ts';
import { buildDesign, loadDesign } from '../design.ts';
import type { Environment } from '../environment.ts';
import { projectRoot } from '../project.ts';
import { chooseSamples } from '../samples.ts';
import type { Draw } from './operands.ts';

type Layers = Readonly<Record<string, readonly string[]>>;

/** Layers of networks that come with the project: those that energies are fitted to, and those of other networks. */
export const fittedLayers: Layers = {
  'textures-stream-32': ['conv2d_5', 'conv2d_10'],
  'vibration-stream-8': ['conv2d_6', 'depthwise_conv2d_1'],
};
export const heldOutLayers: Layers = {
  'digits-stream-16': ['conv2d_0', 'depthwise_conv2d_3', 'fully_connected_9'],
  'hello-world-stream-8': ['fully_connected_1'],
};

const samples = 8;
const operandBits = 8;

/** Bits of wider operands are drawn, as the layer has none; what is 0 stays 0. */
const scaled = (value: number, range: number, top: number, fraction: number): number =>
  value === 0 ? 0 : Math.floor(((value + fraction) * (top + 1)) / range);

/**
 * What the first multiplier of each layer multiplies in sampled windows of its own data, again from the beginning where they end.
 * Errors: `DATA_FOLDER_UNKNOWN` where a network lies in the data folder and nothing says where that is.
 */
export function layerKinds(layers: Layers, environment: Environment): Readonly<Record<string, Draw>> {
  return Object.fromEntries(
    Object.entries(layers).flatMap(([name, stages]) => {
      const asked = loadDesign(name, projectRoot, environment);
      const accelerator = buildDesign(asked);
      const lanes = recordLanes(accelerator, chooseSamples(asked.model, {}, samples).inputs);
      return stages.map((stage): [string, Draw] => {
        const { group, columns, windows } = lanes.find((lane) => lane.group.stage === stage)!;
        const pairs = windows.flatMap(({ rows }) =>
          Array.from({ length: rows.length }, (_, row) => {
            const word = (port: string): number => wordAt(rows, row, columns.get(port)!);
            return [word('activation_0'), word('weight_0')] as const;
          }),
        );
        const activationRange = 2 ** (group.shape.unsigned ? operandBits : operandBits - 1);
        return [
          `${name}.${stage}`,
          ({ top, fraction }, _, clock) => {
            const [activation, weight] = pairs[clock % pairs.length]!;
            return [
              scaled(activation, activationRange, top, fraction()),
              scaled(weight, 2 ** (operandBits - 1), top, fraction()),
            ];
          },
        ];
      });
    }),
  );
}
