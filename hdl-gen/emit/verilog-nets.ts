/** A declared net and which of its bits are read, to account for every bit that nothing uses. */
export interface NetUse {
  readonly width: number;
  readonly used: Uint8Array;
}

/** By name, in the order of declaration. */
export type Nets = Map<string, NetUse>;

export function declareNet(nets: Nets, name: string, width: number): void {
  nets.set(name, { width, used: new Uint8Array(width) });
}

/** Marks the bits of the nets that a text mentions. */
export function markReads(nets: Nets, text: string): void {
  for (const match of text.matchAll(/(?<![\w$'])([A-Za-z_]\w*)(?:\[(\d+)(?::(\d+))?\])?/g)) {
    const net = nets.get(match[1]!);
    if (net === undefined) continue;
    if (match[2] === undefined) net.used.fill(1);
    else net.used.fill(1, Number(match[3] ?? match[2]), Number(match[2]) + 1);
  }
}

export function isFullyRead(nets: Nets, text: string): boolean {
  return nets.get(text)?.used.every((bit) => bit === 1) ?? false;
}

/** The bits of the nets that nothing reads, neighbours together. */
export function unreadParts(nets: Nets): string[] {
  return [...nets].flatMap(([name, net]) => unreadOf(name, net));
}

function unreadOf(name: string, net: NetUse): string[] {
  const parts: string[] = [];
  for (let low = 0; low < net.width; low++) {
    if (net.used[low] === 1) continue;
    let high = low;
    while (high + 1 < net.width && net.used[high + 1] === 0) high++;
    if (low === 0 && high === net.width - 1) parts.push(name);
    else parts.push(high === low ? `${name}[${low}]` : `${name}[${high}:${low}]`);
    low = high;
  }
  return parts;
}

/** A net that reads the parts and whose name tells linters that this is intended: a line per part, so that one more only adds. */
export function dropped(name: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [`wire ${name} = &{`, ...parts.map((part) => `  ${part},`), "  1'b0", '};'];
}

/** `signed [7:0] ` or nothing for one unsigned bit. */
export function typeText(width: number, signed: boolean): string {
  return `${signed ? 'signed ' : ''}${width === 1 ? '' : `[${width - 1}:0] `}`;
}
