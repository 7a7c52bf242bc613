import { Fault } from '../../specs/fault.ts';
import type { FloatGraph } from '../float.ts';
import type { Graph } from '../graph.ts';
import { integerNetwork } from './onnx/integer/network.ts';
import { floatNetwork, isQuantised } from './onnx/lower/float-network.ts';
import { lowerModel } from './onnx/lower/lower.ts';
import { readOnnxModel } from './onnx/model.ts';

export type OnnxImport =
  | { readonly kind: 'integer'; readonly graph: Graph }
  | { readonly kind: 'float'; readonly graph: FloatGraph };

/**
 * Reads an .onnx file (operator set 10 or later): a network with quantised activations (QDQ, QLinear or Integer operators) becomes
 * an integer graph of profile onnx-qlinear, any other a float graph. Images are stored channels last, also inputs and outputs that
 * the file has as [N, C, H, W]. `name` appears in every fault. Faults: codes `ONNX_*` for the file, `GRAPH_*` for a network that
 * makes no sense.
 */
export function importOnnx(bytes: Uint8Array, name: string): OnnxImport {
  const ir = lowerModel(readOnnxModel(bytes, name));
  if (ir.steps.length === 0) {
    throw new Fault({
      code: 'ONNX_NOT_A_MODEL',
      place: name,
      cause: 'the graph computes nothing',
      wayOut: 'give a network with layers',
    });
  }
  return isQuantised(ir) ? { kind: 'integer', graph: integerNetwork(ir) } : { kind: 'float', graph: floatNetwork(ir) };
}
