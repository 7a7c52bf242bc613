import type { TensorData } from '../../models/graph.ts';
import type { ElementBits } from '../../models/tensor-type.ts';
import { acceleratorPorts as port } from '../arch/architecture.ts';
import type { Pauses } from './pause.ts';
import { noPauses, pausePolynomial } from './pause.ts';

export interface TestbenchRequest {
  /** Name of the accelerator's top module. */
  readonly top: string;
  /** Elements per frame. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Bits of an element on either side, 8 when absent. */
  readonly inputBits?: ElementBits;
  readonly outputBits?: ElementBits;
  readonly frames: number;
  readonly pauses?: { readonly input: Pauses; readonly output: Pauses };
  /** Names of the vector files, read from the folder in which the simulation runs. */
  readonly files: { readonly input: string; readonly expected: string };
  /** Instance in the top module whose output stream, an element a beat, is written down as well. */
  readonly watch?: string | undefined;
  /** The bench gives up after this clock. */
  readonly maxClocks: number;
  /** Ports of the top module: plain streams (default), or AXI4-Stream with TLAST and AXI4-Lite. */
  readonly interface?: 'stream' | 'axi';
  /** Whether the top module has a clock enable, which the bench leaves at 1. */
  readonly clockEnable?: boolean;
}

export interface Testbench {
  readonly top: string;
  readonly file: string;
  readonly text: string;
}

/** The bench writes every output element to this file, "HEX CLOCK" a line, when it is run with +record. */
export const recordFile = 'found.txt';

/** What the bench writes about the stream that it watches, in the same form. */
export const watchFile = 'watched.txt';

/** How many mismatches the bench spells out; it counts all of them. */
const spelledOut = 10;

function widthFor(largest: number): number {
  return Math.max(1, Math.ceil(Math.log2(largest + 1)));
}

/** `[high:0] ` of a register that counts to `largest`; nothing for one bit. */
function range(largest: number): string {
  const width = widthFor(largest);
  return width === 1 ? '' : `[${width - 1}:0] `;
}

/** Two hexadecimal digits a line, four where an element has 16 bits, as $readmemh reads them. */
export function hexLines(values: TensorData): string {
  const digits = 2 * values.BYTES_PER_ELEMENT;
  const mask = 16 ** digits - 1;
  const lines = Array.from(values, (value) => (value & mask).toString(16).padStart(digits, '0'));
  return `${lines.join('\n')}\n`;
}

/** Input and output streams, and the counters of the hardware. */
const streamConnections = `.${port.inValid}(in_valid),
    .${port.inReady}(in_ready),
    .${port.inData}(in_data),
    .${port.outValid}(out_valid),
    .${port.outReady}(out_ready),
    .${port.outData}(out_data),
    .${port.busy}(busy),
    .${port.cycles}(cycles),
    .${port.inputStalls}(input_stalls),
    .${port.outputStalls}(output_stalls)`;

/** The same streams with TLAST; no host is there, so that the registers are as after reset. */
const axiConnections = `.s_axis_tvalid(in_valid),
    .s_axis_tready(in_ready),
    .s_axis_tdata(in_data),
    .s_axis_tlast(in_last),
    .m_axis_tvalid(out_valid),
    .m_axis_tready(out_ready),
    .m_axis_tdata(out_data),
    .m_axis_tlast(out_last),
    .s_axi_awvalid(1'b0), .s_axi_awready(), .s_axi_awaddr(12'd0), .s_axi_awprot(3'd0),
    .s_axi_wvalid(1'b0), .s_axi_wready(), .s_axi_wdata(32'd0), .s_axi_wstrb(4'd0),
    .s_axi_bvalid(), .s_axi_bready(1'b1), .s_axi_bresp(),
    .s_axi_arvalid(1'b0), .s_axi_arready(), .s_axi_araddr(12'd0), .s_axi_arprot(3'd0),
    .s_axi_rvalid(), .s_axi_rready(1'b1), .s_axi_rdata(), .s_axi_rresp()`;

/**
 * A self-checking Verilog-2005 bench around an accelerator, for Icarus and for Verilator (--binary --timing).
 *
 * Clock 0 is the first rising edge with rst = 0. All of the bench's state changes by non-blocking assignment at the
 * rising edge, so both sides see the values from before the edge and no simulator's event order can matter.
 *
 * Prints `frame N first_in A last_out B` per frame, `mismatch frame N byte I clock C expected E found F` (element for byte where one has 16 bits) for the first
 * mismatches, `unstable clock C` when a byte offered is withdrawn or changed, `counters ...` (the hardware's own, where they
 * are ports), and last `done frames N mismatches M clocks C`, or `timeout clock C frame N byte I`.
 */
