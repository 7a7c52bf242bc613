// test/support/example-modules.ts:30
module fifo_12 (
  input wire clk,
  input wire rst,
  input wire write,
  input wire data_last,
  input wire signed [7:0] data_data,
  input wire read,
  output wire q_last,
  output wire signed [7:0] q_data,
  output wire empty,
  output wire full
);
  reg [3:0] head;
  reg [3:0] tail;
  reg [4:0] count;
  reg [8:0] words [0:11];
  reg [8:0] words_q;

  wire is_empty = count == 5'd0;
  wire is_full = count == 5'd12;
  wire push = write && !is_full;
  wire pop = read && !is_empty;

  // test/support/example-modules.ts:41
  always @(posedge clk) begin
    if (rst) tail <= 4'd0;
    else if (push) tail <= tail == 4'd11 ? 4'd0 : tail + 4'd1;
  end

  // test/support/example-modules.ts:45
  always @(posedge clk) begin
    if (rst) head <= 4'd0;
    else if (pop) head <= head == 4'd11 ? 4'd0 : head + 4'd1;
  end

  // test/support/example-modules.ts:48
  always @(posedge clk) begin
    if (rst) count <= 5'd0;
    else if (push && !pop) count <= count + 5'd1;
    else if (pop && !push) count <= count - 5'd1;
  end

  // test/support/example-modules.ts:36
  always @(posedge clk) begin
    if (push) words[tail] <= {data_data, data_last};
    if (pop) words_q <= words[head];
  end

  assign q_last = words_q[0];
  assign q_data = words_q[8:1];
  assign empty = is_empty;
  assign full = is_full;
endmodule
