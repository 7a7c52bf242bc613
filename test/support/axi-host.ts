import { expect } from 'vitest';
import type { Fields } from '../../hdl-gen/lang/types.ts';
import type { Dut } from '../../sim/bench/bench.ts';
import type { Random } from './random.ts';

/** A circuit whose ports are plain numbers, see `flatModule`, in a bench or on its own. */
export type FlatDut = Pick<Dut<Fields, Fields>, 'setPort' | 'getPort' | 'clock'>;

export interface AxiWrite {
  readonly address: number;
  readonly data: number;
  readonly strobe: number;
}

export const okay = 0;
export const slaveError = 2;

/** What registers must do: a write is carried out when its response appears, a read gives what is there in the clock of its address. */
export interface AxiModel {
  write(write: AxiWrite): number;
  read(address: number): { readonly data: number; readonly response: number };
}

const read = (dut: FlatDut, name: string): number => dut.getPort(name) as number;

/** Valid stays until ready, and with it what goes along. Names of valid, ready and payload ports. */
export function stabilityMonitor(
  dut: FlatDut,
  channels: readonly { readonly valid: string; readonly ready: () => number; readonly payload: readonly string[] }[],
) {
  const waiting = channels.map((): string | null => null);
  return {
    /** After a clock. */
    after(): void {
      for (const [index, { valid, ready, payload }] of channels.entries()) {
        const offered = read(dut, valid) === 1 ? payload.map((name) => read(dut, name)).join() : null;
        const before = waiting[index]!;
        if (before !== null)
          expect({ clock: dut.clock - 1, [valid]: offered }).toEqual({ clock: dut.clock - 1, [valid]: before });
        waiting[index] = offered !== null && ready() === 0 ? offered : null;
      }
    },
    /** The reset of everything ends all that is offered. */
    reset(): void {
      waiting.fill(null);
    },
  };
}

/**
 * A host that is slow at random on all five channels, each on its own: addresses and data of writes come in any order. Checks
 * every answer against the model, and that there is one answer each.
 */
export function axiHost(dut: FlatDut, random: Random, model: AxiModel) {
  const writes: AxiWrite[] = [];
  const reads: number[] = [];
  /** Next to be offered, and to be answered. */
  const next = { aw: 0, w: 0, b: 0, ar: 0, r: 0 };
  const offered = { aw: false, w: false, ar: false };
  const ready = { b: false, r: false };
  let responseShown = false;
  const responses: number[] = [];
  const answers: { readonly data: number; readonly response: number }[] = [];
  const haste = {
    aw: random.fraction(),
    w: random.fraction(),
    b: random.fraction(),
    ar: random.fraction(),
    r: random.fraction(),
  };
  const now = (channel: keyof typeof haste): boolean => random.fraction() < 0.1 + haste[channel];
  const set = (name: string, value: number | boolean): void => dut.setPort(`s_axi_${name}`, Number(value));
  const out = (name: string): number => read(dut, `s_axi_${name}`);
  const monitor = stabilityMonitor(dut, [
    { valid: 's_axi_bvalid', ready: () => Number(ready.b), payload: ['s_axi_bresp'] },
    { valid: 's_axi_rvalid', ready: () => Number(ready.r), payload: ['s_axi_rresp', 's_axi_rdata'] },
  ]);
  return {
    write(address: number, data: number, strobe = 15): void {
      writes.push({ address, data, strobe });
    },
    read(address: number): void {
      reads.push(address);
    },
    get done(): boolean {
      return next.b === writes.length && next.r === reads.length;
    },
    /** Sets the inputs of the coming clock. */
    before(): void {
      offered.aw ||= next.aw < writes.length && now('aw');
      offered.w ||= next.w < writes.length && now('w');
      offered.ar ||= next.ar < reads.length && now('ar');
      ready.b = now('b');
      ready.r = now('r');
      set('awvalid', offered.aw);
      set('awaddr', offered.aw ? writes[next.aw]!.address : random.integer(0, 255));
      set('awprot', random.integer(0, 7));
      set('wvalid', offered.w);
      set('wdata', offered.w ? writes[next.w]!.data : random.integer(0, 255));
      set('wstrb', offered.w ? writes[next.w]!.strobe : random.integer(0, 15));
      set('arvalid', offered.ar);
      set('araddr', offered.ar ? reads[next.ar]! : random.integer(0, 255));
      set('arprot', random.integer(0, 7));
      set('bready', ready.b);
      set('rready', ready.r);
    },
    /** After a clock, before the model makes its step. */
    after(): void {
      monitor.after();
      const clock = dut.clock - 1;
      if (out('bvalid') === 1) {
        if (!responseShown) {
          // A response belongs to an address and to data that have been taken.
          expect({ clock, early: responses.length >= Math.min(next.aw, next.w) }).toEqual({ clock, early: false });
          responses.push(model.write(writes[responses.length]!));
        }
        responseShown = !ready.b;
        expect({ clock, response: out('bresp') }).toEqual({ clock, response: responses.at(-1) });
        if (ready.b) next.b += 1;
      }
      if (out('rvalid') === 1) {
        const wanted = answers[next.r];
        expect({ clock, data: out('rdata'), response: out('rresp') }).toEqual({ clock, ...wanted });
        if (ready.r) next.r += 1;
      }
      if (offered.ar && out('arready') === 1) {
        answers.push(model.read(reads[next.ar]!));
        next.ar += 1;
        offered.ar = false;
      }
      if (offered.aw && out('awready') === 1) {
        next.aw += 1;
        offered.aw = false;
      }
      if (offered.w && out('wready') === 1) {
        next.w += 1;
        offered.w = false;
      }
    },
  };
}

export type AxiHost = ReturnType<typeof axiHost>;
