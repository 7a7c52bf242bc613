import { acceleratorPorts as stream } from '../../arch/architecture.ts';
import type { Design, Module } from '../../ir/design.ts';

/** A port of the top module, as it is printed. */
export interface BlockPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly signed: boolean;
}

/** What the flow files of one generated block say about it. Files are named relative to the folder that holds them all. */
export interface Block {
  /** The design's name; the top module's may differ where Verilog does not allow it. */
  readonly name: string;
  readonly top: string;
  /** Of the top module, in its order. */
  readonly ports: readonly BlockPort[];
  /** One file per module, instantiated modules first. */
  readonly verilog: readonly string[];
  /** Memory contents that the Verilog reads with `$readmemh`. */
  readonly images: readonly string[];
  /** The clock that the design asks for. */
  readonly clockHertz: number;
}

export const clockPort = 'clk';
export const resetPort = 'rst';

export function topOf(design: Design): Module {
  return design.modules.find(({ name }) => name === design.top)!;
}

/** The ports of the top module, clock and reset first where it has them. */
export function portsOf(design: Design): BlockPort[] {
  const { inputs, outputs, needsClock, needsReset } = topOf(design);
  const bit = (name: string): BlockPort => ({ name, direction: 'input', width: 1, signed: false });
  return [
    ...(needsClock ? [bit(clockPort)] : []),
    ...(needsReset ? [bit(resetPort)] : []),
    ...inputs.map(({ name, width, signed }): BlockPort => ({ name, direction: 'input', width, signed })),
    ...outputs.map(({ name, width, signed }): BlockPort => ({ name, direction: 'output', width, signed })),
  ];
}

/**
 * Whether a bench that drives one valid/ready stream of bytes or 16-bit elements on either side can run the block: no other input waits for a value,
 * and everything the bench drives or reads is there.
 */
export function speaksStream(ports: readonly BlockPort[]): boolean {
  const widthOf = new Map(ports.map(({ name, direction, width }) => [`${direction} ${name}`, width]));
  const driven = [clockPort, resetPort, stream.inValid, stream.inData, stream.outReady];
  const inputs = ports.filter(({ direction }) => direction === 'input').map(({ name }) => name);
  return (
    inputs.every((name) => driven.includes(name)) &&
    driven.every((name) => inputs.includes(name)) &&
    [widthOf.get(`input ${stream.inData}`), widthOf.get(`output ${stream.outData}`)].every(
      (width) => width === 8 || width === 16,
    ) &&
    [stream.inReady, stream.outValid].every((name) => widthOf.get(`output ${name}`) === 1)
  );
}
