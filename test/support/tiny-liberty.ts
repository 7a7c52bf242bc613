/** Areas of a library of a few cells, that tests reckon with. */
export const tinyAreas: Readonly<Record<string, number>> = { INV: 1.5, NAND2: 2.25, BUF: 2, DFF: 9, GATE: 12 };

const clockGate = `  cell (GATE) {
    area : ${tinyAreas.GATE};
    clock_gating_integrated_cell : "latch_posedge";
    statetable ("CK EN", "M") { table : "L L : - : L, L H : - : H, H - : - : N"; }
    pin (M) { direction : internal; internal_node : "M"; }
    pin (CK) { direction : input; clock : true; capacitance : 1; clock_gate_clock_pin : true; }
    pin (EN) { direction : input; capacitance : 1; clock_gate_enable_pin : true; }
    pin (GCK) { direction : output; state_function : "CK * M"; clock_gate_out_pin : true; }
  }
`;

const gate = (name: string, inputs: readonly string[], function_: string): string => `
  cell (${name}) {
    area : ${tinyAreas[name]};
${inputs.map((pin) => `    pin (${pin}) { direction : input; capacitance : 1; }`).join('\n')}
    pin (Y) { direction : output; function : "${function_}"; }
  }`;

/** With `sequential` false without its flip-flop; `gated`: with a clock gate. */
export const tinyLiberty = (sequential = true, gated = false): string => `library (tiny) {
  time_unit : "1ns"; voltage_unit : "1V"; capacitive_load_unit (1, pf); leakage_power_unit : "1nW"; nom_voltage : 1;
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
}${gated ? clockGate : ''}
}
`;
