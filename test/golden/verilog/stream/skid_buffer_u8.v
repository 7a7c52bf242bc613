module skid_buffer_u8 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data
);
  reg full;
  reg [7:0] held;

  wire valid = full || up_valid;

  always @(posedge clk) begin
    if (rst) full <= 1'd0;
    else full <= valid && !down_ready;
  end

  always @(posedge clk) begin
    if (up_valid && !full && !down_ready) held <= up_data;
  end

  assign up_ready = !full;
  assign down_valid = valid;
  assign down_data = full ? held : up_data;
endmodule
