import type { Multiplier } from '../../../models/arithmetic.ts';
import type { TensorData } from '../../../models/graph.ts';
import type { ElementBits } from '../../../models/tensor-type.ts';
import { lit } from '../../lang/combine.ts';
import { rom } from '../../lang/memory.ts';
import { generator, module } from '../../lang/module.ts';
import type { Bool, SInt } from '../../lang/signal.ts';
import { delay, reg } from '../../lang/state.ts';
import { bool, sint, uint, vec } from '../../lang/types.ts';
import { packSigned, unpackSigned } from '../../library/beat.ts';
import { allOf, bitsFor, counter, signedBitsFor } from '../../library/counter.ts';
import { interpolator } from '../../library/interpolator.ts';
import { roundingShiftRight } from '../../library/requantizer.ts';
import { rescaler } from '../../library/rescaler.ts';
import { StreamFifo } from '../../library/stream-fifo.ts';
import type { BytewiseStage } from '../architecture.ts';
import { type Engine, joining, joinPorts, singlePort, streamPorts } from './ports.ts';
import type { ConstantOperand, Operation } from './work.ts';

/** What leaves a pipeline and when. */
interface Result {
  readonly valid: Bool;
  readonly data: SInt;
}

/** Of the operands and of the result. */
interface Bits {
  readonly input: ElementBits;
  readonly output: ElementBits;
}

/** What a body needs to know of its stage. */
type Beats = Pick<BytewiseStage, 'name' | 'fifoDepth' | 'outputWidth' | 'inputBits' | 'outputBits'>;

type Two = Extract<Operation, { constant: ConstantOperand | null }>;

/**
 * An operand's deviation from its zero point, scaled by a constant factor of profile A with `leftShift` places in front; three
 * clocks deep. (x * 2^left * m + 2^30) >> 31 is written as (x * m + 2^(30 - left)) >> (31 - left): the same integer.
 */
function scaledOperand(name: string, operand: SInt, valid: Bool, factor: Multiplier, leftShift: number): SInt {
  const left = leftShift + Math.max(factor.shift, 0);
  const constant = lit(sint(32), factor.multiplier);
  const product = delay(`${name}_product`, operand.mul(constant).wrap(operand.width + 31), {
    enable: valid,
    init: null,
  });
  const multiplied = delay(`${name}_multiplied`, valid);
  const half = product.add(2 ** (30 - left)).shr(31 - left);
  const high = delay(`${name}_high`, half, { enable: multiplied, init: null });
  const halved = delay(`${name}_halved`, multiplied);
  return delay(`${name}_scaled`, roundingShiftRight(high, Math.max(-factor.shift, 0)), { enable: halved, init: null });
}

/** The elements of a constant operand, one clock after the element they meet is taken. */
function constantElements({ values }: ConstantOperand, bits: ElementBits, take: Bool): SInt {
  if (values.length === 1) return lit(sint(bits), values[0]!);
  const position = counter('constant_position', values.length, take);
  return rom('constant', sint(bits), values.length, values).read(position.value!, { enable: take });
}

/** Both operands less their zero points, one clock after `take`. */
function operands(operation: Two, bits: ElementBits, take: Bool, data: readonly SInt[]): [SInt, SInt] {
  const { constant, zeroPoints } = operation;
  const held = (name: string, value: SInt) => delay(name, value, { enable: take, init: null });
  const bytes =
    constant === null
      ? [held('first_byte', data[0]!), held('second_byte', data[1]!)]
      : [held('taken_byte', data[0]!), constantElements(constant, bits, take)];
  const [first, second] = constant?.position === 0 ? [bytes[1]!, bytes[0]!] : [bytes[0]!, bytes[1]!];
  return [first.sub(zeroPoints[0]), second.sub(zeroPoints[1])];
}

/** An element's way to the result; its clocks are those of `bytewiseLatency` in stage.ts. */
function compute(name: string, operation: Operation, bits: Bits, take: Bool, data: readonly SInt[]): Result {
  const scale = `${name}_requantizer`;
  switch (operation.kind) {
    case 'lookup': {
      const address = data[0]!.asUInt().xor(2 ** (bits.input - 1));
      const table = rom('lookup_table', sint(bits.output), 2 ** bits.input, operation.table);
      return { valid: delay('looked_up', take), data: table.read(address, { enable: take }) };
    }
    case 'interpolate':
      return interpolator(operation.line, take, data[0]!);
    case 'rescale': {
      const [zeroIn, zeroOut] = operation.zeroPoints;
      const build = rescaler(scale, operation.scaling, {
        valueBits: bits.input,
        biasedBits: signedBitsFor(-(2 ** (bits.input - 1)) - zeroIn, 2 ** (bits.input - 1) - 1 - zeroIn),
        bias: BigInt64Array.of(BigInt(-zeroIn)),
        zeroPoint: zeroOut,
        clamp: operation.clamp,
        outputBits: bits.output,
      });
      const { valid_out, data: result } = build('requantizer', { valid: take, value: data[0]! });
      return { valid: valid_out, data: result };
    }
    case 'add':
    case 'sub': {
      const [a, b] = operands(operation, bits.input, take, data);
      const ready = delay('operands_ready', take);
      const first = scaledOperand('first', a, ready, operation.first, operation.leftShift);
      const second = scaledOperand('second', b, ready, operation.second, operation.leftShift);
      const sum = operation.kind === 'add' ? first.add(second) : first.sub(second);
      const valid = delay('scaled', delay('halved', delay('multiplied', ready)));
      return rescaled(scale, sum, valid, operation, bits.output);
    }
    case 'mul': {
      const [a, b] = operands(operation, bits.input, take, data);
      const ready = delay('operands_ready', take);
      const product = delay('product', a.mul(b), { enable: ready, init: null });
      return rescaled(scale, product, delay('multiplied', ready), operation, bits.output);
    }
  }
}

