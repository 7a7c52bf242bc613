import { count, digits } from '../report/format.ts';
import type { Column } from '../table.ts';
import type { FloatLayerDocument, IntegerLayerDocument, NetworkDocument } from './document.ts';

export interface LayerTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** One cell per column; the sums and extremes of the whole network. */
  readonly total: readonly string[];
}

/** Columns that name a layer; they stand in front of every part of a folded table. */
export const keyColumns = 2;

const right = 'right';

const common: readonly Column[] = [
  { title: '#', align: right },
  { title: 'layer' },
  { title: 'kind' },
  { title: 'input' },
  { title: 'output' },
  { title: 'MACs', align: right },
  { title: 'parameters', align: right },
  { title: 'weights', align: right },
  { title: 'zero weights', align: right },
  { title: 'dead channels', align: right },
];

const integer: readonly Column[] = [
  { title: 'scale', align: right },
  { title: 'zero point', align: right },
  { title: 'weight scales', align: right },
  { title: 'bits', align: right },
  { title: 'accumulator', align: right },
  { title: 'CSD digits', align: right },
  { title: 'powers of 2', align: right },
];

export const shapeText = (shape: readonly number[]): string => shape.join('x');

/** Shapes of several inputs; one that is there twice is said once. */
export function inputText(shapes: readonly (readonly number[])[]): string {
  const texts = shapes.map(shapeText);
  const [first] = texts;
  return texts.length > 1 && texts.every((text) => text === first) ? `${texts.length} of ${first}` : texts.join(' + ');
}

const someCount = (value: number) => (value === 0 ? '' : count(value));
const share = (part: number, whole: number) => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`);
const numberText = (value: number) => (Number.isInteger(value) ? String(value) : digits(value));

function between(low: number, high: number): string {
  return low === high ? numberText(low) : `${numberText(low)}..${numberText(high)}`;
}

/** Scales reach from 1e-11 to 1e3: three digits and an exponent where zeros would hide them. */
function scaleText(value: number): string {
  if (value === 0) return '0';
  return value >= 0.001 && value < 100_000 ? digits(value, 4) : value.toExponential(2);
}

function scaleRange(scales: readonly number[] | null): string {
  if (scales === null) return '';
  const low = Math.min(...scales);
  const high = Math.max(...scales);
  return low === high ? scaleText(low) : `${scaleText(low)}..${scaleText(high)}`;
}

function commonCells(layer: FloatLayerDocument | IntegerLayerDocument): string[] {
  const { position, name, kind, inputShapes, outputShape, macs, parameters, weights } = layer;
  return [
    String(position),
    name,
    kind,
    inputText(inputShapes),
    shapeText(outputShape),
    someCount(macs),
    someCount(parameters),
    weights === null ? '' : between(weights.range.min, weights.range.max),
    weights === null ? '' : `${count(weights.zeros)} (${share(weights.zeros, weights.count)})`,
    weights === null ? '' : `${weights.deadChannels} of ${weights.channels}`,
  ];
}

function integerCells(layer: IntegerLayerDocument): string[] {
  const { weights, outputScale, outputZeroPoint, weightScales } = layer;
  return [
    scaleText(outputScale),
    String(outputZeroPoint),
    scaleRange(weightScales),
    weights === null ? '' : String(weights.bits),
    weights === null ? '' : String(weights.accumulatorBits),
    weights?.csdDigitsPerWeight?.toFixed(2) ?? '',
    weights === null ? '' : share(weights.powersOfTwo, weights.count - weights.zeros),
  ];
}

/** The table of layers, for terminals and for pages. */
export function layerTable(document: NetworkDocument): LayerTable {
  const { totals } = document;
  const total = [
    '',
    'all',
    '',
    '',
    '',
    count(totals.macs),
    count(totals.parameters),
    '',
    totals.weights === 0 ? '' : `${count(totals.zeroWeights)} (${share(totals.zeroWeights, totals.weights)})`,
    totals.weights === 0 ? '' : String(totals.deadChannels),
  ];
  if (document.numbers === 'float') return { columns: common, rows: document.layers.map(commonCells), total };
  const { csdDigitsPerWeight, powersOfTwo, accumulatorBits } = document.weights;
  return {
    columns: [...common, ...integer],
    rows: document.layers.map((layer) => [...commonCells(layer), ...integerCells(layer)]),
    total: [
      ...total,
      '',
      '',
      '',
      '',
      totals.weights === 0 ? '' : String(accumulatorBits),
      csdDigitsPerWeight?.toFixed(2) ?? '',
      share(powersOfTwo, totals.weights - totals.zeroWeights),
    ],
  };
}
