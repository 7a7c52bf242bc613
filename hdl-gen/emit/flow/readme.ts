import { layerStatistics } from '../../../models/statistics.ts';
import type { BlockDevice, DesignRequest } from '../../../specs/design.ts';
import { type Accelerator, type MapShape, type Stage, acceleratorPorts as stream } from '../../arch/architecture.ts';
import { deviceOf } from '../../arch/device.ts';
import { stageClocks } from '../../arch/stream/stage.ts';
import { portMeanings } from '../../arch/wrap/port-meanings.ts';
import type { MemoryStyle } from '../../ir/design.ts';
import { type Block, type BlockPort, clockPort, resetPort, speaksStream } from './block.ts';
import { outsideShare, periodNanoseconds } from './clock.ts';
import { flowsOf } from './flows.ts';
import { type HeldMemory, memoriesOf } from './memories.ts';

export interface ReadmeRequest {
  readonly block: Block;
  readonly request: DesignRequest;
  readonly accelerator: Accelerator;
  /** SHA-256 of the network's file. */
  readonly sha256: string;
  /** Clocks from the first input byte to the last output byte, and clocks per inference in steady state. */
  readonly latency: number;
  readonly interval: number;
  /** Where the bench's vectors come from, in words. */
  readonly vectors: string;
  /** The figure of the handshake, and plus arguments of the Verilog bench that show the same; null when it is not drawn. */
  readonly handshake: { readonly file: string; readonly source: string; readonly plusArguments: string } | null;
}

const meanings: Readonly<Record<string, string>> = {
  ...portMeanings,
  [clockPort]: 'clock; everything happens at its rising edge',
  [resetPort]: 'synchronous reset, active high',
  [stream.inValid]: 'an input byte is offered',
  [stream.inReady]: 'the block takes an input byte',
  [stream.inData]: 'the input byte, int8',
  [stream.outValid]: 'an output byte is offered',
  [stream.outReady]: 'the outside takes an output byte',
  [stream.outData]: 'the output byte, int8',
  [stream.busy]: 'a frame is inside',
  [stream.cycles]: 'clocks in which `busy` was 1, since reset',
  [stream.inputStalls]: 'clocks in which an input byte was offered and not taken, since reset',
  [stream.outputStalls]: 'clocks in which an output byte was offered and not taken, since reset',
};

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

function table(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`;
  return [line(titles), `|${titles.map(() => '---|').join('')}\n`, ...rows.map(line)].join('');
}

/** The tables of meanings speak of int8 networks. */
function meaningOf({ name, width }: BlockPort): string {
  const meaning = meanings[name] ?? '';
  const carries = [stream.inData, stream.outData, 's_axis_tdata', 'm_axis_tdata'].includes(name);
  return carries && width === 16 ? meaning.replace('byte, int8', 'element, int16') : meaning;
}

function portRow(port: BlockPort): string[] {
  const { name, direction, width, signed } = port;
  return [`\`${name}\``, direction, String(width), signed ? 'signed' : 'unsigned', meaningOf(port)];
}

const shapeText = ({ height, width, channels }: MapShape): string => `${height} x ${width} x ${channels}`;

const stageColumns: readonly (readonly [string, (stage: Stage) => string | number])[] = [
  ['engine', ({ name }) => name],
  ['kind', ({ kind }) => kind],
  ['input', ({ input }) => shapeText(input)],
  ['output', ({ output }) => shapeText(output)],
  ['pe', ({ pe }) => pe],
  ['simd', ({ simd }) => simd],
  ['taps', (stage) => (stage.timing === 'window' ? stage.taps.height * stage.taps.width : 1)],
  ['bytes per clock in', ({ inputWidth, inputBits }) => (inputWidth * inputBits) / 8],
  ['out', ({ outputWidth, outputBits }) => (outputWidth * outputBits) / 8],
  ['multipliers', ({ multipliers }) => multipliers],
  ['MACs', ({ macs }) => grouped(macs)],
  ['output FIFO', ({ fifoDepth }) => fifoDepth],
  ['clocks per inference', (stage) => grouped(stageClocks(stage))],
];

const madeOf: Readonly<Record<MemoryStyle, string>> = {
  block: 'block memories',
  distributed: 'look-up tables',
  registers: 'registers',
};

function memoryRow({ module, name, kind, style, words, bits, copies, image }: HeldMemory): string[] {
  const file = image === null ? '' : `\`${image}\``;
  const what = style === null ? kind.toUpperCase() : `${kind.toUpperCase()} in ${madeOf[style]}`;
  return [`${module}.${name}`, what, `${grouped(words)} x ${bits}`, String(copies), file];
}

/** For which device the memories are made, where they are. */
function deviceNote(device: BlockDevice | undefined): string {
  if (device === undefined) return '';
  return `The memories are made for ${device}: each has the kind of memory that suits that family best. On another one the block computes the same.
`;
}

function bitsOf(memories: readonly HeldMemory[], kind: HeldMemory['kind']): string {
  const own = memories.filter((memory) => memory.kind === kind);
  return grouped(own.reduce((sum, { words, bits, copies }) => sum + words * bits * copies, 0));
}

function hostShare({ graph, outputTensor }: Accelerator): string {
  if (graph.outputs.includes(outputTensor)) return 'This is the output of the network.';
  const last = graph.layers.find(({ output }) => output === outputTensor);
  return `The rest of the network (after ${last?.name ?? 'the input'}) runs on the host.`;
}

