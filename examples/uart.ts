import { bool, cat, delay, fsm, generator, lit, module, record, reg, uint, when } from '../hdl-gen/index.ts';

export interface UartParameters {
  /** Clocks of one bit: clock frequency divided by the baud rate. At least 4. */
  readonly clocksPerBit: number;
}

const bitsFor = (largest: number) => Math.ceil(Math.log2(largest + 1));

/** Sends bytes as one start bit (0), eight data bits, the lowest first, and one stop bit (1). */
export const UartTransmitter = generator(({ clocksPerBit }: UartParameters) =>
  module(
    `uart_tx_${clocksPerBit}`,
    { in: { valid: bool, data: uint(8) }, out: { ready: bool, line: bool } },
    ({ valid, data }) => {
      // Stop bit, data, start bit: the lowest bit is on the line, ones follow from above.
      const frame = reg('frame', uint(10), { init: 0x3ff });
      const bitsLeft = reg('bits_left', uint(4));
      const timer = reg('timer', uint(bitsFor(clocksPerBit - 1)));
      const idle = bitsLeft.eq(0).as('idle');

      when(idle, () => {
        when(valid, () => {
          frame.next = cat(lit(bool, true), data, lit(bool, false));
          bitsLeft.next = 10;
          timer.next = clocksPerBit - 1;
        });
      })
        .elsewhen(timer.eq(0), () => {
          frame.next = cat(lit(bool, true), frame.bits(9, 1));
          bitsLeft.next = bitsLeft.subWrap(1);
          timer.next = clocksPerBit - 1;
        })
        .otherwise(() => {
          timer.next = timer.subWrap(1);
        });
      return { ready: idle, line: frame.bit(0) };
    },
  ),
);

/**
 * Receives what `UartTransmitter` sends. `valid` is 1 for one clock per byte; `framing_error` instead when the stop bit
 * is not 1. Every bit is read in its middle.
 */
export const UartReceiver = generator(({ clocksPerBit }: UartParameters) =>
  module(
    `uart_rx_${clocksPerBit}`,
    { in: { line: bool }, out: { valid: bool, data: uint(8), framing_error: bool } },
    ({ line }) => {
      // The line comes from another clock: two registers give it time to settle.
      const bit = delay('line_settled', delay('line_sampled', line, { init: 1 }), { init: 1 });
      const state = fsm('state', ['idle', 'start', 'data', 'stop']);
      const timer = reg('timer', uint(bitsFor(clocksPerBit - 1)));
      const index = reg('index', uint(3));
      const byte = reg('byte_so_far', uint(8));
      const now = timer.eq(0).as('now');
      const wait = (clocks: number): void => {
        timer.next = clocks - 1;
      };

      when(now.not(), () => {
        timer.next = timer.subWrap(1);
      });
      state.cases({
        idle: () =>
          when(bit.not(), () => {
            state.go('start');
            wait(Math.floor(clocksPerBit / 2));
          }),
        start: () =>
          when(now, () => {
            // A start bit that is gone by its middle was noise.
            when(bit, () => state.go('idle')).otherwise(() => state.go('data'));
            wait(clocksPerBit);
          }),
        data: () =>
          when(now, () => {
            byte.next = cat(bit, byte.bits(7, 1));
            index.next = index.addWrap(1);
            when(index.eq(7), () => state.go('stop'));
            wait(clocksPerBit);
          }),
        stop: () => when(now, () => state.go('idle')),
      });
      const stopped = state.is('stop').and(now).as('stopped');
      return { valid: stopped.and(bit), data: byte, framing_error: stopped.and(bit.not()) };
    },
  ),
);

const byte = { valid: bool, data: uint(8) };

/** Both directions in one block: `send` is a stream of bytes, `received` shows every byte for one clock. */
export const Uart = generator(({ clocksPerBit }: UartParameters) =>
  module(
    `uart_${clocksPerBit}`,
    {
      in: { send: record(byte), rx: bool },
      out: { send: record({ ready: bool }), tx: bool, received: record({ ...byte, framing_error: bool }) },
    },
    ({ send, rx }) => {
      const { ready, line } = UartTransmitter({ clocksPerBit })('transmitter', send);
      const received = UartReceiver({ clocksPerBit })('receiver', { line: rx });
      return { send: { ready }, tx: line, received };
    },
  ),
);
