import { isDeepStrictEqual } from 'node:util';
import { technologyOfCell } from '../specs/cell-names.ts';
import { check } from '../specs/check.ts';
import { Fault } from '../specs/fault.ts';
import { Result } from '../specs/result.ts';
import { Synthesis } from '../specs/synthesis.ts';
import { readJson } from './files.ts';

/** What another verb wrote with --json about a design. */
export type Evidence =
  | { readonly path: string; readonly kind: 'result'; readonly result: Result }
  | { readonly path: string; readonly kind: 'synthesis'; readonly synthesis: Synthesis };

export interface Supported {
  readonly results: readonly Result[];
  readonly syntheses: ReadonlyMap<Result, Synthesis>;
}

function fault(place: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'EVIDENCE', place, cause, wayOut });
}

/** Errors: `EVIDENCE`, those of reading JSON and of the schema. */
export function readEvidence(paths: readonly string[]): Evidence[] {
  return paths.map((path) => {
    const document = readJson(path);
    const schema = typeof document === 'object' && document !== null && 'schema' in document ? document.schema : null;
    if (schema === 'joulesmith/result/1') return { path, kind: 'result', result: check(Result, document, path) };
    if (schema === 'joulesmith/synthesis/1')
      return { path, kind: 'synthesis', synthesis: check(Synthesis, document, path) };
    throw fault(
      path,
      `its "schema" is ${JSON.stringify(schema)}, neither joulesmith/result/1 nor joulesmith/synthesis/1`,
      'give what `simulate --json` or `synth --json` printed',
    );
  });
}

/** The hardware of a result, and how fast it is run: what another tier changes is not in it. */
const hardwareOf = ({ design, model, cycles, stages }: Result) => ({
  model: model.sha256,
  architecture: design.architecture,
  technology: design.technology,
  clock: design.clockHertz,
  cycles,
  stages: stages.map(({ name, pe, simd, taps }) => ({ name, pe, simd, taps })),
});

const synthesisedAs = ({ of }: Synthesis, { design, model }: Result): boolean =>
  of.modelSha256 === model.sha256 &&
  of.architecture === design.architecture &&
  isDeepStrictEqual(of.parameters, design.parameters);

/** Cells of another technology than the design's: their area and clock would stand beside its joules. Errors: `EVIDENCE`. */
function checkCells(path: string, { target, cellsByType }: Synthesis, { design }: Result): void {
  if (target !== 'liberty') return;
  const technology = design.scaled?.technology ?? design.technology;
  for (const cell of Object.keys(cellsByType)) {
    const other = technologyOfCell(cell);
    if (other === null || other === technology) continue;
    throw fault(
      path,
      `has cells of ${other} (${cell}), and ${design.name} is in ${technology}`,
      'synthesise the design with the libraries of its technology',
    );
  }
}

/** The result of that name and that hardware. Errors: `EVIDENCE`. */
function matching(path: string, name: string, results: readonly Result[], isSame: (result: Result) => boolean): number {
  const at = results.findIndex((result) => result.design.name === name && isSame(result));
  if (at >= 0) return at;
  if (results.some(({ design }) => design.name === name))
    throw fault(path, `is about other hardware than ${name} is now`, 'make it anew from this design');
  const names = results.map(({ design }) => design.name).join(', ');
  throw fault(path, `is about ${name}, and the report is about ${names}`, 'leave it out, or name its design, too');
}

/** Two files that say the same of one design: which of them should count? Errors: `EVIDENCE`. */
function checkOnce(given: Map<string, string>, path: string, what: string): void {
  const first = given.get(what);
  if (first !== undefined)
    throw fault(
      path,
      `gives ${what}, which ${first === path ? 'it' : first} has given already`,
      'leave one of the two out',
    );
  given.set(what, path);
}

/**
 * The results with what the evidence adds: the energy of the highest tier in place of the estimate, and the syntheses. Evidence
 * must be of the same hardware, and of each design there is one of a kind. Errors: `EVIDENCE`.
 */
export function supported(results: readonly Result[], evidence: readonly Evidence[]): Supported {
  const better = [...results];
  const made: (Synthesis | undefined)[] = results.map(() => undefined);
  const given = results.map(() => new Map<string, string>());
  for (const each of evidence) {
    if (each.kind === 'synthesis') {
      const { synthesis, path } = each;
      const at = matching(path, synthesis.design, results, (one) => synthesisedAs(synthesis, one));
      checkCells(path, synthesis, results[at]!);
      checkOnce(given[at]!, path, `a synthesis of ${synthesis.design}`);
      made[at] = synthesis;
    } else {
      const { result, path } = each;
      const hardware = hardwareOf(result);
      const at = matching(path, result.design.name, results, (one) => isDeepStrictEqual(hardwareOf(one), hardware));
      const { energy, tools } = result;
      checkOnce(given[at]!, path, `the energy of ${result.design.name} at tier ${energy.tier}`);
      // The report's own estimate is of the same design, as it is now.
      if (energy.tier === 'T0')
        throw fault(
          path,
          'gives an energy of tier T0, which compare finds itself',
          'give one of tier T1 or T2, or leave it out',
        );
      // T1 < T2 < T3: the tiers' names are in their order.
      if (energy.tier > better[at]!.energy.tier)
        better[at] = { ...better[at]!, energy, tools: { ...better[at]!.tools, ...tools } };
    }
  }
  const pairs = better.flatMap((result, at) => (made[at] === undefined ? [] : [[result, made[at]] as const]));
  return { results: better, syntheses: new Map(pairs) };
}
