/** Sliding windows of Conv and the pools, for one or two spatial dimensions. */
import { intAttribute, intsAttribute, nodeFault, textAttribute } from '../attributes.ts';
import type { OnnxNode } from '../model.ts';

/** Always height and width: a one-dimensional window has height 1. */
export interface SlidingWindow {
  readonly input: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Top, left. */
  readonly before: readonly [number, number];
  /** Bottom, right. */
  readonly after: readonly [number, number];
  readonly output: readonly [number, number];
  /** Spatial dimensions in the file: 1 or 2. */
  readonly spatial: 1 | 2;
}

const largest = 2 ** 31 - 1;

interface AxisWindow {
  readonly output: number;
  readonly before: number;
  readonly after: number;
}

function alongAxis(
  size: number,
  extent: number,
  stride: number,
  pads: readonly [number, number],
  auto: string,
  ceil: boolean,
): AxisWindow {
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const output = Math.ceil(size / stride);
    const total = Math.max(0, (output - 1) * stride + extent - size);
    const less = Math.floor(total / 2);
    const before = auto === 'SAME_UPPER' ? less : total - less;
    return { output, before, after: total - before };
  }
  const [before, after] = auto === 'VALID' ? [0, 0] : pads;
  const steps = (size + before + after - extent) / stride;
  let output = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  // With ceil_mode a last window that would begin in the padding after the input does not count.
  if (ceil && (output - 1) * stride >= size + before) output -= 1;
  return { output, before, after };
}

/** Reads kernel_shape, strides, dilations, pads, auto_pad and ceil_mode for an input [N, C, ...] and, for Conv, its weights' kernel. */
export function slidingWindow(
  node: OnnxNode,
  inputShape: readonly number[],
  weightKernel: readonly number[] | null,
): SlidingWindow {
  const spatial = inputShape.length - 2;
  const fail = (cause: string, wayOut: string) => nodeFault(node, 'ONNX_SHAPE', cause, wayOut);
  if (spatial !== 1 && spatial !== 2) {
    throw fail(`an input of [${inputShape.join(', ')}]`, 'one or two spatial dimensions are supported');
  }
  const pair = (list: readonly number[], missing: number): [number, number] =>
    spatial === 1 ? [missing, list[0]!] : [list[0]!, list[1]!];
  const listed = (name: string, fallback: readonly number[], least: number, length: number): readonly number[] => {
    const list = intsAttribute(node, name) ?? fallback;
    if (list.length === length && list.every((value) => value >= least && value <= largest)) return list;
    const cause = `attribute ${name} is [${list.slice(0, 9).join(', ')}]`;
    throw nodeFault(node, 'ONNX_ATTRIBUTE', cause, `${length} numbers of ${least} or more are needed`);
  };
  const ones = new Array<number>(spatial).fill(1);
  const kernelList = listed('kernel_shape', weightKernel ?? [], 1, spatial);
  if (weightKernel !== null && weightKernel.join() !== kernelList.join()) {
    throw fail(
      `kernel_shape [${kernelList.join(', ')}] and weights for [${weightKernel.join(', ')}]`,
      'both must agree',
    );
  }
  const kernel = pair(kernelList, 1);
  const stride = pair(listed('strides', ones, 1, spatial), 1);
  const dilation = pair(listed('dilations', ones, 1, spatial), 1);
  const pads = listed('pads', new Array<number>(2 * spatial).fill(0), 0, 2 * spatial);
  const auto = textAttribute(node, 'auto_pad', 'NOTSET');
  if (!['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'].includes(auto)) {
    throw nodeFault(
      node,
      'ONNX_ATTRIBUTE',
      `auto_pad ${auto}`,
      'NOTSET, VALID, SAME_UPPER and SAME_LOWER are supported',
    );
  }
  const ceil = intAttribute(node, 'ceil_mode', 0) !== 0;
  const input = pair(inputShape.slice(2), 1);
  const before = pair(pads.slice(0, spatial), 0);
  const after = pair(pads.slice(spatial), 0);
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    alongAxis(
      input[axis],
      (kernel[axis] - 1) * dilation[axis] + 1,
      stride[axis],
      [before[axis], after[axis]],
      auto,
      ceil,
    ),
  ) as [AxisWindow, AxisWindow];
  if (rows.output < 1 || columns.output < 1) {
    throw fail(
      `a ${kernel[0]} x ${kernel[1]} window on ${input[0]} x ${input[1]}`,
      'the window must fit into the padded input',
    );
  }
  return {
    input,
    kernel,
    stride,
    dilation,
    before: [rows.before, columns.before],
    after: [rows.after, columns.after],
    output: [rows.output, columns.output],
    spatial,
  };
}

/** [batch, channels, ...spatial output]. */
export function slidingShape(window: SlidingWindow, batch: number, channels: number): number[] {
  return window.spatial === 1 ? [batch, channels, window.output[1]] : [batch, channels, ...window.output];
}
