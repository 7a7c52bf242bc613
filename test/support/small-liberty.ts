/**
 * A library written by hand, with round numbers, so that expectations can be worked out on paper. Units: ns, pF, V = 2,
 * so an energy unit is 1 pJ. Delay tables are d = 1 + slew + 10 load (exactly linear), transitions 0.5 + load.
 */
const axes = 'index_1("0, 1"); index_2("0, 0.1");';
const delay = (name: string, base: number): string =>
  `${name}(grid) { ${axes} values("${base}, ${base + 1}", "${base + 1}, ${base + 2}"); }`;
const transition = (name: string): string => `${name}(grid) { ${axes} values("0.5, 0.6", "0.5, 0.6"); }`;
const arc = (related: string, sense: string, type = 'combinational'): string =>
  `timing() { related_pin : "${related}"; timing_sense : ${sense}; timing_type : ${type};
     ${delay('cell_rise', 1)} ${delay('cell_fall', 2)} ${transition('rise_transition')} ${transition('fall_transition')} }`;
const power = (related: string | null, rise: number, fall: number, when: string | null = null): string =>
  `internal_power() { ${related === null ? '' : `related_pin : "${related}";`} ${when === null ? '' : `when : "${when}";`}
     rise_power(scalar) { values("${rise}"); } fall_power(scalar) { values("${fall}"); } }`;
const input = (name: string, capacitance: number, more = ''): string =>
  `pin(${name}) { direction : input; capacitance : ${capacitance}; ${more} }`;
const setup = `timing() { related_pin : "CK"; timing_type : setup_rising;
  rise_constraint(limits) { values("0.25, 0.25", "0.25, 0.25"); } fall_constraint(limits) { values("0.5, 0.5", "0.5, 0.5"); } }`;

export const smallLiberty = `/* by hand */
library(small) {
  time_unit : "1ns"; voltage_unit : "1V"; capacitive_load_unit(1, pf); leakage_power_unit : "1nW"; nom_voltage : 2;
  lu_table_template(grid) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; ${axes} }
  lu_table_template(limits) { variable_1 : related_pin_transition; variable_2 : constrained_pin_transition;
    index_1("0, 1"); index_2("0, 1"); }
  cell(INV) { area : 1; cell_leakage_power : 3;
    ${input('A', 0.01)}
    pin(Y) { direction : output; function : "!A"; ${arc('A', 'negative_unate')} ${power('A', 5, 7)} } }
  cell(AND2) { area : 2;
    leakage_power() { value : 10; when : "A&B"; } leakage_power() { value : 2; when : "!(A&B)"; }
    ${input('A', 0.01, power(null, 0.5, 0.25, '!B'))} ${input('B', 0.02)}
    pin(Y) { direction : output; function : "A B"; ${arc('A B', 'positive_unate')} ${power('A', 1, 2)} ${power('B', 3, 4)} } }
  cell(XOR2) { area : 3; cell_leakage_power : 1;
    ${input('A', 0.01)} ${input('B', 0.01)}
    pin(Y) { direction : output; function : "A^B"; ${arc('A', 'non_unate')} ${arc('B', 'non_unate')}
      ${power('A', 1, 1, 'B')} ${power('A', 2, 2, '!B')} ${power('B', 4, 4)} } }
  cell(DFF) { area : 5; cell_leakage_power : 4;
    ff(IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
    ${input('CK', 0.02, `clock : true; ${power(null, 0.25, 0.5)}`)} ${input('D', 0.01, setup)}
    pin(Q) { direction : output; function : "IQ"; ${arc('CK', 'non_unate', 'rising_edge')} ${power('CK', 6, 8)} } }
  cell(DFFRN) { area : 6; cell_leakage_power : 4;
    ff(IQ, IQN) { clocked_on : "CK"; next_state : "!D"; preset : "!RN"; }
    ${input('CK', 0.02, 'clock : true;')} ${input('D', 0.01, setup)} ${input('RN', 0.01)}
    pin(QN) { direction : output; function : "IQ"; ${arc('CK', 'non_unate', 'rising_edge')} ${arc('RN', 'negative_unate', 'preset')} } }
  cell(LATCH) { area : 4; cell_leakage_power : 4;
    latch(IQ, IQN) { enable : "G"; data_in : "D"; }
    ${input('G', 0.01, 'clock : true;')} ${input('D', 0.01)}
    pin(Q) { direction : output; function : "IQ"; ${arc('G', 'non_unate', 'rising_edge')} ${arc('D', 'positive_unate')} } }
  cell(GATE) { area : 4; cell_leakage_power : 4;
    statetable("CK E", "M") { table : "L L : - : L, L H : - : H, H - : - : N"; }
    pin(M) { direction : internal; internal_node : "M"; }
    ${input('CK', 0.01, 'clock : true;')} ${input('E', 0.01)}
    pin(GCK) { direction : output; state_function : "CK * M"; ${arc('CK', 'positive_unate')} ${power('CK', 9, 9)} } }
  cell(BUFZ) { area : 1; ${input('A', 0.01)} ${input('E', 0.01)}
    pin(Y) { direction : output; function : "A"; three_state : "!E"; ${arc('A', 'positive_unate')} } }
  type(byte) { base_type : array; bit_from : 7; bit_to : 0; }
  cell(RAM) { area : 100; memory() { type : ram; address_width : 2; word_width : 8; } interface_timing : true
    bus(Q) { bus_type : byte; direction : output; ${arc('CK', 'non_unate', 'rising_edge')} }
    bus(D) { bus_type : byte; direction : input; capacitance : 0.03; pin(D[3:0]) { capacitance : 0.04; } }
    ${input('CK', 0.5, `clock : true; ${power(null, 100, 0, 'EN & WE')} ${power(null, 60, 0, 'EN & !WE')} ${power(null, 1, 0, '!EN')}`)}
    ${input('EN', 0.01)} ${input('WE', 0.01)} }
  cell(DFFN) { area : 5;
    leakage_power() { value : 10; when : "Q"; } leakage_power() { value : 2; when : "!Q"; }
    ff(IQ, IQN) { clocked_on : "!CKN"; next_state : "D"; }
    ${input('CKN', 0.02, 'clock : true;')} ${input('D', 0.01, setup.replaceAll('CK', 'CKN').replace('setup_rising', 'setup_falling'))}
    pin(Q) { direction : output; function : "IQN"; ${arc('CKN', 'non_unate', 'falling_edge')} } }
  cell(DFFSR) { area : 7; cell_leakage_power : 4;
    ff(IQ, IQN) { clocked_on : "CK"; next_state : "D"; clear : "R"; preset : "S"; clear_preset_var1 : H; clear_preset_var2 : L; }
    ${input('CK', 0.02, 'clock : true;')} ${input('D', 0.01)} ${input('R', 0.01)} ${input('S', 0.01)}
    pin(Q) { direction : output; function : "IQ"; ${arc('CK', 'non_unate', 'rising_edge')}
      ${arc('R', 'negative_unate', 'clear')} ${arc('S', 'positive_unate', 'preset')} } }
}
`;
