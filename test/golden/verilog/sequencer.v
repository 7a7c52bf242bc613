// test/support/example-modules.ts:60
module sequencer_64_14 (
  input wire clk,
  input wire rst,
  input wire start,
  output wire clear,
  output wire en,
  output wire [9:0] addr,
  output wire done
);
  localparam [1:0] STATE_IDLE = 2'd0;
  localparam [1:0] STATE_STREAM = 2'd1;
  localparam [1:0] STATE_DRAIN = 2'd2;
  localparam [1:0] STATE_DONE = 2'd3;
  reg [1:0] state;
  reg [9:0] count;

  // test/support/example-modules.ts:66
  always @(posedge clk) begin
    if (rst) begin
      state <= STATE_IDLE;
      count <= 10'd0;
    end else begin
      case (state)
        STATE_IDLE: begin
          if (start) begin
            state <= STATE_STREAM;
            count <= 10'd0;
          end
        end
        STATE_STREAM: begin
          if (count == 10'd63) begin
            state <= STATE_DRAIN;
            count <= 10'd0;
          end else count <= count + 10'd1;
        end
        STATE_DRAIN: begin
          if (count == 10'd13) state <= STATE_DONE;
          else count <= count + 10'd1;
        end
        STATE_DONE: state <= STATE_IDLE;
      endcase
    end
  end

  assign clear = state == STATE_IDLE && start;
  assign en = state == STATE_STREAM || state == STATE_DRAIN;
  assign addr = count;
  assign done = state == STATE_DONE;
endmodule
