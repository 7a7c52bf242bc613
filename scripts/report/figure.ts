import type { OriginClass, Result } from '../../specs/result.ts';
import type { FigureTable } from './figure-table.ts';

/** A published number to stand beside ours. */
export interface Baseline {
  readonly name: string;
  /** What was computed: `kws`, `ad`, or the workload of a peak rate. */
  readonly task: string;
  readonly joulesPerInference?: number;
  readonly latencySeconds?: number;
  /** 1 MAC = 2 ops. */
  readonly joulesPerOp?: number;
  /** Ends of the energy's band, in its unit. */
  readonly band?: { readonly low: number; readonly high: number };
  /** What the number includes: board, chip, core. */
  readonly scope: string;
  readonly class: OriginClass;
  readonly source: string;
  readonly conditions: string;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A Chart.js configuration without functions: the PNG renderer and the page read the same object. */
export interface FigureConfig {
  readonly type: 'bar' | 'scatter';
  readonly data: { readonly [key: string]: Json };
  readonly options: { readonly [key: string]: Json };
}

export interface Figure {
  /** File name of the PNG and anchor in the page. */
  readonly id: string;
  readonly title: string;
  /** One sentence with the finding, computed from the data. */
  readonly alt: string;
  readonly config: FigureConfig;
  /** Logical pixels; the PNG has twice as many each way. */
  readonly width: number;
  readonly height: number;
}

/** A figure of a report, beside which its numbers stand. */
export interface ReportFigure extends Figure {
  /** To read aloud and to copy. */
  readonly table: FigureTable;
}

/** Every file in figures/ exports one of these. */
export type FigureBuilder = (results: readonly Result[], baselines: readonly Baseline[]) => ReportFigure;
