/**
 * Multiply-accumulate elements to synthesise: int8 operands in registers, 32-bit accumulator, `rst` empties everything,
 * `clr` starts a new sum. Both compute the same; only the structure differs.
 */
const ports =
  'input clk, input rst, input clr, input signed [7:0] a, input signed [7:0] b, output reg signed [31:0] acc';
const registers = (next: string): string => `
  reg signed [7:0] ar, br;
  wire signed [31:0] kept = clr ? 32'sd0 : acc;
  always @(posedge clk)
    if (rst) begin ar <= 0; br <= 0; acc <= 0; end
    else begin ar <= a; br <= b; acc <= ${next}; end
endmodule
`;

/** `a * b + acc`, left to the synthesis tool. */
export const plainElement = `module element(${ports});${registers('kept + ar * br')}`;

/**
 * One Baugh-Wooley tree over the partial products and the accumulator (Dadda's schedule), one carry-propagate adder at
 * its end. The negative partial products are inverted; what that adds up to, 2^8 - 2^15, goes in as constants.
 */
export function fusedElement(): string {
  const width = 32;
  const columns: string[][] = Array.from({ length: width }, () => []);
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      const isNegative = (i === 7) !== (j === 7);
      columns[i + j]!.push(`${isNegative ? '~' : ''}(ar[${i}] & br[${j}])`);
    }
  }
  for (let column = 0; column < width; column++) {
    columns[column]!.push(`kept[${column}]`);
    if (column === 8 || column >= 15) columns[column]!.push("1'b1");
  }
  const lines: string[] = [];
  let wires = 0;
  const named = (expression: string): string => {
    const name = `w${wires++}`;
    lines.push(`  wire ${name} = ${expression};`);
    return name;
  };
  const tallest = Math.max(...columns.map((column) => column.length));
  const heights = [2];
  while (heights.at(-1)! < tallest) heights.push(Math.floor(heights.at(-1)! * 1.5));
  for (const height of heights.reverse()) {
    for (let column = 0; column < width; column++) {
      const bits = columns[column]!;
      while (bits.length > height) {
        const full = bits.length > height + 1;
        const [x, y] = [named(bits.shift()!), named(bits.shift()!)];
        const z = full ? named(bits.shift()!) : null;
        bits.push(named(z === null ? `${x} ^ ${y}` : `${x} ^ ${y} ^ ${z}`));
        const carry = z === null ? `${x} & ${y}` : `(${x} & ${y}) | (${z} & (${x} | ${y}))`;
        if (column + 1 < width) columns[column + 1]!.push(named(carry));
      }
    }
  }
  const row = (at: number): string =>
    `{${columns
      .map((column) => column[at] ?? "1'b0")
      .reverse()
      .join(', ')}}`;
  return `module element(${ports});${registers('sum')}`.replace(
    'always @',
    `${lines.join('\n')}\n  wire [31:0] upper = ${row(0)};\n  wire [31:0] lower = ${row(1)};\n  wire [31:0] sum = upper + lower;\n  always @`,
  );
}
