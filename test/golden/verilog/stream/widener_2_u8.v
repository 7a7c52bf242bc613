module widener_2_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data_0,
  output wire [7:0] down_data_1
);
  reg lane;
  reg [7:0] held_0;

  wire last = lane;
  wire ready = !last || down_ready;

  always @(posedge clk) begin
    if (rst) lane <= 1'd0;
    else if (up_valid && ready) lane <= lane + 1'd1;
  end

  always @(posedge clk) begin
    if (up_valid && !lane) held_0 <= up_data;
  end

  assign up_ready = ready;
  assign down_valid = up_valid && last;
  assign down_data_0 = held_0;
  assign down_data_1 = up_data;
endmodule
