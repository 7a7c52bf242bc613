/** What a process says when it ends; docs and scripts of others rely on these numbers. */
export const exitCodes = {
  /** Done, and everything compared was equal. */
  equal: 0,
  /** Done, and something differs. */
  different: 1,
  /** The request is wrong. */
  request: 2,
  /** A needed tool is missing or failed. */
  tool: 3,
  /** A defect of joulesmith itself. */
  internal: 70,
} as const;
