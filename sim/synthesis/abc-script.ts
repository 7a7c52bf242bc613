/**
 * What abc does by itself for a library, but for a limit on how hard it looks for nodes that are alike: without one it does
 * not come back from some multipliers. `sized`: also what it does when it has a constraint file, buffers and sizes. Commas
 * stand for blanks, {D} for the target.
 */
export function abcScript(sized: boolean): string {
  return [
    'strash',
    '&get,-n',
    '&fraig,-x,-C,100',
    '&put',
    'scorr',
    'dc2',
    'dretime',
    ...(sized ? ['retime,-o,{D}'] : []),
    'strash',
    '&get,-n',
    '&dch,-f',
    '&nf,{D}',
    '&put',
    ...(sized ? ['buffer', 'upsize,{D}', 'dnsize,{D}', 'stime,-p'] : []),
  ].join(';');
}
