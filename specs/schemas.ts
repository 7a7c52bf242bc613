import type { TSchema } from 'typebox';
import { MiningBaselines, PeakBaselines, TinyBaselines } from './baseline.ts';
import { DesignRequest } from './design.ts';
import { LutFit } from './luts.ts';
import { ModelCard } from './model.ts';
import { OutsideTerms } from './outside.ts';
import { EnergyResult, Result, Verification } from './result.ts';
import { ScalingEquations, ScalingLibraries, SramLeakage, SupplyLaws } from './scaling.ts';
import { Synthesis } from './synthesis.ts';
import { Technology } from './technology.ts';
import { ToggleEnergies } from './toggle-energy.ts';

/** Every document that enters or leaves the project, by the name of its schema file. */
export const schemas: Readonly<Record<string, TSchema>> = {
  design: DesignRequest,
  technology: Technology,
  'model-card': ModelCard,
  'baselines-mlperf-tiny': TinyBaselines,
  'baselines-accelerator-peak': PeakBaselines,
  'baselines-mining-chips': MiningBaselines,
  'scaling-equations': ScalingEquations,
  'scaling-libraries': ScalingLibraries,
  'scaling-supply': SupplyLaws,
  'sram-leakage': SramLeakage,
  outside: OutsideTerms,
  energy: EnergyResult,
  verification: Verification,
  result: Result,
  synthesis: Synthesis,
  luts: LutFit,
  'toggle-energies': ToggleEnergies,
};

/** Text of `specs/schema/NAME.schema.json`: JSON Schema draft 7, for editors and other programs. */
export const schemaText = (name: string, schema: TSchema): string =>
  `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', title: `joulesmith ${name}`, ...schema }, null, 2)}\n`;