export function emitTestbench(request: TestbenchRequest): Testbench {
  const { top, inputBytes, outputBytes, frames, files, maxClocks, watch, clockEnable = false } = request;
  const { inputBits = 8, outputBits = 8 } = request;
  const unit = inputBits === 8 && outputBits === 8 ? 'byte' : 'element';
  const axi = request.interface === 'axi';
  const source = request.pauses?.input ?? noPauses;
  const sink = request.pauses?.output ?? noPauses;
  const inputs = frames * inputBytes;
  const outputs = frames * outputBytes;
  const name = `${top}_tb`;
  const polynomial = `32'h${pausePolynomial.toString(16).padStart(8, '0')}`;
  const constant = (value: number, largest: number) => `${widthFor(largest)}'d${value}`;
  const inside = `accelerator.${watch}`;
  const whenWatched = (text: string): string => (watch === undefined ? '' : text);
  const text = `// Self-checking test bench of ${top}: ${frames} frame${frames === 1 ? '' : 's'} of ${inputBytes} input and ${outputBytes} output ${unit}s.
//
// With Icarus:    iverilog -g2005 -o bench ${name}.v ${top}.v ... && vvp bench
// With Verilator: verilator --binary --timing --top-module ${name} ${name}.v ${top}.v ... && obj_dir/V${name}
//
// Reads ${files.input} and ${files.expected}. Plus arguments: +record writes every output ${unit} with its clock to
// ${recordFile}; +input_seed= +input_probability= +output_seed= +output_probability= (decimal) choose the random pauses.
module ${name};
  localparam MAX_CLOCKS = 32'd${maxClocks};

  reg [${inputBits - 1}:0] input_${unit}s [0:${inputs - 1}];
  reg [${outputBits - 1}:0] expected_${unit}s [0:${outputs - 1}];
  reg [31:0] first_in [0:${frames - 1}];

  reg clk = 1'b0;
  reg rst = 1'b1;
  initial forever #5 clk = !clk;

  // Clock 0 is the first rising edge after reset is released.
  reg [31:0] clock = 32'd0;

  // Pauses: an LFSR per side steps once per clock; a side pauses while the low byte is below its probability (of 256).
  reg [31:0] source_state;
  reg [31:0] sink_state;
  reg [31:0] source_probability;
  reg [31:0] sink_probability;

  function [31:0] step;
    input [31:0] state;
    step = (state >> 1) ^ (state[0] ? ${polynomial} : 32'd0);
  endfunction

  // Source: valid rises in the first clock not paused and stays until the ${unit} is taken.
  reg ${range(inputs - 1)}in_index = 0;
  reg ${range(inputBytes - 1)}in_byte = 0;
  reg ${range(frames - 1)}in_frame = 0;
  reg in_left = 1'b1;
  reg in_held = 1'b0;
  wire in_valid = !rst && in_left && (in_held || {24'd0, source_state[7:0]} >= source_probability);
  wire in_ready;
  wire [${inputBits - 1}:0] in_data = input_${unit}s[in_index];

  // Sink: ready is "not paused".
  reg ${range(outputs - 1)}out_index = 0;
  reg ${range(outputBytes - 1)}out_byte = 0;
  reg ${range(frames - 1)}out_frame = 0;
  wire out_valid;
  wire out_ready = !rst && {24'd0, sink_state[7:0]} >= sink_probability;
  wire [${outputBits - 1}:0] out_data;
  wire [${outputBits - 1}:0] expected = expected_${unit}s[out_index];
${
  axi
    ? `  // TLAST comes with the last ${unit} of a frame and no other; a wrong one counts as a mismatch.
  wire out_last;
  wire wrong = out_data !== expected || out_last !== (out_byte == ${constant(outputBytes - 1, outputBytes - 1)});
  wire in_last = in_byte == ${constant(inputBytes - 1, inputBytes - 1)};`
    : '  wire wrong = out_data !== expected;'
}

  // ${unit === 'byte' ? 'A' : 'An'} ${unit} that was offered and not taken must still be there, unchanged.
  reg out_waited = 1'b0;
  reg [${outputBits - 1}:0] out_before = ${outputBits}'d0;
  wire unstable = out_waited && (out_valid !== 1'b1 || out_data !== out_before);

${
  axi
    ? ''
    : `  wire busy;
  wire [31:0] cycles;
  wire [31:0] input_stalls;
  wire [31:0] output_stalls;

`
}  ${top} accelerator (
    .clk(clk),
    .rst(rst),
${clockEnable ? "    .ce(1'b1),\n" : ''}    ${axi ? axiConnections : streamConnections}
  );

  reg [31:0] mismatches = 32'd0;
  reg record = 1'b0;
  integer recording;
${whenWatched('  integer watching;\n')}
  initial begin
    $readmemh("${files.input}", input_${unit}s);
    $readmemh("${files.expected}", expected_${unit}s);
    if (!$value$plusargs("input_seed=%d", source_state)) source_state = 32'd${source.seed};
    if (!$value$plusargs("input_probability=%d", source_probability)) source_probability = 32'd${source.probability};
    if (!$value$plusargs("output_seed=%d", sink_state)) sink_state = 32'd${sink.seed};
    if (!$value$plusargs("output_probability=%d", sink_probability)) sink_probability = 32'd${sink.probability};
    if ($test$plusargs("record") != 0) begin
      recording = $fopen("${recordFile}", "w");
${whenWatched(`      watching = $fopen("${watchFile}", "w");\n`)}      record = 1'b1;
    end
    repeat (4) @(negedge clk);
    rst = 1'b0;
  end

  always @(posedge clk) if (!rst) begin
    clock <= clock + 32'd1;
    source_state <= step(source_state);
    sink_state <= step(sink_state);

    in_held <= in_valid && !in_ready;
    if (in_valid && in_ready) begin
      if (in_byte == 0) first_in[in_frame] <= clock;
      if (in_index == ${constant(inputs - 1, inputs - 1)}) in_left <= 1'b0;
      else in_index <= in_index + ${constant(1, inputs - 1)};
      if (in_byte == ${constant(inputBytes - 1, inputBytes - 1)}) begin
        in_byte <= 0;
        in_frame <= in_frame + ${constant(1, frames - 1)};
      end else in_byte <= in_byte + ${constant(1, inputBytes - 1)};
    end

    out_waited <= out_valid && !out_ready;
    out_before <= out_data;
    if (unstable) $display("unstable clock %0d", clock);
    if (out_valid && out_ready) begin
      if (wrong && mismatches < 32'd${spelledOut})
        $display("mismatch frame %0d ${unit} %0d clock %0d expected %0d found %0d",
                 out_frame, out_byte, clock, $signed(expected), $signed(out_data));
      if (record) $fdisplay(recording, "%h %0d", out_data, clock);
      out_index <= out_index + ${constant(1, outputs - 1)};
      if (out_byte == ${constant(outputBytes - 1, outputBytes - 1)}) begin
        $display("frame %0d first_in %0d last_out %0d", out_frame, first_in[out_frame], clock);
        out_byte <= 0;
        out_frame <= out_frame + ${constant(1, frames - 1)};
      end else out_byte <= out_byte + ${constant(1, outputBytes - 1)};
    end
${whenWatched(`    if (record && ${inside}.out_valid && ${inside}.out_ready) $fdisplay(watching, "%h %0d", ${inside}.out_data, clock);\n`)}    mismatches <= mismatches + {31'd0, unstable} + {31'd0, out_valid && out_ready && wrong};

    if (out_valid && out_ready && out_index == ${constant(outputs - 1, outputs - 1)}) begin
      if (record) $fclose(recording);
${whenWatched('      if (record) $fclose(watching);\n')}${
  axi
    ? ''
    : `      $display("counters busy %0d cycles %0d input_stalls %0d output_stalls %0d", busy, cycles, input_stalls, output_stalls);
`
}      $display("done frames ${frames} mismatches %0d clocks %0d",
               mismatches + {31'd0, unstable} + {31'd0, wrong}, clock + 32'd1);
      $finish;
    end else if (clock == MAX_CLOCKS) begin
      $display("timeout clock %0d frame %0d ${unit} %0d", clock, out_frame, out_byte);
      $finish;
    end
  end
endmodule
`;
  return { top: name, file: `${name}.v`, text };
}
