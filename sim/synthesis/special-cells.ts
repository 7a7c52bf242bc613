/** By name: cells for tests, delays, holding values and filling, which abc would take for logic. Also asap7's half-scaled drives. */
const special = /lpflow|probe|sdf|edf|conb|dlygate|dlymetal|clkdly|macro|diode|decap|fill|tie|_dly|tap|x1p|xp|FAx1/i;

export const isSpecialCell = (name: string): boolean => special.test(name);

/** The Liberty text with `dont_use` in some cells, which both dfflibmap and abc respect. */
export function avoiding(text: string, isAvoided: (cell: string) => boolean): string {
  return text.replace(/\bcell\s*\(\s*"?([^\s")]+)"?\s*\)\s*\{/g, (head, name: string) =>
    isAvoided(name) ? `${head} dont_use : true;` : head,
  );
}
