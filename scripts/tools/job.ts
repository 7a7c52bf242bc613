/** One run of a tool that reads files and writes files; names are those in its own folder. */
export interface Job {
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Files that it must leave behind. */
  readonly outputs: readonly string[];
}

export interface JobDone {
  /** What it printed; of a long text the end. */
  readonly printed: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly cached: boolean;
  /** Processor time of the tool, where its runner knows; of the first job with what loading it took. */
  readonly processorSeconds?: number;
}

export interface JobLimits {
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with lines that the tool prints while it works; not every runner has them. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** Something that does jobs of one tool, one after the other. */
export interface JobRunner {
  /** Name and version. */
  readonly tool: string;
  /** Faults: SYNTH_FAILED, SYNTH_TIMEOUT, SYNTH_CANCELLED. */
  readonly run: (job: Job, limits: JobLimits) => Promise<JobDone>;
  /** Ends what still runs. */
  readonly close: () => Promise<void>;
}

/** Characters of the tool's words that are kept. */
export const keptCharacters = 1 << 16;