/** Time of so many clocks, with the unit that leaves one to three digits before the point. */
function timeOf(clocks: number, hertz: number): string {
  const seconds = clocks / hertz;
  const [factor, unit] =
    seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : seconds >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  return `${Number((seconds * Number(factor)).toPrecision(4))} ${unit}`;
}

function benchText({ block, vectors, handshake }: ReadmeRequest): string {
  if (!speaksStream(block.ports)) {
    return `The vectors are ${vectors}.
The Verilog bench streams them through these ports, without a host at the registers and with the clock enable at 1 where there is
one, and ends with \`done frames N mismatches 0 clocks C\`. C++ and Python benches are written for plain byte streams only.
`;
  }
  const figure =
    handshake === null
      ? ''
      : `
## Handshake

![Both handshakes, clock for clock](${handshake.file})

A byte moves at the rising edge that ends a clock with valid and ready both 1 (shaded). A side that offers a byte keeps it until it
is taken. Either side may pause in any clock. The clocks come from the schedule, the bytes from the first vector; the bench shows
the same with \`${handshake.plusArguments}\`. [${handshake.source}](${handshake.source}) is the figure for WaveDrom.
`;
  return `The vectors are ${vectors}.
The Verilog bench ends with \`done frames N mismatches 0 clocks C\`; the C++ and Python benches end with exit code 0 when every byte
is equal.
${figure}`;
}

/** The page about one generated block; every number in it is the design's or the schedule's. */
export function readme(page: ReadmeRequest): string {
  const { block, request, accelerator, sha256, latency, interval } = page;
  const { graph, design, inputTensor, outputTensor, inputBytes, outputBytes, inputBits, outputBits, schedule } =
    accelerator;
  const unitOf = (bits: number) => (bits === 8 ? 'bytes' : `elements of ${bits} bits`);
  const input = graph.tensors.get(inputTensor)!;
  const output = graph.tensors.get(outputTensor)!;
  const { stages } = schedule;
  const multipliers = stages.reduce((sum, stage) => sum + stage.multipliers, 0);
  const computed = stages.reduce((sum, stage) => sum + stage.macs, 0);
  // The model's own count stands everywhere; what makes no difference to the outputs is left out of the hardware.
  const macs = layerStatistics(graph)
    .filter(({ name }) => stages.some(({ layers }) => layers.includes(name)))
    .reduce((sum, layer) => sum + layer.macs, 0);
  const skipped = macs === computed ? '' : `, ${grouped(macs - computed)} of them left out: they make no difference`;
  const memories = memoriesOf(design);
  const { clockHertz } = block;
  const utilisation = multipliers === 0 ? '' : `, ${((100 * computed) / (multipliers * interval)).toFixed(1)} % busy`;
  return `# ${request.name}

A fixed-function inference accelerator for the network \`${graph.name}\` (SHA-256 of its file ${sha256}),
architecture \`${request.architecture}\`, written by joulesmith. Everything here is generated; \`design.json\` is what it came from.

- One inference takes ${inputBytes} input ${unitOf(inputBits)}: shape [${input.shape.join(', ')}], C order, scale ${input.scale}, zero point ${input.zeroPoint}.
- It gives ${outputBytes} output ${unitOf(outputBits)}: shape [${output.shape.join(', ')}], scale ${output.scale}, zero point ${output.zeroPoint}. ${hostShare(accelerator)}

## Figures

${table(
  ['', ''],
  [
    ['parameters', `\`${JSON.stringify({ ...request.parameters, ...request.target })}\``],
    ['clock', `${request.clock}, period ${periodNanoseconds(clockHertz)} ns`],
    [
      'latency',
      `${grouped(latency)} clocks (${timeOf(latency, clockHertz)}), first input byte to last output byte, from idle`,
    ],
    ['interval', `${grouped(interval)} clocks (${timeOf(interval, clockHertz)}) per inference, one after another`],
    ['multipliers', `${grouped(multipliers)}${utilisation}`],
    ['multiply-accumulates', `${grouped(macs)} per inference${skipped}`],
    ['read-only memory', `${bitsOf(memories, 'rom')} bits`],
    ['read-write memory', `${bitsOf(memories, 'ram')} bits`],
  ],
)}
Both clock counts hold without pauses from outside. The constraints leave ${100 * outsideShare} % of the period to the outside at every port.

## Ports of \`${block.top}\`

${table(['port', 'direction', 'width', 'kind', 'meaning'], block.ports.map(portRow))}
## Engines

${table(
  stageColumns.map(([title]) => title),
  stages.map((stage) => stageColumns.map(([, cell]) => cell(stage))),
)}
\`pe\`: output channels side by side. \`simd\`: input channels per output and clock. \`taps\`: kernel taps at once.

## Memories

${memories.length === 0 ? 'None.\n' : table(['memory', 'kind', 'words x bits', 'copies', 'contents'], memories.map(memoryRow))}
${deviceNote(deviceOf(request))}Keep the \`.hex\` files in the folder where a tool runs: the memories read them from there.

## Use it

${table(
  ['tool', 'command', 'what it does'],
  flowsOf(block).map(({ tool, command, does }) => [tool, `\`${command}\``, does]),
)}
${benchText(page)}`;
}
