// Written by hand, to compare its size with what the language prints.
module counter_12 (
  input wire clk,
  input wire rst,
  input wire enable,
  input wire clear,
  output reg [3:0] count,
  output wire last
);
  assign last = (count == 4'd11);

  always @(posedge clk)
    if (rst || clear)
      count <= 4'd0;
    else if (enable) begin
      if (last)
        count <= 4'd0;
      else
        count <= count + 4'd1;
    end
endmodule
