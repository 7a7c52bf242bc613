module widener_3_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data_0,
  output wire [7:0] down_data_1,
  output wire [7:0] down_data_2
);
  reg [1:0] lane;
  reg [7:0] held_0;
  reg [7:0] held_1;

  wire last = lane == 2'd2;
  wire ready = !last || down_ready;

  always @(posedge clk) begin
    if (rst) lane <= 2'd0;
    else if (up_valid && ready) lane <= lane == 2'd2 ? 2'd0 : lane + 2'd1;
  end

  always @(posedge clk) begin
    if (up_valid && lane == 2'd0) held_0 <= up_data;
  end

  always @(posedge clk) begin
    if (up_valid && lane == 2'd1) held_1 <= up_data;
  end

  assign up_ready = ready;
  assign down_valid = up_valid && last;
  assign down_data_0 = held_0;
  assign down_data_1 = held_1;
  assign down_data_2 = up_data;
endmodule
