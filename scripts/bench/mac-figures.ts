import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import { laneOf } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import { type MultiplierForm, multiplierForms } from '../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { libertyForMapping } from '../../sim/cost/gate/liberty/for-mapping.ts';
import {
  dynamicEnergy,
  type ElementFigures,
  measureElement,
  type OperandStream,
} from '../../sim/cost/gate/measure-element.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { layoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { readTechnology } from '../gate/libraries.ts';
import { mapToLibrary } from '../gate/map.ts';
import { mapElement } from '../gate/map-element.ts';
import { mappedDocument } from '../gate/mapping-job.ts';
import type { CellTechnology } from '../gate/technologies.ts';
import type { JobRunner } from '../tools/job.ts';

/** pJ per multiply-accumulate without leakage: no delays, with glitches, with estimated wires and clock tree. */
export type Picojoules = readonly [zero: number, event: number, layout: number];

export interface MacFigures {
  /** µm². */
  readonly area: number;
  readonly random: Picojoules;
  readonly realistic: Picojoules;
}

export interface PublishedMac extends MacFigures {
  /**
   * Whether abc may put in buffers and size gates, as everywhere else here. How much a netlist glitches on random data follows from that
   * (gt2n: +10 % with them, asap7: +12 %), and the published netlists are not at hand: so mapped, ours are nearest.
   */
  readonly buffers: boolean;
}

/** `acc + a * b` measured by another engine on its own netlists. */
export const publishedPlain: Readonly<Record<string, PublishedMac>> = {
  sky130hd: { area: 7489.7, random: [8.9, 14.9, 19.9], realistic: [5.5, 7.1, 9.5], buffers: true },
  'ihp-sg13g2': { area: 12760, random: [5.3, 8.9, 11.8], realistic: [3.3, 4.1, 5.6], buffers: true },
  asap7: { area: 120, random: [0.37, 0.706, 0.82], realistic: [0.214, 0.282, 0.348], buffers: true },
  gt2n: { area: 37.1, random: [0.142, 0.262, 0.337], realistic: [0.087, 0.119, 0.173], buffers: false },
};

const ports = 'input clk, input rst, input clear, input signed [7:0] a, input signed [7:0] b, output';

/** int8 operands in registers, 32-bit accumulator, product and sum in one expression: what a person writes. */
export const handWritten = `module element(${ports} reg signed [31:0] total);
  reg signed [7:0] ar, br;
  wire signed [31:0] kept = clear ? 32'sd0 : total;
  always @(posedge clk)
    if (rst) begin ar <= 0; br <= 0; total <= 0; end
    else begin ar <= a; br <= b; total <= kept + ar * br; end
endmodule
`;

/** The lane of the stream architecture with ports and clocks of the element. */
function laneText(form: MultiplierForm): string {
  const shape = { simd: 1, unsigned: false, weightBits: 8, weightForm: 'any', accumulatorBits: 32 } as const;
  const lane = laneOf(shape, { form, clockGating: false, operandIsolation: false });
  const { files, top } = emitVerilog(design(lane), { sourceLines: false });
  return `${files.map(({ text }) => text).join('\n')}
module element(${ports} signed [31:0] total);
  ${top} lane(.clk(clk), .activation_0(a), .weight_0(b), .multiply(1'b1), .accumulate(1'b1), .first(clear), .total(total));
endmodule
`;
}

/** Without limits on loads abc leaves gates as they are. */
const script = [
  'read_verilog -sv design.v',
  'synth -top element -flatten',
  'dfflibmap -liberty cells.lib',
  'abc -liberty cells.lib -D 2000',
  'setundef -zero',
  'splitnets',
  'clean -purge',
  'delete t:$scopeinfo',
  'write_json mapped.json',
].join('; ');

const limits = { seconds: 600 };

export interface MacRow {
  readonly name: string;
  readonly figures: MacFigures;
  readonly megahertz: number;
}

export interface MacBench {
  readonly folder: string;
  readonly technology: CellTechnology;
  readonly yosys: JobRunner;
  readonly streams: Readonly<Record<'random' | 'realistic', OperandStream>>;
}

/** The plain element as published, the elements of every form, and the lanes that designs get without and with a cell library. */
export async function macForms(
  { folder, technology, yosys, streams }: MacBench,
  forms = multiplierForms as readonly MultiplierForm[],
): Promise<MacRow[]> {
  const files = readTechnology(folder, technology);
  const libraries = files.map(({ library }) => library);
  const options = { layout: layoutEstimate(technologyOf(technology.name)) };
  const rows: MacRow[] = [];
  const add = (name: string, netlist: ReturnType<typeof readMappedNetlist>): void => {
    const measured = (profile: 'random' | 'realistic'): ElementFigures =>
      measureElement(netlist, streams[profile], options);
    const picojoules = ({ zeroDelay, event, layout }: ElementFigures): Picojoules =>
      [zeroDelay, event, layout].map((energy) => 1e12 * dynamicEnergy(energy)) as unknown as Picojoules;
    const [random, realistic] = [measured('random'), measured('realistic')];
    rows.push({
      name,
      figures: { area: random.area, random: picojoules(random), realistic: picojoules(realistic) },
      megahertz: 1e-6 / random.minimumPeriod,
    });
  };
  const withBuffers = () => mapToLibrary({ folder, technology, libraries, verilog: handWritten, top: 'element' });
  const without = async () => {
    const inputs = { 'design.v': handWritten, 'cells.lib': libertyForMapping(files) };
    const done = await yosys.run({ args: ['-q', '-p', script], files: inputs, outputs: ['mapped.json'] }, limits);
    return mappedDocument(done.files);
  };
  const hand = publishedPlain[technology.name]?.buffers === false ? await without() : await withBuffers();
  add('by hand', readMappedNetlist(hand, libraries));
  for (const form of forms) {
    const shape = { form, aBits: 8, bBits: 8, aSigned: true, accumulatorBits: 32 };
    add(form, await mapElement({ folder, technology, libraries }, shape));
  }
  for (const form of ['plain', 'split'] as const) {
    const document = await mapToLibrary({ folder, technology, libraries, verilog: laneText(form), top: 'element' });
    add(`lane ${form}`, readMappedNetlist(document, libraries));
  }
  return rows;
}
