// Written by hand, to compare its size with what the language prints.
module widener_3_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output reg [7:0] down_data_0,
  output reg [7:0] down_data_1,
  output wire [7:0] down_data_2
);
  reg [1:0] index;

  initial begin
    down_data_0 = 8'd0;
    down_data_1 = 8'd0;
  end

  assign down_data_2 = up_data;
  assign down_valid = up_valid & (index == 2);
  assign up_ready = (index != 2) | down_ready;

  always @(posedge clk) begin
    if (up_valid && index == 0)
      down_data_0 <= up_data;
    if (up_valid && index == 1)
      down_data_1 <= up_data;
    if (rst)
      index <= 0;
    else if (up_valid & up_ready)
      index <= (index == 2) ? 2'd0 : index + 2'd1;
  end
endmodule