function rescaled(name: string, value: SInt, valid: Bool, operation: Two, outputBits: ElementBits): Result {
  const { scaling, zeroPoints, clamp } = operation;
  const build = rescaler(name, scaling, {
    valueBits: value.width,
    biasedBits: Math.min(32, value.width),
    bias: BigInt64Array.of(0n),
    zeroPoint: zeroPoints[2],
    clamp,
    outputBits,
  });
  const { valid_out, data } = build('requantizer', { valid, value });
  return { valid: valid_out, data };
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The operation as the elements number `lane` of every beat of `width` meet it. */
function laneOperation(operation: Operation, lane: number, width: number): Operation {
  if (!('constant' in operation) || operation.constant === null) return operation;
  const { values, position } = operation.constant;
  const period = values.length / gcd(values.length, width);
  const met: TensorData = values.slice(0, period).map((_, beat) => values[(lane + beat * width) % values.length]!);
  return { ...operation, constant: { position, values: met } };
}

/** One element of a beat on its way: as many of these side by side as a beat has elements. */
const elementLane = (name: string, ports: number, operation: Operation, bits: Bits) =>
  module(
    name,
    { in: { take: bool, operand: vec(ports, sint(bits.input)) }, out: { valid: bool, data: sint(bits.output) } },
    ({ take, operand }) => compute(name, operation, bits, take, operand),
  );

/** A beat of every port on its way to the beat of results. */
function computeBeat(
  { name, outputWidth: width, inputBits, outputBits }: Beats,
  operation: Operation,
  take: Bool,
  data: readonly SInt[],
): Result {
  const bits = { input: inputBits, output: outputBits };
  if (width === 1) return compute(name, operation, bits, take, data);
  const operands = data.map((beat) => unpackSigned(beat, width));
  const alike = laneOperation(operation, 0, width) === operation;
  const shared = alike ? elementLane(`${name}_lane`, data.length, operation, bits) : null;
  const results = Array.from({ length: width }, (_, lane) => {
    const own = () => laneOperation(operation, lane, width);
    const build = shared ?? elementLane(`${name}_lane_${lane}`, data.length, own(), bits);
    return build(`lane_${lane}`, { take, operand: operands.map((bytes) => bytes[lane]!) });
  });
  const [first, ...others] = results.map(({ valid }) => valid);
  return { valid: allOf(first!, ...others), data: packSigned(results.map((result) => result.data)) };
}

/**
 * Takes a beat of every port in the same clock, when all are there and the result has room: room is reserved when beats are
 * taken, so that nothing between here and the FIFO ever has to wait.
 */
function body(
  beats: Beats,
  operation: Operation | null,
  valids: readonly Bool[],
  data: readonly SInt[],
  outReady: Bool,
) {
  const { fifoDepth, outputWidth, outputBits } = beats;
  const reserved = reg('reserved', uint(bitsFor(fifoDepth)));
  const room = reserved.lt(fifoDepth).as('room');
  const take = valids.reduce((all, valid) => all.and(valid), room).as('take');
  const result = operation === null ? { valid: take, data: data[0]! } : computeBeat(beats, operation, take, data);
  const fifo = StreamFifo({ width: outputBits * outputWidth, depth: fifoDepth })('output_fifo', {
    write: result.valid,
    write_data: result.data,
    out_ready: outReady,
  });
  const pop = fifo.out_valid.and(outReady);
  reserved.next = reserved.addWrap(take.toUInt()).subWrap(pop.toUInt());
  // A port waits for the others, never for itself.
  const readies = valids.map((_, port) =>
    valids.filter((_, other) => other !== port).reduce((all, valid) => all.and(valid), room),
  );
  return { readies, out_valid: fifo.out_valid, out_data: fifo.out_data };
}

/** Holds elements back until their reader wants them. */
const StreamQueue = generator(({ depth, width, bits }: { depth: number; width: number; bits: ElementBits }) => {
  const name = `stream_queue_${depth}${width === 1 ? '' : `x${width}`}${bits === 8 ? '' : `_${bits}b`}`;
  const ports = streamPorts({ inputWidth: width, outputWidth: width, inputBits: bits, outputBits: bits });
  return module(name, ports, ({ in_valid, in_data, out_ready }) => {
    const queue = { name, fifoDepth: depth, outputWidth: width, inputBits: bits, outputBits: bits };
    const { readies, ...outputs } = body(queue, null, [in_valid], [in_data], out_ready);
    return { in_ready: readies[0]!, ...outputs };
  });
});

/** The engine of a bytewise stage; a queue has no operation. */
export function bytewiseEngine(stage: BytewiseStage, operation: Operation | null): Engine {
  const { name, sources, fifoDepth, outputWidth, outputBits } = stage;
  if (operation === null) return singlePort(StreamQueue({ depth: fifoDepth, width: outputWidth, bits: outputBits }));
  if (sources.length === 1) {
    return singlePort(
      module(name, streamPorts(stage), ({ in_valid, in_data, out_ready }) => {
        const { readies, ...outputs } = body(stage, operation, [in_valid], [in_data], out_ready);
        return { in_ready: readies[0]!, ...outputs };
      }),
    );
  }
  const build = module(name, joinPorts(sources.length, stage), ({ in_valid, in_data, out_ready }) => {
    const { readies, ...outputs } = body(stage, operation, in_valid, in_data, out_ready);
    return { in_ready: readies, ...outputs };
  });
  return joining(build);
}
