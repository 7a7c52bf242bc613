import { Fault } from '../../../specs/fault.ts';
import { mapBytes } from '../architecture.ts';
import type { Network } from './network.ts';
import { type Folding, isGlobalPool, type Widths } from './stage.ts';
import type { Work } from './work.ts';

/** Streams whose beats are equally wide because engines hand beats through, and how wide they can be. */
export interface LinkGroup {
  /** Tensors that travel on these streams. */
  readonly tensors: readonly number[];
  /** Most bytes per frame on any of them. */
  readonly bytes: number;
  /** Bytes of a beat that every engine at their ends can give or take, ascending; 1 is always there. */
  readonly allowed: readonly number[];
}

/** Bytes of a beat by tensor. */
export type LinkWidths = ReadonlyMap<number, number>;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const divisors = (size: number): number[] =>
  Array.from({ length: size }, (_, index) => index + 1).filter((divisor) => size % divisor === 0);

/** Engines that take and give beats of one width. */
function handsThrough(work: Work): boolean {
  return work.form === 'bytewise' || work.form === 'turns' || (work.form === 'window' && isGlobalPool(work));
}

/** Channels that the width of an input or of the output must divide; 1 where the engine moves single bytes. */
function divided(work: Work, folding: Folding | undefined): Widths {
  const { input, output } = work;
  switch (work.form) {
    case 'bytewise':
      return { input: input.channels, output: output.channels };
    case 'turns': {
      const bytes = work.turns.reduce(gcd, output.channels);
      return { input: bytes, output: bytes };
    }
    case 'window': {
      if (isGlobalPool(work)) return { input: input.channels, output: output.channels };
      if (folding === undefined) return { input: input.channels, output: output.channels };
      const { depthMultiplier: m, reach } = work;
      // Passes over parts of an input channel's outputs read it alone.
      const parts = reach === 'channelwise' && folding.pe < m;
      const read = reach === 'dense' ? folding.simd : parts ? 1 : folding.pe / m;
      return { input: gcd(input.channels, read), output: gcd(parts ? m : output.channels, folding.pe) };
    }
    case 'row':
    case 'rearrange':
      return { input: 1, output: 1 };
  }
}

/** Which streams have one width, from what their engines can do; foldings that are fixed leave less. */
export function linkGroups(network: Network, fixed: Readonly<Record<string, Folding>> = {}): LinkGroup[] {
  const { works, inputTensor, inputBytes } = network;
  // A reshape after the last work gives the same stream another name.
  const outputTensor = works.at(-1)!.outputTensor;
  const bytes = new Map([
    [inputTensor, inputBytes],
    ...works.map((work) => [work.outputTensor, mapBytes(work.output)] as const),
  ]);
  // The outer ports carry a byte.
  const limit = new Map(
    [...bytes].map(([tensor]) => [tensor, tensor === inputTensor || tensor === outputTensor ? 1 : 0]),
  );
  const group = new Map([...bytes.keys()].map((tensor) => [tensor, tensor]));
  const unite = (a: number, b: number) => {
    const [from, to] = [group.get(a)!, group.get(b)!];
    for (const [tensor, its] of group) if (its === from) group.set(tensor, to);
  };
  const wholePixels = new Set<number>();
  for (const work of works) {
    const { input, output } = divided(work, fixed[work.name]);
    for (const source of work.sources) limit.set(source, gcd(limit.get(source)!, input));
    limit.set(work.outputTensor, gcd(limit.get(work.outputTensor)!, output));
    if (handsThrough(work)) for (const source of work.sources) unite(source, work.outputTensor);
    // Its sums are read and written back a clock apart, so that two beats in a row must be of other channels.
    if (work.form === 'window' && isGlobalPool(work)) wholePixels.add(work.input.channels);
  }
  return [...new Set(group.values())].map((name) => {
    const tensors = [...group].filter(([, its]) => its === name).map(([tensor]) => tensor);
    const most = tensors.reduce((common, tensor) => gcd(common, limit.get(tensor)!), 0);
    return {
      tensors,
      bytes: Math.max(...tensors.map((tensor) => bytes.get(tensor)!)),
      allowed: divisors(most).filter((width) => !wholePixels.has(width) || width === 1),
    };
  });
}

/** The narrowest beats with which no stream takes more than `clocks` per frame; null when even the widest do. */
export function widthsFor(groups: readonly LinkGroup[], clocks: number): LinkWidths | null {
  const widths = new Map<number, number>();
  for (const { tensors, bytes, allowed } of groups) {
    const width = allowed.find((each) => bytes / each <= clocks);
    if (width === undefined) return null;
    for (const tensor of tensors) widths.set(tensor, width);
  }
  return widths;
}

/** The widths that a request fixes, by the name of the layer whose output they carry. Errors: WIDTH_IMPOSSIBLE. */
export function fixWidths(
  groups: readonly LinkGroup[],
  { works }: Network,
  widths: Readonly<Record<string, number>>,
): LinkGroup[] {
  return groups.map((group) => {
    const { allowed } = group;
    let first: { readonly name: string; readonly width: number } | null = null;
    for (const { name, outputTensor } of works) {
      const wanted = widths[name];
      if (wanted === undefined || !group.tensors.includes(outputTensor)) continue;
      const impossible = (cause: string, wayOut: string) =>
        new Fault({ code: 'WIDTH_IMPOSSIBLE', place: `/parameters/widths/${name}`, cause, wayOut });
      if (!allowed.includes(wanted)) {
        throw impossible(
          `its output cannot travel ${wanted} bytes at a time`,
          `choose one of ${allowed.join(', ')}: what divides the channels, lanes and foldings at both ends of the stream`,
        );
      }
      if (first !== null && first.width !== wanted) {
        throw impossible(
          `its output is to travel ${wanted} bytes at a time and that of layer ${first.name} ${first.width}, and engines that hand beats through tie the two`,
          'give both layers one width, or name only one of them',
        );
      }
      first = { name, width: wanted };
    }
    return first === null ? group : { ...group, allowed: [first.width] };
  });
}

/** Widths at a work's ports. */
export function widthsOf({ sources, outputTensor }: Work, widths: LinkWidths): Widths {
  return { input: widths.get(sources[0]!)!, output: widths.get(outputTensor)! };
}
