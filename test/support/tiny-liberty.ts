/** A library of four cells, with the areas that tests reckon with. */
export const tinyAreas: Readonly<Record<string, number>> = { INV: 1.5, NAND2: 2.25, BUF: 2, DFF: 9 };

const gate = (name: string, inputs: readonly string[], function_: string): string => `
  cell (${name}) {
    area : ${tinyAreas[name]};
${inputs.map((pin) => `    pin (${pin}) { direction : input; capacitance : 1; }`).join('\n')}
    pin (Y) { direction : output; function : "${function_}"; }
  }`;

/** With `sequential` false without its flip-flop. */
export const tinyLiberty = (sequential = true): string => `library (tiny) {
  time_unit : "1ns"; capacitive_load_unit (1, pf);
${gate('INV', ['A'], "A'")}
${gate('BUF', ['A'], 'A')}
${gate('NAND2', ['A', 'B'], "(A B)'")}
${
  sequential
    ? `  cell (DFF) {
    area : ${tinyAreas.DFF};
    ff (IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin (C) { direction : input; clock : true; capacitance : 1; }
    pin (D) { direction : input; capacitance : 1; }
    pin (Q) { direction : output; function : "IQ"; }
  }`
    : ''
}
}
`;
