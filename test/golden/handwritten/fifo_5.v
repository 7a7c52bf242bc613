// Written by hand, to compare its size with what the language prints.
module fifo_5 (
  input wire clk,
  input wire rst,
  input wire push,
  input wire signed [7:0] data_in,
  input wire pop,
  output reg signed [7:0] data_out,
  output wire empty,
  output wire full
);
  reg [7:0] mem [0:4];
  reg [2:0] wr_ptr, rd_ptr, used;

  initial data_out = 8'd0;

  assign empty = (used == 0);
  assign full = (used == 5);
  wire do_push = push & ~full;
  wire do_pop = pop & ~empty;

  always @(posedge clk) begin
    if (do_push)
      mem[wr_ptr] <= data_in;
    if (do_pop)
      data_out <= mem[rd_ptr];
  end

  always @(posedge clk)
    if (rst) begin
      wr_ptr <= 0;
      rd_ptr <= 0;
      used <= 0;
    end else begin
      if (do_push)
        wr_ptr <= (wr_ptr == 4) ? 3'd0 : wr_ptr + 3'd1;
      if (do_pop)
        rd_ptr <= (rd_ptr == 4) ? 3'd0 : rd_ptr + 3'd1;
      case ({do_push, do_pop})
        2'b10: used <= used + 3'd1;
        2'b01: used <= used - 3'd1;
        default: used <= used;
      endcase
    end
endmodule
