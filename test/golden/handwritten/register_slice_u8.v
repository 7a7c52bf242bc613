// Written by hand, to compare its size with what the language prints.
module register_slice_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output reg down_valid,
  output reg [7:0] down_data
);
  assign up_ready = ~down_valid | down_ready;

  initial down_data = 8'd0;

  always @(posedge clk)
    if (rst)
      down_valid <= 1'b0;
    else if (up_ready)
      down_valid <= up_valid;

  always @(posedge clk)
    if (up_ready & up_valid)
      down_data <= up_data;
endmodule
