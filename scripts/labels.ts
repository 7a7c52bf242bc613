/** What is right for each sample. */
export interface Labels {
  /** Class numbers, or real values where the network estimates something. */
  readonly values: Float64Array;
  /** They are real values, not numbers of classes. */
  readonly real: boolean;
  /** Names of the classes in output order; empty when nobody says. */
  readonly classes: readonly string[];
  /** Where they come from, in words. */
  readonly origin: string;
}
