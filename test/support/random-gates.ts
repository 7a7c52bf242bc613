import type { Random } from './random.ts';
import { smallNetlist } from './small-netlist.ts';

type Cells = Record<string, readonly [type: string, pins: Record<string, string>]>;

export interface RandomGates {
  readonly document: ReturnType<typeof smallNetlist>;
  /** Data inputs; the clock is `clk`. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A random netlist of the hand-written library without loops: gates, flops of all kinds, clock gates. */
export function randomGates(random: Random, size: number): RandomGates {
  const inputs = Array.from({ length: random.integer(1, 4) }, (_, at) => `i${at}`);
  const cells: Cells = {};
  const nets = [...inputs, '0', '1'];
  const any = (): string => nets[random.integer(0, nets.length - 1)]!;
  const flops: string[] = [];
  const clocks = ['clk'];
  // Flops first, with inputs that are filled in later: they may close loops, gates may not.
  for (let at = 0; at < random.integer(1, 4); at++) {
    flops.push(`f${at}`);
    nets.push(`q${at}`);
  }
  for (let at = 0; at < size; at++) {
    const y = `n${at}`;
    const pick = random.integer(0, 2);
    if (pick === 0) cells[`g${at}`] = ['INV', { A: any(), Y: y }];
    else cells[`g${at}`] = [pick === 1 ? 'AND2' : 'XOR2', { A: any(), B: any(), Y: y }];
    nets.push(y);
  }
  if (random.integer(0, 1) === 1) {
    cells.gate = ['GATE', { CK: 'clk', E: any(), GCK: 'gated' }];
    clocks.push('gated');
  }
  flops.forEach((flop, at) => {
    const CK = clocks[random.integer(0, clocks.length - 1)]!;
    // Clears and presets come from ports: on a net with glitches the timed run would rightly differ.
    const [first, last] = [inputs[0]!, inputs.at(-1)!];
    const D = any();
    const Q = `q${at}`;
    const pick = random.integer(0, 5);
    if (pick === 0) cells[flop] = ['DFFRN', { CK, D, RN: first, QN: Q }];
    else if (pick === 1) cells[flop] = ['DFFSR', { CK, D, R: first, S: last, Q }];
    else if (pick === 2) cells[flop] = ['DFFN', { CKN: 'clk', D, Q }];
    else cells[flop] = ['DFF', { CK, D, Q }];
  });
  const outputs = [...new Set(nets.filter((net) => net.startsWith('n')).slice(-3))];
  const document = smallNetlist({ inputs: ['clk', ...inputs], outputs }, cells);
  return { document, inputs, outputs };
}
