import type { FloatGraph } from '../../models/float.ts';
import type { Calibrator, LayerOptions, QuantizeOptions, WeightBits } from '../../models/quantize/options.ts';
import { Fault } from '../../specs/fault.ts';
import { suggestion } from '../project.ts';

const widths: Readonly<Record<string, WeightBits>> = { '8': 8, '4': 4, ternary: 2 };
const calibratorNames: Readonly<Record<string, Calibrator>> = {
  'min-max': 'minMax',
  percentile: 'percentile',
  'mean-squared-error': 'meanSquaredError',
};

export const widthNames = Object.keys(widths);
export const calibratorWords = Object.keys(calibratorNames);

export function widthName(bits: WeightBits): string {
  return widthNames.find((name) => widths[name] === bits)!;
}

/** As a person writes them. */
export interface Written {
  readonly weights: string;
  readonly layers: string | undefined;
  readonly calibrator: string;
  readonly percentile: number | undefined;
  readonly perTensor: boolean;
  readonly powerOfTwo: boolean;
  readonly equalize: boolean;
  readonly biasCorrection: string;
}

function fault(place: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'COMMAND_LINE', place, cause, wayOut });
}

function known<T>(place: string, word: string, choices: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(choices, word)) return choices[word]!;
  throw fault(place, `found '${word}'`, `choose one of: ${Object.keys(choices).join(', ')}`);
}

/** `conv2d_0=4,dense_3=ternary`. */
function layerOptions(text: string, graph: FloatGraph): Record<string, LayerOptions> {
  const names = graph.layers.filter((layer) => 'weights' in layer).map(({ name }) => name);
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', width, ...rest] = part.split('=').map((word) => word.trim());
      if (width === undefined || rest.length > 0)
        throw fault('--layers', `found '${part}'`, 'write NAME=WIDTH,NAME=WIDTH');
      if (!names.includes(name))
        throw fault('--layers', `no layer with weights is called '${name}'`, suggestion(name, names));
      return [name, { weightBits: known('--layers', width, widths) }];
    }),
  );
}

/** What the quantiser is asked for. Errors: COMMAND_LINE. */
export function quantizeOptions(written: Written, graph: FloatGraph): QuantizeOptions {
  const { percentile, layers } = written;
  if (percentile !== undefined && written.calibrator !== 'percentile') {
    throw fault('--percentile', `calibrator ${written.calibrator} takes none`, 'add --calibrator percentile');
  }
  const corrected = known('--bias-correction', written.biasCorrection, { auto: null, on: true, off: false });
  return {
    weights: written.perTensor ? 'perTensor' : 'perChannel',
    weightBits: known('--weights', written.weights, widths),
    calibrator: known('--calibrator', written.calibrator, calibratorNames),
    powerOfTwo: written.powerOfTwo,
    equalize: written.equalize,
    ...(layers === undefined ? {} : { layers: layerOptions(layers, graph) }),
    ...(percentile === undefined ? {} : { percentile }),
    ...(corrected === null ? {} : { correctBias: corrected }),
  };
}
