import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/fixed-seed.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Many tests wait for Verilator or Yosys: also two cores are kept busy.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
