// Written by hand, to compare its size with what the language prints.
module sender (
  input wire clk,
  input wire rst,
  input wire valid,
  input wire [7:0] data,
  output wire ready,
  output wire line
);
  localparam LAST = 2'd3;
  reg [9:0] shift;
  reg [3:0] left;
  reg [1:0] tick;

  assign line = shift[0];
  assign ready = ~|left;

  always @(posedge clk)
    if (rst) begin
      shift <= 10'h3ff;
      left <= 0;
      tick <= 0;
    end else if (ready) begin
      if (valid) begin
        shift <= {1'b1, data, 1'b0};
        left <= 10;
        tick <= LAST;
      end
    end else if (tick != 0)
      tick <= tick - 2'd1;
    else begin
      shift <= {1'b1, shift[9:1]};
      left <= left - 4'd1;
      tick <= LAST;
    end
endmodule

module receiver (
  input wire clk,
  input wire rst,
  input wire line,
  output wire valid,
  output wire [7:0] data,
  output wire framing_error
);
  localparam LAST = 2'd3;
  localparam IDLE = 2'd0, START = 2'd1, DATA = 2'd2, STOP = 2'd3;
  reg meta, in;
  reg [1:0] st, timer;
  reg [2:0] n;
  reg [7:0] byte_in;
  wire done = (timer == 0);

  assign data = byte_in;
  assign valid = (st == STOP) && done && in;
  assign framing_error = (st == STOP) && done && !in;

  always @(posedge clk)
    if (rst) begin
      meta <= 1;
      in <= 1;
      st <= IDLE;
      timer <= 0;
      n <= 0;
      byte_in <= 0;
    end else begin
      meta <= line;
      in <= meta;
      if (!done)
        timer <= timer - 2'd1;
      case (st)
        IDLE: if (!in) begin
          st <= START;
          timer <= 1;
        end
        START: if (done) begin
          st <= in ? IDLE : DATA;
          timer <= LAST;
        end
        DATA: if (done) begin
          byte_in <= {in, byte_in[7:1]};
          n <= n + 3'd1;
          timer <= LAST;
          if (n == 7)
            st <= STOP;
        end
        STOP: if (done)
          st <= IDLE;
      endcase
    end
endmodule

module uart_4 (
  input wire clk,
  input wire rst,
  input wire send_valid,
  input wire [7:0] send_data,
  input wire rx,
  output wire send_ready,
  output wire tx,
  output wire received_valid,
  output wire [7:0] received_data,
  output wire received_framing_error
);
  sender s (
    .clk(clk), .rst(rst), .valid(send_valid), .data(send_data), .ready(send_ready), .line(tx)
  );
  receiver r (
    .clk(clk), .rst(rst), .line(rx),
    .valid(received_valid), .data(received_data), .framing_error(received_framing_error)
  );
endmodule
