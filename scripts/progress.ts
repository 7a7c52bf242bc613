import type { Terminal } from './terminal.ts';

export interface Progress {
  /** `done` of `total` steps, and what is being done now. */
  step(done: number, total: number, what: string): void;
  /** Wipes the bar, so that what is printed next starts on a clean line. */
  end(): void;
}

const cells = 24;

/** One line that redraws itself on a watched terminal, silence anywhere else. */
export function progress(terminal: Terminal): Progress {
  if (!terminal.watched) return { step: () => {}, end: () => {} };
  let drawn = false;
  return {
    step(done, total, what) {
      const full = total > 0 ? Math.round((cells * done) / total) : 0;
      terminal.err(`\r\u001b[K[${'#'.repeat(full)}${'.'.repeat(cells - full)}] ${done}/${total} ${what}`);
      drawn = true;
    },
    end() {
      if (drawn) terminal.err('\r\u001b[K');
      drawn = false;
    },
  };
}
