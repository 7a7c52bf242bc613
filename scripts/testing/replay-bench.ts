import type { Design, Module } from '../../hdl-gen/ir/design.ts';
import type { Trace } from '../../sim/observe/trace.ts';

/** A bench that was run in the embedded simulator: the circuit and what its ports did. */
export interface Recording {
  readonly design: Design;
  readonly trace: Trace;
}

export interface ReplayFiles {
  /** Name of the bench's module. */
  readonly module: string;
  readonly text: string;
  readonly rows: { readonly file: string; readonly text: string };
  /** Written by the bench: one line per clock, the outputs in hexadecimal. */
  readonly found: string;
  /** Time after which it is done. */
  readonly end: number;
}

/** Time units of one clock; the rising edge comes in the middle. */
export const clockPeriod = 10;

/** Hierarchical assignments that bring registers and memories without contents to 0, the power-on state of the embedded simulator. */
function powerOn(module: Module, modules: ReadonlyMap<string, Module>, path: string): string[] {
  const own = [
    ...module.registers.map(({ name }) => `${path}.${name} = 0;`),
    ...module.memories.flatMap((memory) => memory.reads.map(({ name }) => `${path}.${name} = 0;`)),
    ...module.memories
      .filter(({ kind, contents }) => kind === 'ram' && contents.length === 0)
      .map(({ name, depth }) => `for (at = 0; at < ${depth}; at = at + 1) ${path}.${name}[at] = 0;`),
  ];
  const below = module.instances.flatMap((instance) =>
    powerOn(modules.get(instance.module)!, modules, `${path}.${instance.name}`),
  );
  return [...own, ...below];
}

function rowsText({ signals, values, resets }: Trace): string {
  const inputs = signals.flatMap((signal, index) => (signal.kind === 'input' ? [{ signal, index }] : []));
  const lines = resets.map((reset, clock) => {
    let word = reset ? 1n : 0n;
    for (const { signal, index } of inputs) word = (word << BigInt(signal.width)) | values[index]![clock]!;
    return word.toString(16);
  });
  return `${lines.join('\n')}\n`;
}

/**
 * A Verilog bench that applies the recorded inputs and reset, clock by clock, and writes the outputs just before each
 * edge. `deposit` brings the state to 0 first, for simulators that start it unknown; `dump` writes `replay.vcd`.
 */
export function replayBench(
  { design, trace }: Recording,
  index: number,
  options: { readonly deposit: boolean; readonly dump: boolean },
): ReplayFiles {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const top = modules.get(design.top)!;
  const width = 1 + top.inputs.reduce((sum, port) => sum + port.width, 0);
  const clocks = trace.resets.length;
  const rows = `rows_${index}.hex`;
  const found = `found_${index}.txt`;
  const ports = [
    ...(top.needsClock ? ['clk'] : []),
    ...(top.needsReset ? ['rst'] : []),
    ...[...top.inputs, ...top.outputs].map(({ name }) => name),
  ];
  // Under names of their own: a port may be called what something of the bench is.
  const net = (name: string): string => (name === 'clk' || name === 'rst' ? name : `port_${name}`);
  const declare = (name: string, bits: number) => `  wire [${bits - 1}:0] ${net(name)};`;
  const module = `replay_${index}`;
  const text = `module ${module};
  reg clk = 1'b0;
  reg [${width - 1}:0] rows [0:${clocks - 1}];
  reg [${width - 1}:0] row = 0;
  integer at;
  integer file;
  wire rst;
${[...top.inputs, ...top.outputs].map(({ name, width: bits }) => declare(name, bits)).join('\n')}
  assign {${['rst', ...top.inputs.map(({ name }) => net(name))].join(', ')}} = row;
  ${top.name} dut (${ports.map((name) => `.${name}(${net(name)})`).join(', ')});
  initial begin
    $readmemh("${rows}", rows);
    ${options.deposit ? powerOn(top, modules, 'dut').join('\n    ') : ''}
    ${options.dump ? `$dumpfile("replay.vcd"); $dumpvars(0, dut);` : ''}
    file = $fopen("${found}", "w");
    for (at = 0; at < ${clocks}; at = at + 1) begin
      row = rows[at];
      #4 $fdisplay(file, "${top.outputs.map(() => '%h').join(' ')}", ${top.outputs.map(({ name }) => net(name)).join(', ')});
      #1 clk = 1'b1;
      #5 clk = 1'b0;
    end
    $fclose(file);
  end
endmodule
`;
  return { module, text, rows: { file: rows, text: rowsText(trace) }, found, end: clockPeriod * clocks + 1 };
}
