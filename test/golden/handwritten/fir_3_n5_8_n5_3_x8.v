// Written by hand, to compare its size with what the language prints.
module fir_3_n5_8_n5_3_x8 (
  input wire clk,
  input wire rst,
  input wire valid,
  input wire signed [7:0] sample,
  output reg valid_out,
  output wire signed [12:0] filtered
);
  reg signed [12:0] s0, s1, s2, s3, s4;
  wire signed [12:0] by3 = sample * 3;
  wire signed [12:0] by5 = sample * 5;
  wire signed [12:0] by8 = sample * 8;

  assign filtered = s0;

  always @(posedge clk) begin
    valid_out <= valid & ~rst;
    if (rst) begin
      s0 <= 0;
      s1 <= 0;
      s2 <= 0;
      s3 <= 0;
      s4 <= 0;
    end else if (valid) begin
      s4 <= by3;
      s3 <= s4 - by5;
      s2 <= s3 + by8;
      s1 <= s2 - by5;
      s0 <= s1 + by3;
    end
  end
endmodule
