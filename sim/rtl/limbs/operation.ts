import type {
  ConstNode,
  InputNode,
  MemoryReadNode,
  NetNode,
  NodeId,
  RegisterNode,
} from '../../../hdl-gen/ir/netlist.ts';
import { addOperation, type NodeTable } from '../../../hdl-gen/ir/simplify.ts';
import type { Format } from '../value.ts';
import { addWords, multiplyWords, subtractWords } from './arithmetic.ts';
import { equalWords, lessWords, nonZero, reduceWord } from './compare.ts';
import { joinedWords, type ShiftStyle, shiftedBy, shiftedLeft, shiftedRight } from './shift.ts';
import { bitFormat, bitWord, constantWord, limbAt, patternWord, resizedWord, type Word, wordOf } from './word.ts';

export type OperationNode = Exclude<NetNode, InputNode | RegisterNode | MemoryReadNode | ConstNode>;

/** A node of one unsigned bit that is 1 exactly when the word is not 0. */
export function conditionOf(table: NodeTable, word: Word): NodeId {
  return word.width === 1 && !word.signed ? word.limbs[0]! : nonZero(table, word);
}

/** The operation on words of any width, as nodes of at most 64 bits. */
export function limbOperation(table: NodeTable, node: OperationNode, args: readonly Word[], style: ShiftStyle): Word {
  const own: Format = { width: node.width, signed: node.signed };
  const [a, b, c] = args as readonly [Word, Word, Word];
  /** The same operation on limbs that do not touch each other. */
  const parallel = (...words: readonly Word[]): Word =>
    wordOf(own, (format, index) =>
      addOperation(table, { op: node.op, ...format, args: words.map((word) => limbAt(table, word, index, format)) }),
    );
  const truth = (bit: NodeId): Word => resizedWord(table, bitWord(bit), own);
  switch (node.op) {
    case 'extend':
      return resizedWord(table, a, own);
    case 'not':
      return parallel(a);
    case 'and':
    case 'or':
    case 'xor':
      return parallel(a, b);
    case 'add':
      return addWords(table, a, b, own);
    case 'sub':
      return subtractWords(table, a, b, own);
    case 'neg':
      return subtractWords(table, constantWord(table, 0n, bitFormat), a, own);
    case 'mul':
      return multiplyWords(table, a, b, own);
    case 'eq':
      return truth(equalWords(table, a, b));
    case 'lt':
      return truth(lessWords(table, a, b));
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor':
      return truth(reduceWord(table, node.op, a));
    case 'shl':
      return shiftedLeft(table, a, node.amount, own);
    case 'shr':
      return shiftedRight(table, a, node.amount, own);
    case 'slice':
      return shiftedRight(table, patternWord(table, a), node.low, own);
    case 'cat':
      return joinedWords(table, a, b, own);
    case 'shlBy':
    case 'shrBy':
      return shiftedBy(table, node.op, [a, b], own, style);
    case 'mux': {
      const condition = conditionOf(table, a);
      return wordOf(own, (format, index) => {
        const [yes, no] = [limbAt(table, b, index, format), limbAt(table, c, index, format)];
        return addOperation(table, { op: 'mux', ...format, args: [condition, yes, no] });
      });
    }
  }
}
