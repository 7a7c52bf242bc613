module chain (
  input wire clk,
  input wire rst,
  input wire up_valid,
  input wire [7:0] up_data,
  input wire down_ready,
  output wire up_ready,
  output wire down_valid,
  output wire [7:0] down_data_0,
  output wire [7:0] down_data_1
);
  wire given_ready;
  wire queue_ready;
  wire slice_ready;
  wire cut_ready;
  wire pack_ready;

  wire queue_up_ready;
  wire queue_down_valid;
  wire [7:0] queue_down_data;
  queue_3_u8 queue (
    .clk(clk),
    .rst(rst),
    .up_valid(up_valid),
    .up_data(up_data),
    .down_ready(queue_ready),
    .up_ready(queue_up_ready),
    .down_valid(queue_down_valid),
    .down_data(queue_down_data)
  );

  assign given_ready = queue_up_ready;

  wire slice_up_ready;
  wire slice_down_valid;
  wire [7:0] slice_down_data;
  register_slice_u8 slice (
    .clk(clk),
    .rst(rst),
    .up_valid(queue_down_valid),
    .up_data(queue_down_data),
    .down_ready(slice_ready),
    .up_ready(slice_up_ready),
    .down_valid(slice_down_valid),
    .down_data(slice_down_data)
  );

  assign queue_ready = slice_up_ready;

  wire cut_up_ready;
  wire cut_down_valid;
  wire [7:0] cut_down_data;
  skid_buffer_u8 cut (
    .clk(clk),
    .rst(rst),
    .up_valid(slice_down_valid),
    .up_data(slice_down_data),
    .down_ready(cut_ready),
    .up_ready(cut_up_ready),
    .down_valid(cut_down_valid),
    .down_data(cut_down_data)
  );

  assign slice_ready = cut_up_ready;

  wire pack_up_ready;
  wire pack_down_valid;
  wire [7:0] pack_down_data_0;
  wire [7:0] pack_down_data_1;
  widener_2_u8 pack (
    .clk(clk),
    .rst(rst),
    .up_valid(cut_down_valid),
    .up_data(cut_down_data),
    .down_ready(pack_ready),
    .up_ready(pack_up_ready),
    .down_valid(pack_down_valid),
    .down_data_0(pack_down_data_0),
    .down_data_1(pack_down_data_1)
  );

  assign cut_ready = pack_up_ready;
  assign pack_ready = down_ready;

  assign up_ready = given_ready;
  assign down_valid = pack_down_valid;
  assign down_data_0 = pack_down_data_0;
  assign down_data_1 = pack_down_data_1;
endmodule
