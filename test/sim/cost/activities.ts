import fc from 'fast-check';
import type { LayerActivity, MemoryActivity } from '../../../sim/cost/activity.ts';

/** A depthwise-like stage with every kind of memory. */
export const sample = (layer = 'conv2d_0'): LayerActivity => ({
  layer,
  dataProfile: 'relu',
  multipliers: 16,
  macs: 12_000,
  adders: 1,
  additions: 250,
  requantizers: 2,
  requantizations: 800,
  registerBits: 900,
  macRegisterBits: 500,
  activeClocks: 900,
  memories: [
    { name: 'weights', role: 'weights', kind: 'rom', words: 72, wordBits: 128, reads: 900, writes: 0 },
    { name: 'line_buffer', role: 'activations', kind: 'ram', words: 5000, wordBits: 96, reads: 700, writes: 125 },
    { name: 'fifo', role: 'activations', kind: 'ram', words: 8, wordBits: 8, reads: 125, writes: 125 },
  ],
});

/** The same hardware without work. */
export const idle = (activity: LayerActivity): LayerActivity => ({
  ...activity,
  macs: 0,
  additions: 0,
  requantizations: 0,
  activeClocks: 0,
  memories: activity.memories.map((memory) => ({ ...memory, reads: 0, writes: 0, moves: 0 })),
  ...(activity.gated === undefined ? {} : { gated: { ...activity.gated, bitClocks: 0, lanes: null } }),
});

/** Clocks per inference in the properties. */
export const interval = 1000;

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const arbitraryMemory: fc.Arbitrary<MemoryActivity> = fc
  .record({
    name: fc.constant('memory'),
    role: fc.constantFrom('weights', 'activations'),
    kind: fc.constantFrom('rom', 'ram'),
    words: fc.integer({ min: 1, max: 20_000 }),
    wordBits: fc.integer({ min: 1, max: 600 }),
    reads: upTo(interval),
    writes: upTo(interval),
  })
  .map((memory) => (memory.kind === 'rom' ? { ...memory, writes: 0 } : memory)) as fc.Arbitrary<MemoryActivity>;

export const arbitraryActivity: fc.Arbitrary<Omit<LayerActivity, 'layer'>> = fc
  .record({
    dataProfile: fc.constantFrom('uniform', 'relu', 'weightStationary', 'sparse90') as fc.Arbitrary<
      LayerActivity['dataProfile']
    >,
    multipliers: upTo(256),
    adders: upTo(4),
    requantizers: upTo(4),
    registerBits: upTo(20_000),
    activeClocks: upTo(interval),
    memories: fc.array(arbitraryMemory, { maxLength: 4 }),
    share: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ share: [a, b], ...hardware }) => ({
    ...hardware,
    macs: Math.floor(a * hardware.multipliers * interval),
    additions: Math.floor(b * hardware.adders * interval),
    requantizations: Math.floor(a * hardware.requantizers * interval),
    macRegisterBits: Math.floor(b * hardware.registerBits),
  }));

export const arbitraryActivities: fc.Arbitrary<LayerActivity[]> = fc
  .array(arbitraryActivity, { minLength: 1, maxLength: 6 })
  .map((layers) => layers.map((layer, i) => ({ layer: `layer_${i}`, ...layer })));
