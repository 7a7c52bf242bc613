module join_r_a_u8_b_s4 (
  input wire up_a_valid,
  input wire [7:0] up_a_data,
  input wire up_b_valid,
  input wire signed [3:0] up_b_data,
  input wire down_ready,
  output wire up_a_ready,
  output wire up_b_ready,
  output wire down_valid,
  output wire [7:0] down_data_a,
  output wire signed [3:0] down_data_b
);
  wire all_valid = up_a_valid && up_b_valid;
  wire take = all_valid && down_ready;

  assign up_a_ready = take;
  assign up_b_ready = take;
  assign down_valid = all_valid;
  assign down_data_a = up_a_data;
  assign down_data_b = up_b_data;
endmodule
