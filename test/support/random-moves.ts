/** Random operators that move values. */
import { any, type Draft, emit, fresh, like, map, pick, randomData, size } from './random-draft.ts';
import { child, flag, fused, int32, int32Vector } from './tflite-network.ts';

export function concatenation(draft: Draft): void {
  const { net, random } = draft;
  const first = any(draft);
  if (first.shape.length === 0 || size(first.shape) > 100) return;
  const axis = random.integer(0, first.shape.length - 1);
  const second = first.shape.map((n, at) => (at === axis ? random.integer(1, 2) : n));
  const constant = fresh(draft, second, first.scale, first.zeroPoint, randomData(draft, size(second)));
  const parts = pick(random, [[first, constant], [constant, first, first], [first]]);
  const shape = first.shape.map((n, at) => (at === axis ? parts.reduce((sum, part) => sum + part.shape[at]!, 0) : n));
  const output = like(draft, shape, first);
  const stated = random.integer(0, 1) === 0 ? axis : axis - first.shape.length;
  net.operator(
    'CONCATENATION',
    parts.map(({ id }) => id),
    [output.id],
    { 0: int32(stated), 1: fused('none') },
  );
  emit(draft, output);
}

export function padding(draft: Draft): void {
  const { net, random } = draft;
  const input = any(draft);
  if (input.shape.length === 0 || size(input.shape) > 60) return;
  const pads = input.shape.map((_, axis) => (axis === 0 ? [0, 0] : [random.integer(0, 2), random.integer(0, 1)]));
  const output = like(
    draft,
    input.shape.map((n, axis) => n + pads[axis]![0]! + pads[axis]![1]!),
    input,
  );
  const numbers = net.numbers(pads.flat(), [pads.length, 2], random.integer(0, 3) === 0 ? 64 : 32);
  if (random.integer(0, 1) === 0) net.operator('PAD', [input.id, numbers], [output.id]);
  else {
    const value = fresh(draft, [], input.scale, input.zeroPoint, randomData(draft, 1));
    net.operator('PADV2', [input.id, numbers, value.id], [output.id]);
  }
  emit(draft, output);
}

export function resize(draft: Draft): void {
  const { net, random } = draft;
  const input = map(draft);
  if (size(input.shape) > 80) return;
  const extent = [random.integer(1, 7), random.integer(1, 7)];
  const output = like(draft, [1, ...extent, input.shape[3]!], input);
  const corners = random.integer(0, 1) === 1;
  const options = { 0: flag(corners), 1: flag(random.integer(0, 1) === 1) };
  net.operator('RESIZE_NEAREST_NEIGHBOR', [input.id, net.numbers(extent)], [output.id], options);
  emit(draft, output);
}

export function slicing(draft: Draft): void {
  const { net, random } = draft;
  const input = any(draft);
  if (input.shape.length === 0) return;
  if (random.integer(0, 2) === 0) {
    const begin = input.shape.map((n) => random.integer(0, n - 1));
    const extent = input.shape.map((n, axis) => random.integer(1, n - begin[axis]!));
    const stated = extent.map((n, axis) => (n === input.shape[axis]! - begin[axis]! && random.integer(0, 1) ? -1 : n));
    const output = like(draft, extent, input);
    net.operator('SLICE', [input.id, net.numbers(begin), net.numbers(stated)], [output.id]);
    emit(draft, output);
    return;
  }
  const masks = [0, 0, 0];
  const parts = input.shape.map((n, axis) => {
    const step = pick(random, [1, 1, 2, -1, -2]);
    const from = random.integer(0, n - 1);
    const count = random.integer(1, Math.floor((step > 0 ? n - 1 - from : from) / Math.abs(step)) + 1);
    const to = from + (count - 1) * step + Math.sign(step);
    const shrunk = axis > 0 && random.integer(0, 4) === 0;
    if (shrunk) masks[2]! |= 1 << axis;
    const open = from === (step > 0 ? 0 : n - 1) && random.integer(0, 1) === 0;
    if (open) masks[0]! |= 1 << axis;
    const close = to === (step > 0 ? n : -1);
    if (close) masks[1]! |= 1 << axis;
    const back = random.integer(0, 1) === 0;
    return {
      begin: open ? random.integer(-9, 9) : back ? from - n : from,
      end: close ? random.integer(-9, 9) : to,
      step: shrunk ? 1 : step,
      extent: shrunk ? null : count,
    };
  });
  const shape = parts.flatMap(({ extent }) => (extent === null ? [] : [extent]));
  const output = like(draft, shape, input);
  const lists = (['begin', 'end', 'step'] as const).map((key) => net.numbers(parts.map((part) => part[key])));
  const options = { 0: int32(masks[0]!), 1: int32(masks[1]!), 2: int32(0), 3: int32(0), 4: int32(masks[2]!) };
  net.operator('STRIDED_SLICE', [input.id, ...lists], [output.id], options);
  emit(draft, output);
}

export function splitting(draft: Draft): void {
  const { net, random } = draft;
  const input = any(draft);
  const axis = input.shape.findIndex((n) => n > 1);
  if (axis < 0) return;
  const total = input.shape[axis]!;
  const even = total % 2 === 0 && random.integer(0, 1) === 0;
  const first = even ? total / 2 : random.integer(1, total - 1);
  const sizes = [first, total - first];
  const outputs = sizes.map((n) => like(draft, input.shape.with(axis, n), input));
  const ids = outputs.map(({ id }) => id);
  const at = net.numbers([random.integer(0, 1) === 0 ? axis : axis - input.shape.length], []);
  if (even) net.operator('SPLIT', [at, input.id], ids, { 0: int32(2) });
  else {
    const stated = random.integer(0, 1) === 0 ? sizes : [first, -1];
    net.operator('SPLIT_V', [input.id, net.numbers(stated), at], ids, { 0: int32(2) });
  }
  for (const output of outputs) emit(draft, output);
}

export function shaping(draft: Draft): void {
  const { net, random } = draft;
  const input = any(draft);
  const rank = input.shape.length;
  const name = pick(random, ['TRANSPOSE', 'RESHAPE', 'EXPAND_DIMS', 'SQUEEZE'] as const);
  if (name === 'TRANSPOSE') {
    if (rank === 0) return;
    const order = input.shape.map((_, axis) => axis).sort(() => random.fraction() - 0.5);
    const output = like(
      draft,
      order.map((axis) => input.shape[axis]!),
      input,
    );
    net.operator(name, [input.id, net.numbers(order)], [output.id]);
    emit(draft, output);
    return;
  }
  if (name === 'EXPAND_DIMS' && rank > 3) return;
  const shape =
    name === 'RESHAPE'
      ? pick(random, [[size(input.shape)], [1, size(input.shape)], [1, 1, size(input.shape), 1]])
      : name === 'SQUEEZE'
        ? input.shape.filter((n) => n > 1)
        : [1, ...input.shape];
  const output = like(draft, shape, input);
  const steer = name === 'RESHAPE' ? [net.numbers(shape)] : name === 'EXPAND_DIMS' ? [net.numbers([0], [])] : [];
  net.operator(name, [input.id, ...steer], [output.id], name === 'RESHAPE' ? { 0: child(int32Vector(shape)) } : {});
  emit(draft, output);
}
