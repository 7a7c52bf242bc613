import {
  bool,
  delay,
  generator,
  module,
  mux,
  record,
  reg,
  type SInt,
  sint,
  unused,
  vec,
  when,
} from '../hdl-gen/index.ts';

const control = record({ valid: bool, first: bool });

/** Multiply-accumulate cell: adds a * b, or starts anew with `first`; hands everything on, one clock later. */
const Cell = generator(({ bits, accumulatorBits }: { readonly bits: number; readonly accumulatorBits: number }) =>
  module(
    `cell_${bits}x${accumulatorBits}`,
    {
      in: { a: sint(bits), b: sint(bits), go: control },
      out: { a_out: sint(bits), b_out: sint(bits), go_out: control, total: sint(accumulatorBits) },
    },
    ({ a, b, go }) => {
      const total = reg('sum', sint(accumulatorBits));
      const product = a.mul(b).as('product');
      when(go.valid, () => {
        total.next = mux(go.first, 0, total).addWrap(product);
      });
      const goOut = reg('go_q', control);
      goOut.next = go;
      return { a_out: delay('a_q', a), b_out: delay('b_q', b), go_out: goOut, total };
    },
  ),
);

export interface MatrixParameters {
  /** Rows and columns of the product. */
  readonly size: number;
  readonly bits: number;
  readonly accumulatorBits: number;
}

/**
 * Systolic array: product[r * size + c] = sum over k of a[r] * b[c], where clock k brings column k of the left matrix
 * and row k of the right one; `first` marks k = 0. Row r and column c wait r and c clocks, so that the operands of a
 * cell meet: product [r, c] is there r + c + 1 clocks after the last k.
 */
export const MatrixMultiplier = generator(({ size, bits, accumulatorBits }: MatrixParameters) =>
  module(
    `matrix_${size}x${size}`,
    {
      in: { a: vec(size, sint(bits)), b: vec(size, sint(bits)), valid: bool, first: bool },
      out: { product: vec(size * size, sint(accumulatorBits)) },
    },
    ({ a, b, valid, first }) => {
      const wait = (name: string, value: SInt, clocks: number): SInt => {
        let waiting = value;
        for (let clock = 1; clock <= clocks; clock++) waiting = delay(`${name}_wait_${clock}`, waiting);
        return waiting;
      };
      const cell = Cell({ bits, accumulatorBits });
      const product: SInt[] = [];
      let north = b.map((value, column) => wait(`b_${column}`, value, column));
      let start = { valid, first };
      for (let row = 0; row < size; row++) {
        let west = wait(`a_${row}`, a[row]!, row);
        let go = start;
        north = north.map((value, column) => {
          const { a_out, b_out, go_out, total } = cell(`cell_${row}_${column}`, { a: west, b: value, go });
          west = a_out;
          go = go_out;
          product.push(total);
          return b_out;
        });
        unused(west, go.valid, go.first);
        if (row < size - 1)
          start = { valid: delay(`valid_${row}`, start.valid), first: delay(`first_${row}`, start.first) };
      }
      unused(...north);
      return { product };
    },
  ),
);
