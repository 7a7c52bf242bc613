// Written by hand, to compare its size with what the language prints.
module mac (
  input wire clk,
  input wire rst,
  input wire signed [7:0] a,
  input wire signed [7:0] b,
  input wire valid,
  input wire first,
  output reg signed [7:0] a_next,
  output reg signed [7:0] b_next,
  output reg valid_next,
  output reg first_next,
  output reg signed [19:0] acc
);
  wire signed [15:0] p = a * b;
  wire signed [19:0] base = first ? 20'sd0 : acc;

  always @(posedge clk)
    if (rst) begin
      a_next <= 0;
      b_next <= 0;
      valid_next <= 0;
      first_next <= 0;
      acc <= 0;
    end else begin
      a_next <= a;
      b_next <= b;
      valid_next <= valid;
      first_next <= first;
      if (valid)
        acc <= base + {{4{p[15]}}, p};
    end
endmodule

module matrix_3x3 (
  input wire clk,
  input wire rst,
  input wire signed [7:0] a_0,
  input wire signed [7:0] a_1,
  input wire signed [7:0] a_2,
  input wire signed [7:0] b_0,
  input wire signed [7:0] b_1,
  input wire signed [7:0] b_2,
  input wire valid,
  input wire first,
  output wire signed [19:0] product_0,
  output wire signed [19:0] product_1,
  output wire signed [19:0] product_2,
  output wire signed [19:0] product_3,
  output wire signed [19:0] product_4,
  output wire signed [19:0] product_5,
  output wire signed [19:0] product_6,
  output wire signed [19:0] product_7,
  output wire signed [19:0] product_8
);
  reg [7:0] a1_d, a2_d, a2_dd, b1_d, b2_d, b2_dd;
  reg valid_d, valid_dd, first_d, first_dd;

  always @(posedge clk)
    if (rst) begin
      {a1_d, a2_d, a2_dd, b1_d, b2_d, b2_dd} <= 0;
      {valid_d, valid_dd, first_d, first_dd} <= 0;
    end else begin
      a1_d <= a_1;
      a2_d <= a_2;
      a2_dd <= a2_d;
      b1_d <= b_1;
      b2_d <= b_2;
      b2_dd <= b2_d;
      valid_d <= valid;
      valid_dd <= valid_d;
      first_d <= first;
      first_dd <= first_d;
    end

  // Wires between the cells, a row or a column more than there are cells.
  wire [7:0] h [0:11];
  wire [7:0] v [0:11];
  wire hv [0:11];
  wire hf [0:11];
  wire [19:0] sum [0:8];
  assign h[0] = a_0;
  assign h[4] = a1_d;
  assign h[8] = a2_dd;
  assign v[0] = b_0;
  assign v[1] = b1_d;
  assign v[2] = b2_dd;
  assign {hv[0], hv[4], hv[8]} = {valid, valid_d, valid_dd};
  assign {hf[0], hf[4], hf[8]} = {first, first_d, first_dd};

  genvar r, c;
  generate
    for (r = 0; r < 3; r = r + 1) begin : row
      for (c = 0; c < 3; c = c + 1) begin : col
        mac cell_rc (
          .clk(clk), .rst(rst),
          .a(h[r * 4 + c]), .b(v[r * 3 + c]), .valid(hv[r * 4 + c]), .first(hf[r * 4 + c]),
          .a_next(h[r * 4 + c + 1]), .b_next(v[r * 3 + c + 3]),
          .valid_next(hv[r * 4 + c + 1]), .first_next(hf[r * 4 + c + 1]),
          .acc(sum[r * 3 + c])
        );
      end
    end
  endgenerate

  assign product_0 = sum[0];
  assign product_1 = sum[1];
  assign product_2 = sum[2];
  assign product_3 = sum[3];
  assign product_4 = sum[4];
  assign product_5 = sum[5];
  assign product_6 = sum[6];
  assign product_7 = sum[7];
  assign product_8 = sum[8];
endmodule
