import type { AddOrSub, Concatenation, Graph, Mul, Tensor } from '../../../models/graph.ts';
import { tensorElements } from '../../../models/shape.ts';
import { allocate } from '../../../models/tensor-type.ts';
import { constantOperand, period } from './constant.ts';
import { type Job, type Own, type Source, tensorOf, unsupported } from './job.ts';
import { insertion, lineOf, repeated } from './rearrange-work.ts';
import type { Scale } from './window-work.ts';

const elements = ({ shape }: Tensor) => tensorElements(shape);

/** Two operands byte by byte; one that is repeated over the other passes a stage that does so. */
export function elementwise(layer: AddOrSub | Mul, graph: Graph, scale: Scale): Job {
  const operands = layer.inputs.map((id) => tensorOf(graph, id)) as [Tensor, Tensor];
  const [first, second] = operands;
  const output = tensorOf(graph, layer.output);
  const held = operands.map(({ id }) => graph.constants?.get(id));
  const position = held.findIndex((data) => data !== undefined);
  const constant =
    position < 0 ? null : constantOperand(position === 0 ? 0 : 1, held[position]!, operands[position]!, output);
  const sources = operands.flatMap((operand, index): Source[] => {
    if (held[index] !== undefined) return [];
    if (elements(operand) === elements(output)) return [operand.id];
    const through = repeated(operand.shape, output.shape);
    return [{ tensor: operand.id, name: `${layer.name}_repeat_${index}`, through }];
  });
  if (sources.length === 0) {
    throw unsupported(layer, 'both operands are constants', 'fold them into one constant before export');
  }
  const shared = {
    zeroPoints: [first.zeroPoint, second.zeroPoint, output.zeroPoint] as const,
    clamp: layer.clamp,
    constant,
  };
  const operation =
    layer.kind === 'mul'
      ? { kind: layer.kind, scaling: scale(layer.requantize), ...shared }
      : {
          kind: layer.kind,
          leftShift: layer.leftShift,
          first: layer.first,
          second: layer.second,
          scaling: scale({
            multiplier: Int32Array.of(layer.rescale.multiplier),
            shift: Int32Array.of(layer.rescale.shift),
          }),
          ...shared,
        };
  const map = lineOf(output.shape);
  return { own: { form: 'bytewise', input: map, output: map, macs: 0, operation }, sources };
}

/** A computed input of a concatenation with the constants that stand directly before and after it. */
interface Part {
  readonly tensor: Tensor;
  readonly before: Tensor[];
  readonly after: Tensor[];
}

function joinedParts(layer: Concatenation, graph: Graph): Part[] {
  const parts: Part[] = [];
  const leading: Tensor[] = [];
  for (const id of layer.inputs) {
    const tensor = tensorOf(graph, id);
    if (!graph.constants?.has(id)) parts.push({ tensor, before: parts.length === 0 ? leading : [], after: [] });
    else (parts.at(-1)?.after ?? leading).push(tensor);
  }
  return parts;
}

/** Constants travel with the computed input next to them: it is as if that one were padded with their bytes. */
export function concatenation(layer: Concatenation, graph: Graph): Job {
  const { axis } = layer;
  const output = tensorOf(graph, layer.output);
  const outer = output.shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const along = (tensors: readonly Tensor[]) => tensors.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const parts = joinedParts(layer, graph).map(({ tensor, before, after }) => {
    const constants = [...before, ...after];
    if (constants.length === 0) return { shape: tensor.shape, tensor, through: null };
    const values = Array.from({ length: outer }, (_, row) =>
      constants.flatMap((constant) => {
        const length = elements(constant) / outer;
        return [...graph.constants!.get(constant.id)!.slice(row * length, (row + 1) * length)];
      }),
    ).flat();
    const through = insertion(
      tensor.shape,
      axis,
      along(before),
      along(after),
      period(allocate(output, values.length).map((_, at) => values[at]!)),
    );
    return { shape: through.shape, tensor, through };
  });
  const [only, ...others] = parts;
  if (only === undefined) {
    throw unsupported(layer, 'all its inputs are constants', 'fold them into one constant before export');
  }
  if (others.length === 0 && only.through !== null) {
    const { shape, ...own } = only.through;
    return { own, sources: [only.tensor.id] };
  }
  const turns = parts.map(({ shape }) => shape.slice(axis).reduce((product, size) => product * size, 1));
  const sources = parts.map(({ tensor, through }, index): Source => {
    if (through === null) return tensor.id;
    const { shape, ...own } = through;
    return { tensor: tensor.id, name: `${layer.name}_insert_${index}`, through: own };
  });
  const own: Own = { form: 'turns', input: lineOf(only.shape), output: lineOf(output.shape), macs: 0, turns };
  return { own, sources };
}
