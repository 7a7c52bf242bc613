import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Library, LibraryCell } from '../../sim/cost/gate/liberty/library.ts';
import { libertyText } from './libraries.ts';
import type { CellTechnology } from './technologies.ts';

/** Mapped netlists are kept here between runs. They carry third-party cell names, so never inside the project. */
const cache = path.join(tmpdir(), 'joulesmith-gate-cache');

function isAvoided(cell: LibraryCell, avoid: RegExp): boolean {
  const holds = cell.state !== null && cell.state.kind !== 'flop';
  return cell.dontUse || holds || cell.pins.some((pin) => pin.threeState) || avoid.test(cell.name);
}

export interface MappingRequest {
  readonly folder: string;
  readonly technology: CellTechnology;
  /** The parsed files of the technology, in its order. */
  readonly libraries: readonly Library[];
  /** Verilog of all modules. */
  readonly verilog: string;
  readonly top: string;
}

/**
 * Maps Verilog to a technology with Yosys (WebAssembly), flattened, typical corner, 2 ns target, no limits on inputs and
 * outputs, and returns the parsed JSON netlist.
 */
export async function mapToLibrary(request: MappingRequest): Promise<unknown> {
  const { folder, technology, libraries, verilog, top } = request;
  const avoided = libraries
    .flatMap((library) => [...library.cells.values()])
    .filter((cell) => isAvoided(cell, technology.avoid))
    .map((cell) => `-dont_use ${cell.name}`)
    .join(' ');
  const files = technology.files.map((_, at) => `-liberty ${at}.lib`);
  const sequential = libraries.findIndex((library) =>
    [...library.cells.values()].some((cell) => cell.state?.kind === 'flop'),
  );
  const script = [
    'read_verilog -sv design.v',
    `synth -top ${top} -flatten`,
    'rename -wire t:$_*DFF*',
    `dfflibmap ${files[sequential]} ${avoided}`,
    `abc ${files.join(' ')} ${avoided} -D 2000 -constr empty.constr`,
    'setundef -zero',
    'splitnets',
    'clean -purge',
    // What is left to remember instances that were flattened.
    'delete t:$scopeinfo',
    'write_json mapped.json',
  ].join('; ');
  const key = createHash('sha256')
    .update(JSON.stringify([script, verilog, technology.files]))
    .digest('hex');
  const kept = path.join(cache, `${technology.name}-${key.slice(0, 24)}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));

  const { runYosys } = await import('@yowasp/yosys');
  const tree: Record<string, string | Uint8Array> = { 'design.v': verilog, 'empty.constr': '' };
  technology.files.forEach((name, at) => {
    tree[`${at}.lib`] = new TextEncoder().encode(libertyText(folder, `${technology.name}/${name}`));
  });
  let printed = '';
  const keep = (bytes: Uint8Array | null): void => {
    if (bytes !== null) printed += new TextDecoder().decode(bytes);
  };
  const result = await runYosys(['-q', '-p', script], tree, { stdout: keep, stderr: keep });
  const json = result?.['mapped.json'];
  if (json === undefined) throw new Error(`Yosys wrote no netlist:\n${printed}`);
  const text = typeof json === 'string' ? json : new TextDecoder().decode(json as Uint8Array);
  mkdirSync(cache, { recursive: true });
  // Several runs may write the same netlist at once: the last whole one wins.
  writeFileSync(`${kept}.${process.pid}`, text);
  renameSync(`${kept}.${process.pid}`, kept);
  return JSON.parse(text);
}
