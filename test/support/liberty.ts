import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'vitest';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import { parseLiberty } from '../../sim/cost/gate/liberty/parse.ts';
import { toolsAreRequired } from './data.ts';

/** A technology of the shared Liberty folder. */
export interface CellTechnology {
  readonly name: string;
  /** Files of standard cells, without `.gz`. */
  readonly files: readonly string[];
  /** Cells that synthesis leaves alone, besides latches, tri-states, clock gates and what the library itself bars. */
  readonly avoid: RegExp;
}

const asap7 = ['AO_RVT_TT_nldm_211120', 'INVBUF_RVT_TT_nldm_220122', 'OA_RVT_TT_nldm_211120'];
const asap7More = ['SIMPLE_RVT_TT_nldm_211120', 'SEQ_RVT_TT_nldm_220123'];

export const cellTechnologies: readonly CellTechnology[] = [
  {
    name: 'sky130hd',
    files: ['sky130hd_tt.lib'],
    avoid: /lpflow|probe|__(sdf|sedf|conb|dlygate|dlymetal|clkdly|macro|diode|decap)/,
  },
  {
    name: 'asap7',
    files: [...asap7, ...asap7More].map((name) => `asap7sc7p5t_${name}.lib`),
    avoid: /x1p|xp|^SDF|^TIE|^FAx1/,
  },
  {
    name: 'ihp-sg13g2',
    files: ['sg13g2_stdcell_typ_1p20V_25C.lib'],
    avoid: /fill|tie|dly|_sdf/,
  },
  { name: 'gt2n', files: ['gt2_6t_w13_svt_tt_0p7v25c.lib'], avoid: /filler|tap|decap|tie/ },
];

export function cellTechnology(name: string): CellTechnology {
  return cellTechnologies.find((technology) => technology.name === name)!;
}

/** Where the shared libraries lie: JOULESMITH_LIBERTY, or `liberty` beside the data folder; null when neither exists. */
export function libertyFolder(): string | null {
  const data = process.env.JOULESMITH_DATA ?? path.resolve(import.meta.dirname, '../../../shared/data');
  const folder = process.env.JOULESMITH_LIBERTY ?? path.join(data, '../liberty');
  return existsSync(folder) ? folder : null;
}

/** All `.lib.gz` of the folder as `technology/file.lib`. */
export function libertyFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.lib.gz'))
    .map((name) => name.replaceAll('\\', '/').replace(/\.gz$/, ''))
    .sort();
}

/** Liberty files are Latin-1 or UTF-8 in comments only; one character per byte keeps offsets true. */
export function libertyText(folder: string, file: string): string {
  return gunzipSync(readFileSync(path.join(folder, `${file}.gz`))).toString('latin1');
}

const read = new Map<string, Library[]>();

/** The libraries of a technology, parsed once per test file. */
export function librariesOf(folder: string, technology: CellTechnology): readonly Library[] {
  const known = read.get(technology.name);
  if (known !== undefined) return known;
  const libraries = technology.files.map((name) => {
    const file = `${technology.name}/${name}`;
    return parseLiberty(libertyText(folder, file), file);
  });
  read.set(technology.name, libraries);
  return libraries;
}

/**
 * A test on the shared Liberty files (paths without `.gz`). Missing files skip it, by name, or fail it when
 * JOULESMITH_REQUIRE_TOOLS=1.
 */
export function needLiberty(
  title: string,
  files: readonly string[],
  body: (folder: string) => void | Promise<void>,
  seconds = 60,
): void {
  const folder = libertyFolder();
  const missing =
    folder === null ? 'the shared Liberty folder' : files.find((file) => !existsSync(path.join(folder, `${file}.gz`)));
  if (folder !== null && missing === undefined) {
    test(title, () => body(folder), seconds * 1000);
    return;
  }
  const reason = `needs ${missing} (set JOULESMITH_LIBERTY to the folder of libraries)`;
  if (toolsAreRequired()) {
    test(title, () => {
      throw new Error(`JOULESMITH_REQUIRE_TOOLS=1: this test ${reason}`);
    });
  } else {
    test.skip(`${title}: skipped, ${reason}`, () => {});
  }
}
