module narrower_2_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data_0,
  input wire [7:0] up_data_1,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data
);
  reg lane;

  always @(posedge clk) begin
    if (rst) lane <= 1'd0;
    else if (up_valid && down_ready) lane <= lane + 1'd1;
  end

  assign up_ready = down_ready && lane;
  assign down_valid = up_valid;
  assign down_data = lane ? up_data_1 : up_data_0;
endmodule
