module fork_3_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_0_ready,
  input wire down_1_ready,
  input wire down_2_ready,
  output wire up_ready,
  output wire down_0_valid,
  output wire [7:0] down_0_data,
  output wire down_1_valid,
  output wire [7:0] down_1_data,
  output wire down_2_valid,
  output wire [7:0] down_2_data
);
  reg done_0;
  reg done_1;
  reg done_2;

  wire taken_0 = done_0 || down_0_ready;
  wire taken_1 = done_1 || down_1_ready;
  wire taken_2 = done_2 || down_2_ready;
  wire all = taken_0 && taken_1 && taken_2;

  always @(posedge clk) begin
    if (rst) begin
      done_0 <= 1'd0;
      done_1 <= 1'd0;
      done_2 <= 1'd0;
    end else if (up_valid) begin
      done_0 <= taken_0 && !all;
      done_1 <= taken_1 && !all;
      done_2 <= taken_2 && !all;
    end
  end

  assign up_ready = all;
  assign down_0_valid = up_valid && !done_0;
  assign down_0_data = up_data;
  assign down_1_valid = up_valid && !done_1;
  assign down_1_data = up_data;
  assign down_2_valid = up_valid && !done_2;
  assign down_2_data = up_data;
endmodule
