// Written by hand, to compare its size with what the language prints.
module skid_buffer_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data
);
  reg stored;
  reg [7:0] store;

  initial store = 8'd0;

  assign up_ready = ~stored;
  assign down_valid = stored | up_valid;
  assign down_data = stored ? store : up_data;

  always @(posedge clk)
    if (rst)
      stored <= 1'b0;
    else if (stored)
      stored <= ~down_ready;
    else
      stored <= up_valid & ~down_ready;

  always @(posedge clk)
    if (~stored & up_valid & ~down_ready)
      store <= up_data;
endmodule
