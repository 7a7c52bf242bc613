module narrower_3_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data_0,
  input wire [7:0] up_data_1,
  input wire [7:0] up_data_2,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data
);
  reg [1:0] lane;

  always @(posedge clk) begin
    if (rst) lane <= 2'd0;
    else if (up_valid && down_ready) lane <= lane == 2'd2 ? 2'd0 : lane + 2'd1;
  end

  assign up_ready = down_ready && lane == 2'd2;
  assign down_valid = up_valid;
  assign down_data = lane[1] ? up_data_2 : lane[0] ? up_data_1 : up_data_0;
endmodule
