import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { addConstant, addOperation, type NodeTable, resized } from '../../../hdl-gen/ir/simplify.ts';
import type { Format } from '../value.ts';
import { limbAt, limbBits, limbFormats, type Word, wholeLimb, wordOf } from './word.ts';

/** a + b: a sum that is smaller than what went into it has left a carry. */
export function addWords(table: NodeTable, a: Word, b: Word, own: Format): Word {
  const last = limbFormats(own).length - 1;
  let carry: NodeId | null = null;
  return wordOf(own, (format, index) => {
    const [x, y] = [limbAt(table, a, index, format), limbAt(table, b, index, format)];
    const both = addOperation(table, { op: 'add', ...format, args: [x, y] });
    const sum: NodeId = carry === null ? both : addOperation(table, { op: 'add', ...format, args: [both, carry] });
    if (index === last) return sum;
    const first = addOperation(table, { op: 'lt', ...wholeLimb, args: [both, x] });
    carry =
      carry === null
        ? first
        : addOperation(table, {
            op: 'or',
            ...wholeLimb,
            args: [first, addOperation(table, { op: 'lt', ...wholeLimb, args: [sum, carry] })],
          });
    return sum;
  });
}

/** a - b, limb by limb with a borrow. */
export function subtractWords(table: NodeTable, a: Word, b: Word, own: Format): Word {
  const last = limbFormats(own).length - 1;
  let borrow: NodeId | null = null;
  return wordOf(own, (format, index) => {
    const [x, y] = [limbAt(table, a, index, format), limbAt(table, b, index, format)];
    const both = addOperation(table, { op: 'sub', ...format, args: [x, y] });
    const difference: NodeId =
      borrow === null ? both : addOperation(table, { op: 'sub', ...format, args: [both, borrow] });
    if (index === last) return difference;
    const first = addOperation(table, { op: 'lt', ...wholeLimb, args: [x, y] });
    borrow =
      borrow === null
        ? first
        : addOperation(table, {
            op: 'or',
            ...wholeLimb,
            args: [first, addOperation(table, { op: 'lt', ...wholeLimb, args: [both, borrow] })],
          });
    return difference;
  });
}

/** Products of two halves fit one limb. */
const halfBits = limbBits / 2;

interface Digit {
  /** A node of 64 bits whose integer is the digit. */
  readonly node: NodeId;
  /** Only the last digit of a signed word is. */
  readonly signed: boolean;
}

function lowHalf(table: NodeTable, node: NodeId): NodeId {
  const mask = addConstant(table, (1n << BigInt(halfBits)) - 1n, limbBits, false);
  return addOperation(table, { op: 'and', ...wholeLimb, args: [node, mask] });
}

function highHalf(table: NodeTable, node: NodeId, signed: boolean): NodeId {
  return addOperation(table, { op: 'shr', width: limbBits, signed, args: [node], amount: halfBits });
}

/** The integer in digits of 32 bits: all but the last are not negative. */
function digitsOf(table: NodeTable, word: Word): Digit[] {
  const formats = limbFormats(word);
  return word.limbs.flatMap((limb, index): Digit[] => {
    const { width, signed } = formats[index]!;
    if (width <= halfBits) return [{ node: resized(table, limb, limbBits, signed), signed }];
    return [
      { node: lowHalf(table, limb), signed: false },
      { node: highHalf(table, limb, signed), signed },
    ];
  });
}

/** a * b: the products of all digits, each added to its column; the columns' carries move up at the end. */
export function multiplyWords(table: NodeTable, a: Word, b: Word, own: Format): Word {
  const count = Math.ceil(own.width / halfBits);
  const signed = a.signed || b.signed;
  const columns: NodeId[][] = Array.from({ length: count }, () => []);
  const digits = digitsOf(table, b);
  for (const [i, x] of digitsOf(table, a).entries()) {
    for (const [j, y] of digits.entries()) {
      const place = i + j;
      if (place >= count) break;
      const negative = x.signed || y.signed;
      const product = addOperation(table, { op: 'mul', width: limbBits, signed: negative, args: [x.node, y.node] });
      // Of the last column only the low half is wanted, so it may wrap.
      columns[place]!.push(place === count - 1 ? product : lowHalf(table, product));
      columns[place + 1]?.push(highHalf(table, product, negative));
    }
  }
  const sums: NodeId[] = [];
  for (const [place, parts] of columns.entries()) {
    if (place > 0) parts.push(highHalf(table, sums[place - 1]!, signed));
    sums.push(parts.reduce((x, y) => addOperation(table, { op: 'add', width: limbBits, signed, args: [x, y] })));
  }
  return wordOf(own, (format, index) => {
    const [low, high] = [sums[2 * index]!, sums[2 * index + 1]];
    if (high === undefined) return resized(table, low, format.width, format.signed);
    const upper = addOperation(table, { op: 'shl', ...format, args: [high], amount: halfBits });
    return addOperation(table, { op: 'or', ...format, args: [lowHalf(table, low), upper] });
  });
}
