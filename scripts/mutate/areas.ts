import { bitFaults } from './bit-faults.ts';
import { elaboratorFaults } from './elaborator-faults.ts';
import type { PlantedFault } from './fault.ts';
import { limbFaults } from './limb-faults.ts';
import { memoryFaults } from './memory-faults.ts';
import { modelFaults } from './model-faults.ts';
import { printerFaults } from './printer-faults.ts';
import { readingFaults } from './reading-faults.ts';
import { simulatorFaults } from './simulator-faults.ts';
import { toggleFaults } from './toggle-faults.ts';
import { unknownFaults } from './unknown-faults.ts';

/** Faults of one part of the project, and the tests that stand for it. */
export interface Area {
  readonly name: string;
  readonly faults: readonly PlantedFault[];
  /** Tests that run when the random designs have not caught the fault. */
  readonly further: readonly string[];
  /** Whether random designs run through it at all. Default true. */
  readonly inRandomDesigns?: boolean;
}

export const areas: readonly Area[] = [
  {
    name: 'printer',
    faults: printerFaults,
    further: ['test/fuzz/cases.test.ts', 'test/hdl-gen/emit/operations.test.ts', 'test/hdl-gen/emit/memories.test.ts'],
  },
  {
    name: 'elaborator',
    faults: elaboratorFaults,
    further: ['test/fuzz/cases.test.ts', 'test/hdl-gen/ir', 'test/sim/rtl/evaluate.test.ts'],
  },
  {
    name: 'simulator',
    faults: simulatorFaults,
    further: ['test/sim/rtl/operations.test.ts', 'test/sim/rtl/compiled.test.ts'],
  },
  {
    name: 'limbs',
    faults: limbFaults,
    further: ['test/sim/rtl/limbs', 'test/sim/rtl/batch.test.ts'],
  },
  {
    name: 'unknown bits',
    faults: unknownFaults,
    further: ['mask', 'findings', 'completions'].map((name) => `test/sim/rtl/unknown/${name}.test.ts`),
    inRandomDesigns: false,
  },
  {
    name: 'models',
    faults: modelFaults,
    further: ['factors', 'joins', 'lookup', 'import/tflite-operators', 'import/networks'].map(
      (name) => `test/models/${name}.test.ts`,
    ),
    inRandomDesigns: false,
  },
  {
    name: 'toggles',
    faults: toggleFaults,
    further: [
      'test/sim/rtl/toggles.test.ts',
      'test/sim/rtl/groups.test.ts',
      'test/sim/rtl/batch.test.ts',
      'test/sim/rtl/checkpoint.test.ts',
    ],
  },
  {
    name: 'toggles of bits',
    faults: bitFaults,
    further: ['test/sim/cost/toggle'],
    inRandomDesigns: false,
  },
  {
    name: 'values by name',
    faults: readingFaults,
    further: ['evaluate-narrow', 'nets', 'batch'].map((name) => `test/sim/rtl/${name}.test.ts`),
    inRandomDesigns: false,
  },
  {
    name: 'memories of flip-flops',
    faults: memoryFaults,
    further: ['test/hdl-gen/ir/memories-as-flip-flops.test.ts'],
    inRandomDesigns: false,
  },
];
