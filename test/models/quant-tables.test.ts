/** Multipliers, shifts, offsets, clamps and paddings as TensorFlow Lite Micro prepared them: tables that outputs alone do not prove. */
import path from 'node:path';
import { describe, expect } from 'vitest';
import type { Graph, Layer } from '../../models/graph.ts';
import { importTflite } from '../../models/import/tflite.ts';
import { needData, readBytes, readJson } from '../support/data.ts';

interface Row {
  readonly op: number;
  readonly type: string;
  readonly inputOffset?: number;
  readonly outputOffset?: number;
  readonly actMin?: number;
  readonly actMax?: number;
  readonly multiplier?: number | number[];
  readonly shift?: number[];
  readonly padTopLeft?: [number, number];
  readonly leftShift?: number;
  readonly inputOffsets?: [number, number];
  readonly multShift?: [number, number][];
  readonly diffMin?: number;
}

/** The same facts out of our layer. A table of one entry stands for all channels. */
function rowOf(graph: Graph, layer: Layer, row: Row): Row {
  const { op, type } = row;
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected': {
      const input = graph.tensors.get(layer.input)!;
      const output = graph.tensors.get(layer.output)!;
      return {
        op,
        type,
        inputOffset: 0 - input.zeroPoint,
        outputOffset: output.zeroPoint,
        actMin: layer.clamp.min,
        actMax: layer.clamp.max,
        multiplier: [...layer.requantize.multiplier],
        shift: [...layer.requantize.shift],
        ...('padding' in layer ? { padTopLeft: [layer.padding.top, layer.padding.left] } : {}),
      };
    }
    case 'add': {
      const output = graph.tensors.get(layer.output)!;
      const [first, second] = layer.inputs.map((id) => 0 - graph.tensors.get(id)!.zeroPoint);
      return {
        op,
        type,
        inputOffsets: [first!, second!],
        outputOffset: output.zeroPoint,
        actMin: layer.clamp.min,
        actMax: layer.clamp.max,
        leftShift: layer.leftShift,
        multShift: [layer.first, layer.second, layer.rescale].map(({ multiplier, shift }) => [multiplier, shift]),
      };
    }
    case 'softmax':
      return { op, type, multiplier: layer.multiplier, leftShift: layer.leftShift, diffMin: layer.diffMin };
    default:
      return { op, type };
  }
}

const networks = [
  ['mlperf_kws', 'kws_ref_model.tflite', 13],
  ['mlperf_ic', 'pretrainedResnet_quant.tflite', 16],
  ['mlperf_vww', 'vww_96_int8.tflite', 31],
  ['mlperf_ad', 'ad01_int8.tflite', 10],
  ['tflm_hello_world', 'hello_world_int8.tflite', 3],
] as const;

describe('tables of real networks', () => {
  for (const [folder, model, layers] of networks) {
    const file = path.join(folder, model);
    const tables = path.join(folder, 'quant_tables.json');
    needData(`${model}: ${layers} layers`, [file, tables], (data) => {
      const graph = importTflite(readBytes(data, file), model);
      const rows = readJson<Row[]>(data, tables);
      expect(rows.length).toBe(layers);
      expect(graph.layers.length).toBe(layers);
      for (const row of rows) expect(rowOf(graph, graph.layers[row.op]!, row)).toEqual(row);
    });
  }

  const float = 'mlperf_ad/ad01_fp32.tflite';
  needData('a float network is refused with the way out', [float], (data) => {
    expect(() => importTflite(readBytes(data, float), 'ad.tflite')).toThrow(
      /ad\.tflite: .*type FLOAT32; INT8 is needed/,
    );
  });
});
