import { anyOf, lit, mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { unused, type Values } from '../../lang/module.ts';
import type { Bool, UInt } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { bool, uint } from '../../lang/types.ts';

/** The response that a transfer ends with. */
export const axiResponse = { okay: 0, slaveError: 2 } as const;

/** The ports of an AXI4-Lite slave with 32 bits of data, under the names that tools recognise. */
export function axiLitePorts(addressBits: number) {
  return {
    in: {
      s_axi_awaddr: uint(addressBits),
      s_axi_awprot: uint(3),
      s_axi_awvalid: bool,
      s_axi_wdata: uint(32),
      s_axi_wstrb: uint(4),
      s_axi_wvalid: bool,
      s_axi_bready: bool,
      s_axi_araddr: uint(addressBits),
      s_axi_arprot: uint(3),
      s_axi_arvalid: bool,
      s_axi_rready: bool,
    },
    out: {
      s_axi_awready: bool,
      s_axi_wready: bool,
      s_axi_bresp: uint(2),
      s_axi_bvalid: bool,
      s_axi_arready: bool,
      s_axi_rdata: uint(32),
      s_axi_rresp: uint(2),
      s_axi_rvalid: bool,
    },
  };
}

export type AxiLiteInputs = Values<ReturnType<typeof axiLitePorts>['in']>;

export interface AxiLiteWrite {
  /** 1 in the clock whose edge carries the write out. */
  readonly write: Bool;
  /** Number of the word. */
  readonly word: UInt;
  readonly data: UInt;
  /** Per byte whether it is written. */
  readonly strobe: UInt;
  /** Gives the ports' values; writing to none of these words is an error. */
  readonly answer: (words: readonly AxiLiteWord[]) => {
    readonly s_axi_awready: Bool;
    readonly s_axi_wready: Bool;
    readonly s_axi_bvalid: Bool;
    readonly s_axi_bresp: UInt;
  };
}

/**
 * The write side of a slave, in the module that is being described. Address and data come in any order; each waits in a register
 * for the other one and for the response before to be taken, so that no output depends on an input of the same clock.
 */
export function axiLiteWrite(bus: AxiLiteInputs): AxiLiteWrite {
  const { s_axi_awaddr, s_axi_awprot, s_axi_awvalid, s_axi_wdata, s_axi_wstrb, s_axi_wvalid, s_axi_bready } = bus;
  unused(s_axi_awprot, s_axi_awaddr);
  const word = reg('write_word', uint(s_axi_awaddr.width - 2), { init: null });
  const addressed = reg('write_addressed', bool);
  const data = reg('write_data', uint(32), { init: null });
  const strobe = reg('write_strobe', uint(4), { init: null });
  const filled = reg('write_filled', bool);
  const s_axi_bvalid = reg('s_axi_bvalid', bool);
  const s_axi_bresp = reg('s_axi_bresp', uint(2));

  const s_axi_awready = addressed.not();
  const s_axi_wready = filled.not();
  const write = addressed.and(filled).and(s_axi_bvalid.not().or(s_axi_bready)).as('write');
  when(s_axi_awvalid.and(s_axi_awready), () => {
    addressed.next = true;
    word.next = s_axi_awaddr.bits(s_axi_awaddr.width - 1, 2);
  }).elsewhen(write, () => {
    addressed.next = false;
  });
  when(s_axi_wvalid.and(s_axi_wready), () => {
    filled.next = true;
    data.next = s_axi_wdata;
    strobe.next = s_axi_wstrb;
  }).elsewhen(write, () => {
    filled.next = false;
  });
  return {
    write,
    word,
    data,
    strobe,
    answer: (words) => {
      const known = isOneOf(word, words).as('write_known');
      when(write, () => {
        s_axi_bvalid.next = true;
        s_axi_bresp.next = mux(known, lit(uint(2), axiResponse.okay), axiResponse.slaveError);
      }).elsewhen(s_axi_bready, () => {
        s_axi_bvalid.next = false;
      });
      return { s_axi_awready, s_axi_wready, s_axi_bvalid, s_axi_bresp };
    },
  };
}

/** A word that can be read. */
export interface AxiLiteWord {
  /** Number of the word. */
  readonly word: number;
  readonly value: UInt;
  /** What else happens at the edge in which it is read. */
  readonly also?: () => void;
}

/** Whether the number is that of one of the words, neighbours taken together. */
function isOneOf(number: UInt, words: readonly AxiLiteWord[]): Bool {
  const runs: { first: number; last: number }[] = [];
  for (const { word } of words.toSorted((a, b) => a.word - b.word)) {
    const run = runs.at(-1);
    if (run?.last === word - 1) run.last = word;
    else runs.push({ first: word, last: word });
  }
  return anyOf(...runs.map(({ first, last }) => number.ge(first).and(number.le(last))));
}

/** The read side of a slave with these words (at least one), in the module that is being described. A response is held until it is taken. */
export function axiLiteRead(bus: AxiLiteInputs, words: readonly AxiLiteWord[]) {
  const { s_axi_araddr, s_axi_arprot, s_axi_arvalid, s_axi_rready } = bus;
  unused(s_axi_arprot, s_axi_araddr);
  const s_axi_rvalid = reg('s_axi_rvalid', bool);
  const s_axi_rdata = reg('s_axi_rdata', uint(32));
  const s_axi_rresp = reg('s_axi_rresp', uint(2));
  const s_axi_arready = s_axi_rvalid.not();
  const read = s_axi_arvalid.and(s_axi_arready).as('read');
  const wanted = s_axi_araddr.bits(s_axi_araddr.width - 1, 2).as('read_word');
  when(read, () => {
    s_axi_rvalid.next = true;
  }).elsewhen(s_axi_rready, () => {
    s_axi_rvalid.next = false;
  });
  const known = isOneOf(wanted, words).as('read_known');
  when(read, () => {
    s_axi_rresp.next = mux(known, lit(uint(2), axiResponse.okay), axiResponse.slaveError);
    const give =
      ({ value, also }: AxiLiteWord) =>
      () => {
        s_axi_rdata.next = value;
        also?.();
      };
    const [first, ...others] = words as readonly [AxiLiteWord, ...AxiLiteWord[]];
    others
      .reduce(
        (chain, each) => chain.elsewhen(wanted.eq(each.word), give(each)),
        when(wanted.eq(first.word), give(first)),
      )
      .otherwise(() => {
        s_axi_rdata.next = 0;
      });
  });
  return { s_axi_arready, s_axi_rvalid, s_axi_rdata, s_axi_rresp };
}
