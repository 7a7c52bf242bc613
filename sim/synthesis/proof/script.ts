import type { Verilog } from '../../../hdl-gen/emit/verilog.ts';
import { memoriesInGates } from '../script.ts';

/** Files of the two jobs of a proof. */
export const proofFiles = {
  gold: 'gold.json',
  unmerged: 'unmerged.json',
  miter: 'miter.json',
  swept: 'swept.json',
} as const;

const inGates = (opt: string, file: string): string[] => [
  opt,
  'opt_clean',
  'rename -wire t:$_*DFF*',
  'techmap',
  'opt_clean',
  'delete t:$scopeinfo',
  `write_json ${file}`,
];

/**
 * The text as simple gates, every module on its own (or all in one), with as little done to it as possible: memories as
 * synthesis finds them, registers with the names of their wires. Written twice: registers that are alike as one, as mapping joins
 * them mostly, and each for itself, since mapping may keep another of them.
 */
export function goldScript(verilog: Verilog, flatten: boolean): string {
  return [
    ...verilog.files.map(({ name }) => `read_verilog ${name}`),
    `hierarchy -check -top ${verilog.top}`,
    'proc',
    ...(flatten ? ['flatten'] : []),
    'opt',
    // Products and sums in the form that synthesis gives them: abc finds what is alike in both.
    'alumacc',
    'opt',
    'memory -nomap',
    memoriesInGates,
    'simplemap t:$*dff*',
    'design -save mapped',
    ...inGates('opt', proofFiles.gold),
    'design -load mapped',
    ...inGates('opt_expr', proofFiles.unmerged),
    '',
  ].join('\n');
}

/** abc finds nodes that are equal, proves each with at most `conflicts` steps of search, and joins them: what is proved is then a constant. */
export function sweepScript(conflicts: number): string {
  return [
    `read_json ${proofFiles.miter}`,
    `abc -script +strash;&get,-n;&fraig,-x,-C,${conflicts};&put`,
    'opt_clean',
    `write_json ${proofFiles.swept}`,
    '',
  ].join('\n');
}
