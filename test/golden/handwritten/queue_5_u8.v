// Written by hand, to compare its size with what the language prints.
module queue_5_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output reg down_valid,
  output reg [7:0] down_data
);
  reg [7:0] mem [0:4];
  reg [2:0] wr, rd, used;

  initial down_data = 8'd0;

  assign up_ready = used != 5;
  wire write = up_valid & up_ready;
  wire read = (used != 0) & (~down_valid | down_ready);

  always @(posedge clk) begin
    if (write)
      mem[wr] <= up_data;
    if (read)
      down_data <= mem[rd];
  end

  always @(posedge clk)
    if (rst) begin
      wr <= 0;
      rd <= 0;
      used <= 0;
      down_valid <= 0;
    end else begin
      if (write)
        wr <= (wr == 4) ? 3'd0 : wr + 3'd1;
      if (read)
        rd <= (rd == 4) ? 3'd0 : rd + 3'd1;
      if (write & ~read)
        used <= used + 3'd1;
      else if (read & ~write)
        used <= used - 3'd1;
      if (read)
        down_valid <= 1;
      else if (down_ready)
        down_valid <= 0;
    end
endmodule
