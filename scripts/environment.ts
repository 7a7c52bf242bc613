/** Variables of the environment by name, handed down by whoever starts a command; a test hands down its own. */
export type Environment = Readonly<Record<string, string | undefined>>;
