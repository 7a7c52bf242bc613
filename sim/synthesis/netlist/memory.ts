import type { NetMemory, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { netlistFault, parameterBits, parameterNumber, type YosysBit, type YosysCell } from './yosys-json.ts';

/** A memory of the netlist, before its ports are nodes. Words are `lanes` of bits that are written together. */
export interface MemoryCell {
  readonly name: string;
  readonly depth: number;
  readonly width: number;
  readonly lanes: readonly MemoryLane[];
  readonly reads: readonly { readonly address: readonly YosysBit[]; readonly enable: YosysBit }[];
  readonly writes: readonly { readonly address: readonly YosysBit[] }[];
}

export interface MemoryLane {
  /** Bits of the word, ascending. */
  readonly bits: readonly number[];
  /** Content at the start; null = zeros. */
  readonly init: bigint[] | null;
  /** For every read port: the bits that it gives. */
  readonly data: readonly (readonly YosysBit[])[];
  /** For every write port: the enable and the bits that it writes. */
  readonly writes: readonly { readonly enable: YosysBit; readonly data: readonly YosysBit[] }[];
}

/** What our memories cannot do; each would change what is computed. */
function refuse(name: string, cell: YosysCell, clock: YosysBit): void {
  const has = (parameter: string, bit: string) => parameterBits(cell, parameter).includes(bit);
  const connected = (port: string) => (cell.connections[port] ?? []).some((bit) => bit !== '0' && bit !== 'x');
  const reason =
    has('RD_CLK_ENABLE', '0') && parameterNumber(cell, 'RD_PORTS') > 0
      ? 'is read without a clock'
      : has('RD_TRANSPARENCY_MASK', '1')
        ? 'gives at a read what is written in the same clock'
        : connected('RD_SRST') || connected('RD_ARST')
          ? 'has a reset at a read port'
          : has('RD_INIT_VALUE', '1')
            ? 'has a read port that does not start at 0'
            : has('RD_WIDE_CONTINUATION', '1') || has('WR_WIDE_CONTINUATION', '1')
              ? 'has a port that is wider than its words'
              : parameterNumber(cell, 'OFFSET') !== 0
                ? 'does not start at address 0'
                : [...(cell.connections.RD_CLK ?? []), ...(cell.connections.WR_CLK ?? [])].some((bit) => bit !== clock)
                  ? 'has another clock'
                  : null;
  if (reason !== null) throw netlistFault(name, `memory ${reason}`);
}

const part = <T>(list: readonly T[] | undefined, at: number, width: number): readonly T[] =>
  (list ?? []).slice(at * width, (at + 1) * width);

/** The content of a lane; `text` has the highest bit of the last word first. Undefined bits read 0. */
function contentOf(text: string, width: number, depth: number, bits: readonly number[]): bigint[] | null {
  if (!text.includes('1')) return null;
  const at = (position: number): bigint => (text[text.length - 1 - position] === '1' ? 1n : 0n);
  return Array.from({ length: depth }, (_, word) =>
    bits.reduce((value, bit, place) => value | (at(word * width + bit) << BigInt(place)), 0n),
  );
}

/** Reads a `$mem_v2` cell of one clock. Errors: SYNTH_NETLIST. */
export function memoryCell(name: string, cell: YosysCell, clock: YosysBit): MemoryCell {
  refuse(name, cell, clock);
  const [width, depth, addressBits] = ['WIDTH', 'SIZE', 'ABITS'].map((key) => parameterNumber(cell, key)) as [
    number,
    number,
    number,
  ];
  const [readPorts, writePorts] = [parameterNumber(cell, 'RD_PORTS'), parameterNumber(cell, 'WR_PORTS')];
  const { connections } = cell;
  const ports = (count: number) => Array.from({ length: count }, (_, port) => port);
  // Bits that every write port enables together are one lane.
  const lanes = new Map<string, number[]>();
  for (let bit = 0; bit < width; bit++) {
    const key = ports(writePorts)
      .map((port) => String(connections.WR_EN?.[port * width + bit]))
      .join();
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [bit]);
    else lane.push(bit);
  }
  const content = parameterBits(cell, 'INIT');
  return {
    name,
    depth,
    width,
    reads: ports(readPorts).map((port) => ({
      address: part(connections.RD_ADDR, port, addressBits),
      enable: connections.RD_EN?.[port] ?? '1',
    })),
    writes: ports(writePorts).map((port) => ({ address: part(connections.WR_ADDR, port, addressBits) })),
    lanes: [...lanes.values()].map((bits) => ({
      bits,
      init: contentOf(content, width, depth, bits),
      data: ports(readPorts).map((port) => bits.map((bit) => connections.RD_DATA![port * width + bit]!)),
      writes: ports(writePorts).map((port) => ({
        enable: connections.WR_EN![port * width + bits[0]!]!,
        data: bits.map((bit) => connections.WR_DATA![port * width + bit]!),
      })),
    })),
  };
}

/** Nodes of the bits of a word, the lowest first, as one value. */
export type Joined = (bits: readonly YosysBit[]) => NodeId;

/** One memory of our netlist for every lane. `outputs` has, for every lane, the node of each read port. */
export function netMemories(
  { name, depth, lanes, reads, writes }: MemoryCell,
  outputs: readonly (readonly NodeId[])[],
  join: Joined,
): NetMemory[] {
  const enableOf = (bit: YosysBit): NodeId | null => (bit === '1' ? null : join([bit]));
  return lanes.map((lane, at) => ({
    name: lanes.length === 1 ? name : `${name}[${lane.bits.join(',')}]`,
    width: lane.bits.length,
    signed: false,
    depth,
    init: lane.init,
    reads: reads.map(({ address, enable }, port) => ({
      address: join(address),
      enable: enableOf(enable),
      node: outputs[at]![port]!,
    })),
    writes: writes.map(({ address }, port) => ({
      address: join(address),
      data: join(lane.writes[port]!.data),
      enable: join([lane.writes[port]!.enable]),
    })),
  }));
}
