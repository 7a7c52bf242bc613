// Written by hand, to compare its size with what the language prints.
module arbiter_3_u8 (
  input wire clk,
  input wire rst,
  input wire up_0_valid,
  input wire [7:0] up_0_data,
  input wire up_1_valid,
  input wire [7:0] up_1_data,
  input wire up_2_valid,
  input wire [7:0] up_2_data,
  input wire down_ready,
  output wire up_0_ready,
  output wire up_1_ready,
  output wire up_2_ready,
  output wire down_valid,
  output reg [7:0] down_data
);
  reg [1:0] last;
  reg hold;
  reg [1:0] turn;
  wire [2:0] request = {up_2_valid, up_1_valid, up_0_valid};

  // Requests behind the one that was served last, or all when there are none.
  wire [2:0] behind = request & {last <= 2'd1, last == 2'd0, 1'b0};
  wire [2:0] from = |behind ? behind : request;

  always @* begin
    if (hold)
      turn = last;
    else
      turn = from[0] ? 2'd0 : from[1] ? 2'd1 : 2'd2;
    case (turn)
      2'd0: down_data = up_0_data;
      2'd1: down_data = up_1_data;
      default: down_data = up_2_data;
    endcase
  end

  assign down_valid = |request;
  assign up_0_ready = down_ready & (turn == 2'd0);
  assign up_1_ready = down_ready & (turn == 2'd1);
  assign up_2_ready = down_ready & (turn == 2'd2);

  always @(posedge clk)
    if (rst) begin
      last <= 2'd2;
      hold <= 1'b0;
    end else if (down_valid) begin
      last <= turn;
      hold <= ~down_ready;
    end
endmodule
