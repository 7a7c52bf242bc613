module queue_3_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data
);
  reg [1:0] write_address;
  reg [1:0] read_address;
  reg [1:0] stored;
  reg valid;
  reg [7:0] memory [0:2];
  reg [7:0] memory_q;

  wire ready = stored != 2'd3;
  wire put = up_valid && ready;
  wire fetch = stored != 2'd0 && (!valid || down_ready);

  always @(posedge clk) begin
    if (rst) write_address <= 2'd0;
    else if (put) write_address <= write_address == 2'd2 ? 2'd0 : write_address + 2'd1;
  end

  always @(posedge clk) begin
    if (rst) begin
      read_address <= 2'd0;
      valid <= 1'd0;
    end else if (fetch) begin
      read_address <= read_address == 2'd2 ? 2'd0 : read_address + 2'd1;
      valid <= 1'd1;
    end else if (down_ready) valid <= 1'd0;
  end

  always @(posedge clk) begin
    if (rst) stored <= 2'd0;
    else if (put && !fetch) stored <= stored + 2'd1;
    else if (fetch && !put) stored <= stored - 2'd1;
  end

  always @(posedge clk) begin
    if (put) memory[write_address] <= up_data;
    if (fetch) memory_q <= memory[read_address];
  end

  assign up_ready = ready;
  assign down_valid = valid;
  assign down_data = memory_q;
endmodule
