import { Fault } from '../../specs/fault.ts';

export function jobTimeout(tool: string, seconds: number): Fault {
  return new Fault({
    code: 'SYNTH_TIMEOUT',
    kind: 'tool',
    place: tool,
    cause: `did not finish within ${seconds} s`,
    wayOut: 'give it more with --limit SECONDS, keep the modules apart with --hierarchy, or take a smaller design',
  });
}

export function jobCancelled(tool: string): Fault {
  return new Fault({
    code: 'SYNTH_CANCELLED',
    kind: 'tool',
    place: tool,
    cause: 'was stopped before it finished',
    wayOut: 'run the command again',
  });
}

/** The line of the tool's words that says what is wrong. */
export function complaintIn(printed: string): string {
  const lines = printed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    lines.findLast((line) => /^ERROR/i.test(line)) ??
    lines.findLast((line) => /error/i.test(line)) ??
    lines.at(-1) ??
    'it said nothing'
  ).slice(0, 300);
}

export function jobFailed(tool: string, code: number | string, printed: string): Fault {
  return new Fault({
    code: 'SYNTH_FAILED',
    kind: 'tool',
    place: tool,
    cause: `ended with ${code} and said: ${complaintIn(printed)}`,
    wayOut:
      'check the tool with joulesmith doctor, or write the Verilog with joulesmith generate DESIGN -o FOLDER and try the tool on it by hand',
  });
}

export function outputMissing(tool: string, name: string): Fault {
  return new Fault({
    code: 'SYNTH_FAILED',
    kind: 'tool',
    place: tool,
    cause: `ended well but did not write ${name}`,
    wayOut: 'check its installation with joulesmith doctor',
  });
}
