module queue_1_u8 (
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
  reg valid;
  reg [7:0] memory [0:0];
  reg [7:0] memory_q;

  wire ready = !stored;
  wire put = up_valid && ready;
  wire fetch = stored && (!valid || down_ready);

  always @(posedge clk) begin
    if (rst) valid <= 1'd0;
    else if (fetch) valid <= 1'd1;
    else if (down_ready) valid <= 1'd0;
  end

  always @(posedge clk) begin
    if (rst) stored <= 1'd0;
    else if (put && !fetch) stored <= stored + 1'd1;
    else if (fetch && !put) stored <= stored - 1'd1;
  end

  always @(posedge clk) begin
    if (put) memory[1'd0] <= up_data;
    if (fetch) memory_q <= memory[1'd0];
  end

  assign up_ready = ready;
  assign down_valid = valid;
  assign down_data = memory_q;
endmodule
