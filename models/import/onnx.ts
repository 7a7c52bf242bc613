import { Fault } from '../../specs/fault.ts';
import type { FloatGraph } from '../float.ts';
import type { Graph, Shape } from '../graph.ts';
import { integerNetwork } from './onnx/integer/network.ts';
import { floatNetwork, isQuantised } from './onnx/lower/float-network.ts';
import { lowerModel } from './onnx/lower/lower.ts';
import { readOnnxModel } from './onnx/model.ts';

/** An input or output of the file. */
export interface OnnxPort {
  readonly name: string;
  /** In the axis order of the file, an open batch as 1. */
  readonly shape: Shape;
  /** Axis of the file for every dimension of the graph's tensor: [0, 2, 3, 1] where the file has [N, C, H, W]. */
  readonly order: readonly number[];
}

interface Ports {
  /** In the order of the graph's inputs and outputs. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

export type OnnxImport = Ports &
  ({ readonly kind: 'integer'; readonly graph: Graph } | { readonly kind: 'float'; readonly graph: FloatGraph });

/**
 * Reads an .onnx file (operator set 10 or later): a network with quantised activations (QDQ, QLinear or Integer operators) becomes
 * an integer graph of profile onnx-qlinear, any other a float graph. Images are stored channels last, also inputs and outputs that
 * the file has as [N, C, H, W]: `order` of the port says so. `name` appears in every fault. Faults: codes `ONNX_*` for the file, `GRAPH_*` for a network that
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
  const port = ({ name, shape, order }: OnnxPort): OnnxPort => ({ name, shape, order });
  const ports = { inputs: ir.inputs.map(port), outputs: ir.outputs.map(port) };
  if (isQuantised(ir)) return { kind: 'integer', graph: integerNetwork(ir), ...ports };
  return { kind: 'float', graph: floatNetwork(ir), ...ports };
}
