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
  output wire [7:0] down_data
);
  reg [1:0] granted;
  reg locked;

  wire later_1 = up_1_valid && granted < 2'd1;
  wire later_2 = up_2_valid && granted < 2'd2;
  wire [1:0] choice_next = later_1 || later_2 ? (later_1 ? 2'd1 : 2'd2) : up_0_valid ? 2'd0 : up_1_valid ? 2'd1 : 2'd2;
  wire [1:0] choice = locked ? granted : choice_next;
  wire any_valid = up_0_valid || up_1_valid || up_2_valid;

  always @(posedge clk) begin
    if (rst) begin
      granted <= 2'd2;
      locked <= 1'd0;
    end else if (any_valid) begin
      granted <= choice;
      locked <= !down_ready;
    end
  end

  assign up_0_ready = down_ready && choice == 2'd0;
  assign up_1_ready = down_ready && choice == 2'd1;
  assign up_2_ready = down_ready && choice == 2'd2;
  assign down_valid = any_valid;
  assign down_data = choice[1] ? up_2_data : choice[0] ? up_1_data : up_0_data;
endmodule
