import type { Library, LibraryCell } from '../../sim/cost/gate/liberty/library.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import type { LibertyFile } from './liberty-files.ts';

/** Cells for tests, delays, holding values and filling: abc would take them for logic. Also asap7's half-scaled drives. */
const special = /lpflow|probe|sdf|edf|conb|dlygate|dlymetal|clkdly|macro|diode|decap|fill|tie|_dly|tap|x1p|xp|FAx1/i;

function isAvoided(cell: LibraryCell): boolean {
  const holds = cell.state !== null && cell.state.kind !== 'flop';
  const isOther = holds || cell.memory !== null || cell.pins.some((pin) => pin.threeState);
  return cell.dontUse || isOther || special.test(cell.name);
}

/** The text with `dont_use` in the cells to avoid, which both dfflibmap and abc respect. */
function marked(text: string, library: Library): string {
  return text.replace(/\bcell\s*\(\s*"?([^\s")]+)"?\s*\)\s*\{/g, (head, name: string) => {
    const cell = library.cells.get(name);
    return cell !== undefined && isAvoided(cell) ? `${head} dont_use : true;` : head;
  });
}

/** State machines keep their code and registers their names: a replay begins in a recorded state. */
function scriptFor(libraries: readonly LibertyFile[]): string {
  const files = libraries.map((_, at) => `-liberty ${at}.lib`);
  const sequential = libraries.findIndex(({ library }) =>
    [...library.cells.values()].some((cell) => cell.state?.kind === 'flop' && !isAvoided(cell)),
  );
  return [
    'read_verilog -sv module.v',
    'synth -nofsm -noshare',
    'rename -wire t:$_*DFF*',
    `dfflibmap ${files[sequential] ?? files[0]}`,
    `abc ${files.join(' ')} -D 2000 -constr empty.constr`,
    'setundef -zero',
    'splitnets',
    'clean -purge',
    'write_json mapped.json',
  ].join('; ');
}

/** Maps one module without instances and returns Yosys's parsed JSON netlist. Errors: those of the runner. */
export async function mapModule(
  yosys: JobRunner,
  verilog: string,
  libraries: readonly LibertyFile[],
  limits: JobLimits,
): Promise<unknown> {
  const files: Record<string, string> = { 'module.v': verilog, 'empty.constr': '' };
  libraries.forEach(({ text, library }, at) => {
    files[`${at}.lib`] = marked(text, library);
  });
  const job = { args: ['-q', '-p', scriptFor(libraries)], files, outputs: ['mapped.json'] };
  const done = await yosys.run(job, limits);
  return JSON.parse(new TextDecoder().decode(done.files['mapped.json']!));
}
