import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { libertyForMapping } from '../../sim/cost/gate/liberty/for-mapping.ts';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import { readTechnology } from './libraries.ts';
import { mappingJob } from './mapping-job.ts';
import type { CellTechnology } from './technologies.ts';

/** Mapped netlists are kept here between runs. They carry third-party cell names, so never inside the project. */
const cache = path.join(tmpdir(), 'joulesmith-gate-cache');

export interface MappingRequest {
  readonly folder: string;
  readonly technology: CellTechnology;
  /** The parsed files of the technology, in its order. */
  readonly libraries: readonly Library[];
  /** Verilog of all modules. */
  readonly verilog: string;
  readonly top: string;
}

/** Maps Verilog to a technology with Yosys (WebAssembly), typical corner, and returns the parsed JSON netlist. */
export async function mapToLibrary({ folder, technology, verilog, top }: MappingRequest): Promise<unknown> {
  const { args } = mappingJob(verilog, top, '');
  const key = createHash('sha256')
    .update(JSON.stringify([args, verilog, technology.files]))
    .digest('hex');
  const kept = path.join(cache, `${technology.name}-${key.slice(0, 24)}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));

  const { runYosys } = await import('@yowasp/yosys');
  const job = mappingJob(verilog, top, libertyForMapping(readTechnology(folder, technology)));
  let printed = '';
  const keep = (bytes: Uint8Array | null): void => {
    if (bytes !== null) printed += new TextDecoder().decode(bytes);
  };
  const result = await runYosys([...job.args], { ...job.files }, { stdout: keep, stderr: keep });
  const json = result?.['mapped.json'];
  if (json === undefined) throw new Error(`Yosys wrote no netlist:\n${printed}`);
  const text = typeof json === 'string' ? json : new TextDecoder().decode(json as Uint8Array);
  mkdirSync(cache, { recursive: true });
  // Several runs may write the same netlist at once: the last whole one wins.
  writeFileSync(`${kept}.${process.pid}`, text);
  renameSync(`${kept}.${process.pid}`, kept);
  return JSON.parse(text);
}
