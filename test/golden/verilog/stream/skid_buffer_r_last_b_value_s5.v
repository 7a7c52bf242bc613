module skid_buffer_r_last_b_value_s5 (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire up_data_last,
  input wire signed [4:0] up_data_value,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire down_data_last,
  output wire signed [4:0] down_data_value
);
  reg full;
  reg held_last;
  reg signed [4:0] held_value;

  wire valid = full || up_valid;

  always @(posedge clk) begin
    if (rst) full <= 1'd0;
    else full <= valid && !down_ready;
  end

  always @(posedge clk) begin
    if (up_valid && !full && !down_ready) begin
      held_last <= up_data_last;
      held_value <= up_data_value;
    end
  end

  assign up_ready = !full;
  assign down_valid = valid;
  assign down_data_last = full ? held_last : up_data_last;
  assign down_data_value = full ? held_value : up_data_value;
endmodule
