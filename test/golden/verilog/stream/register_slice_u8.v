module register_slice_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data
);
  reg valid;
  reg [7:0] data;

  wire ready = !valid || down_ready;

  always @(posedge clk) begin
    if (rst) valid <= 1'd0;
    else if (ready) valid <= up_valid;
  end

  always @(posedge clk) begin
    if (ready && up_valid) data <= up_data;
  end

  assign up_ready = ready;
  assign down_valid = valid;
  assign down_data = data;
endmodule
