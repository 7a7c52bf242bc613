/** Layers of a random network that move bytes, and operands and constants that need such moves. */
import { quantizeMultiplier } from '../../models/arithmetic.ts';
import type { Shape, Tensor } from '../../models/graph.ts';
import type { Sketch } from './random-network.ts';

const size = (shape: Shape) => shape.reduce((product, extent) => product * extent, 1);

function shuffled(sketch: Sketch, count: number, fixed: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let at = count - 1; at > fixed; at--) {
    const other = sketch.random.integer(fixed, at);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

export function pad(sketch: Sketch, input: Tensor, most = 2): Tensor {
  const draw = () => input.shape.map((_, d) => (d === 0 ? 0 : Math.max(0, sketch.random.integer(-1, most))));
  const [before, after] = [draw(), draw()];
  const output = sketch.tensor(
    input.shape.map((extent, d) => before[d]! + extent + after[d]!),
    input,
  );
  const value = sketch.value();
  const kind = 'pad';
  sketch.layers.push({ kind, name: sketch.name(kind), input: input.id, output: output.id, before, after, value });
  return output;
}

/** With `flip` the shape stays and some dimensions run backwards. */
export function slice(sketch: Sketch, input: Tensor, flip = false): Tensor {
  const { random } = sketch;
  const cuts = input.shape.map((extent) => {
    if (flip) return random.fraction() < 0.5 ? { begin: 0, step: 1, extent } : { begin: extent - 1, step: -1, extent };
    const [a, b] = [random.integer(0, extent - 1), random.integer(0, extent - 1)];
    const step = random.integer(1, 2);
    const length = Math.floor(Math.abs(a - b) / step) + 1;
    return { begin: a, step: a <= b ? step : -step, extent: length };
  });
  const output = sketch.tensor(
    cuts.map(({ extent }) => extent),
    input,
  );
  sketch.layers.push({
    kind: 'slice',
    name: sketch.name('slice'),
    input: input.id,
    output: output.id,
    begin: cuts.map(({ begin }) => begin),
    step: cuts.map(({ step }) => step),
  });
  return output;
}

/** The first `fixed` dimensions stay where they are. */
export function transpose(sketch: Sketch, input: Tensor, fixed = 1): Tensor {
  const permutation = shuffled(sketch, input.shape.length, fixed);
  const output = sketch.tensor(
    permutation.map((from) => input.shape[from]!),
    input,
  );
  const kind = 'transpose';
  sketch.layers.push({ kind, name: sketch.name(kind), input: input.id, output: output.id, permutation });
  return output;
}

export function resize(sketch: Sketch, input: Tensor, height: number, width: number): Tensor {
  const { random } = sketch;
  const output = sketch.tensor([input.shape[0]!, height, width, input.shape[3]!], input);
  const alignCorners = random.fraction() < 0.3;
  sketch.layers.push({
    kind: 'resizeNearest',
    name: sketch.name('resize'),
    input: input.id,
    output: output.id,
    alignCorners,
    halfPixelCenters: !alignCorners && random.fraction() < 0.5,
  });
  return output;
}

/** Over any dimensions, which stay with size 1. */
export function mean(sketch: Sketch, input: Tensor, keeps = 1): Tensor {
  const { random } = sketch;
  const axes = [...input.shape.keys()].filter((axis) => axis >= keeps && random.fraction() < 0.6);
  const output = sketch.tensor(input.shape.map((extent, d) => (axes.includes(d) ? 1 : extent)));
  const count = axes.reduce((product, axis) => product * input.shape[axis]!, 1);
  const { multiplier, shift } = quantizeMultiplier((0.3 + random.fraction()) / count);
  const requantize = { multiplier: Int32Array.of(multiplier), shift: Int32Array.of(shift) };
  const clamp = sketch.clamp(output.zeroPoint);
  const kind = 'mean';
  sketch.layers.push({ kind, name: sketch.name(kind), input: input.id, output: output.id, axes, requantize, clamp });
  return output;
}

/** An operand of which some dimensions are 1: the average over them, or a slice. */
export function smaller(sketch: Sketch, input: Tensor): Tensor {
  if (sketch.random.fraction() < 0.5) return mean(sketch, input);
  const output = sketch.tensor(
    input.shape.map((extent) => (sketch.random.fraction() < 0.5 ? 1 : extent)),
    input,
  );
  const begin = input.shape.map((extent, d) => sketch.random.integer(0, extent - output.shape[d]!));
  const step = input.shape.map(() => 1);
  const kind = 'slice';
  sketch.layers.push({ kind, name: sketch.name(kind), input: input.id, output: output.id, begin, step });
  return output;
}

/** Constants and computed tensors of one scale, in any order; at least one is computed. */
export function withConstants(sketch: Sketch, computed: readonly Tensor[], axis: number): Tensor {
  const { random } = sketch;
  const [first] = computed as readonly [Tensor, ...Tensor[]];
  const inputs: Tensor[] = [];
  const constants = (): void => {
    for (let count = random.integer(0, 2); count > 0; count--) {
      const shape = first.shape.map((extent, d) => (d === axis ? random.integer(1, 2) : extent));
      const constant = sketch.tensor(shape, first);
      sketch.constants.set(constant.id, sketch.values(size(shape)));
      inputs.push(constant);
    }
  };
  for (const tensor of computed) {
    constants();
    inputs.push(tensor);
  }
  constants();
  const along = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const output = sketch.tensor(
    first.shape.map((extent, d) => (d === axis ? along : extent)),
    first,
  );
  const kind = 'concatenation';
  const ids = inputs.map(({ id }) => id);
  sketch.layers.push({ kind, name: sketch.name(kind), inputs: ids, output: output.id, axis });
  return output;
}
