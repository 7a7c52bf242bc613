/** What went wrong decides the exit code: a wrong request is 2, a missing tool is 3, anything else a defect of ours. */
export type FaultKind = 'request' | 'tool' | 'internal';

export interface FaultParts {
  /** Stable, short, upper case: `TFLITE_TRUNCATED`. Documented in docs/errors.md. */
  readonly code: string;
  /** Where: a file, a JSON pointer, a layer, a hierarchical path or file:line:column. */
  readonly place: string;
  /** What is wrong, with the offending value. */
  readonly cause: string;
  /** What the person can do about it. */
  readonly wayOut: string;
  readonly kind?: FaultKind;
}

/** The one error type of the project. Its message is one sentence for people; the parts stay readable for programs. */
export class Fault extends Error {
  readonly code: string;
  readonly place: string;
  readonly reason: string;
  readonly wayOut: string;
  readonly kind: FaultKind;

  constructor(parts: FaultParts) {
    super(`${parts.place}: ${parts.cause}; ${parts.wayOut} [${parts.code}]`);
    this.name = 'Fault';
    this.code = parts.code;
    this.place = parts.place;
    this.reason = parts.cause;
    this.wayOut = parts.wayOut;
    this.kind = parts.kind ?? 'request';
  }
}
