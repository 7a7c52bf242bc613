import type { Baseline } from '../../scripts/report/figure.ts';
import type { ModelOutline } from '../../specs/outline.ts';
import type { Band, Origin, Result, StageResult, Verification } from '../../specs/result.ts';
import type { Synthesis } from '../../specs/synthesis.ts';
import type { WhatIf, WhatIfPoint } from '../../specs/what-if.ts';

/** Layers of a small keyword-spotting network: name, kind, multiply-accumulates, output bytes. */
const layers = [
  ['conv1', 'conv', 320_000, 8000],
  ['dw2', 'depthwise', 72_000, 8000],
  ['pw2', 'conv', 512_000, 8000],
  ['dw3', 'depthwise', 72_000, 8000],
  ['pw3', 'conv', 512_000, 8000],
  ['pool', 'pool', 8_000, 64],
  ['dense', 'conv', 768, 12],
] as const;
const macs = layers.reduce((sum, [, , n]) => sum + n, 0);

const band = (value: number, spread: number): Band => ({ value, low: value / spread, high: value * spread });
const scaled = (b: Band, factor: number): Band => ({
  value: b.value * factor,
  low: b.low * factor,
  high: b.high * factor,
});

const origin = (entry: string, value: number, unit: string, kind: Origin['class']): Origin => ({
  entry,
  value,
  low: value / 1.5,
  high: value * 1.5,
  unit,
  class: kind,
  source: 'hand-made sample for the report tests',
  conditions: '0.70 V, 25 °C, typical',
});

export interface Sample {
  readonly name: string;
  readonly architecture: string;
  readonly multipliers: number;
  /** Ratio of the band's ends to its value. */
  readonly spread?: number;
  /** Joules per multiply-accumulate spent in the multipliers. */
  readonly joulesPerMac?: number;
  readonly verification?: Verification | null;
}

export function verification(latency: number, interval: number, parts: Partial<Verification> = {}): Verification {
  const cycles = { latency, interval };
  return {
    verdict: 'equal',
    levels: {
      reference: { samples: 20, matched: 20, cycles: null, tool: 'joulesmith reference' },
      rtl: { samples: 20, matched: 20, cycles, tool: 'joulesmith rtl 0.1.0' },
      verilator: { samples: 3, matched: 3, cycles, tool: 'Verilator 5.006' },
      icarus: { samples: 1, matched: 1, cycles, tool: 'Icarus Verilog 11.0' },
    },
    firstMismatch: null,
    inputs: "the manifest's samples",
    notes: [],
    ...parts,
  };
}

/** The layers above as a chain. */
function sampleOutline(): ModelOutline {
  return {
    inputs: [{ tensor: 0, name: 'input', shape: [1, 49, 10, 1] }],
    outputs: [{ tensor: layers.length, name: 'scores', shape: [1, 12] }],
    layers: layers.map(([name, kind, work, bytes], index) => {
      return { name, kind, detail: '', inputs: [index], output: index + 1, shape: [1, bytes], macs: work };
    }),
  };
}

function sampleTimeline(stages: readonly StageResult[], latency: number, interval: number): Result['timeline'] {
  const window = (clocks: number, inferences: readonly number[]) => ({
    clocks,
    stages: stages.map(({ name, cycles }, index) => ({
      stage: name,
      enters: 20 * index,
      leaves: 20 * index + cycles + 10,
      spans: inferences.flatMap((inference) => {
        const from = 20 * index + 5 + inference * interval;
        const waits = { inference, from: from - 4, to: from, working: 0, blocked: 4 };
        return [waits, { inference, from, to: Math.min(clocks, from + cycles), working: cycles - 1, blocked: 1 }];
      }),
    })),
  });
  return { first: window(latency, [0]), steady: window(2 * interval, [0, 1]) };
}

/** Two technologies at two supplies each; gt2n at 0.42 V is too slow. */
function sampleWhatIf(joules: number, interval: number): WhatIf {
  const point = (technology: string, volts: number, factor: number, hertz: number | null): WhatIfPoint => ({
    technology,
    volts,
    scaled: volts !== 0.7,
    laws: volts === 0.7 ? '' : 'the square of the voltage',
    energyFactor: band(factor, volts === 0.7 ? 1 : 1.2),
    delayFactor: band(1, 1),
    elementHertz: hertz === null ? null : band(hertz, 1.1),
    tooFast: hertz !== null && hertz < 80e6,
    joulesPerInference: {
      design: band(joules * factor, 2),
      uniform: band(1.2 * joules * factor, 2),
      sparse90: band(0.9 * joules * factor, 2),
    },
    entries: ['mac.int8.relu'],
  });
  return {
    tier: 'T0',
    clockHertz: 100e6,
    interval,
    profiles: ['design', 'uniform', 'sparse90'],
    points: [
      point('asap7', 0.42, 0.4, 450e6),
      point('asap7', 0.7, 1, 900e6),
      point('gt2n', 0.42, 0.3, 70e6),
      point('gt2n', 0.7, 0.8, null),
    ],
    scope: 'hand-made sample for the report tests',
  };
}

/** A hand-made synthesis of a design: a path of five gates in 1 ns. */
export function sampleSynthesis(result: Result, parts: Partial<Synthesis> = {}): Synthesis {
  const step = (net: string, named: boolean, delay: number, arrival: number) =>
    ({
      net,
      named,
      cell: 'NAND2',
      edge: 'rise',
      delaySeconds: delay * 1e-12,
      arrivalSeconds: arrival * 1e-12,
    }) as const;
  const { architecture, parameters, clockHertz } = result.design;
  return {
    schema: 'joulesmith/synthesis/1',
    design: result.design.name,
    of: { modelSha256: result.model.sha256, architecture, parameters, clockHertz },
    arithmetic: { from: 'target', layers: {}, measured: null },
    top: 'kws',
    target: 'liberty',
    device: null,
    libraries: [{ file: 'cells/sample.lib.gz', sha256: 'ef'.repeat(32) }],
    tool: 'Yosys 0.55',
    placer: null,
    cells: 4321,
    cellsByType: { NAND2: 4000, DFF: 321 },
    lut: 0,
    ff: 321,
    latch: 0,
    carry: 0,
    wideMux: 0,
    lutRam: 0,
    bram: 0,
    bramUnit: '',
    dsp: 0,
    memoryBits: 2048,
    memoryMacros: 0,
    areaSquareMicrons: 5678,
    fmaxHz: 1e9,
    timing: {
      minimumPeriodSeconds: 1e-9,
      scope: 'static timing of the mapped cells',
      criticalPath: {
        from: 'conv1.weight_q[3]',
        to: 'conv1.lane_0.sum[20]',
        setupSeconds: 50e-12,
        periodSeconds: 1e-9,
        steps: [
          step('conv1.weight_q[3]', true, 100, 100),
          step('$abc$1', false, 150, 250),
          step('$abc$2', false, 200, 450),
          step('conv1.lane_0.product[7]', true, 250, 700),
          step('$abc$3', false, 250, 950),
        ],
      },
    },
    modules: {},
    notes: [],
    cached: false,
    ...parts,
  };
}

/** A hand-made Result whose sums agree with its parts: a fixture for the report, never a claim about hardware. */
export function sampleResult(sample: Sample): Result {
  const spread = sample.spread ?? 1.6;
  const stages: StageResult[] = layers.map(([name, kind, work]) => {
    const share = Math.max(1, Math.round((sample.multipliers * work) / macs));
    const pe = Math.max(1, 2 ** Math.floor(Math.log2(Math.sqrt(share))));
    const simd = Math.max(1, Math.floor(share / pe));
    const cycles = Math.ceil(work / (pe * simd)) + 25;
    const utilisation = work / (pe * simd * cycles);
    const skipped = { macs: 0, channels: 0 };
    const folding = { pe, simd, taps: 1, inputWidth: 1, outputWidth: 1, multipliers: pe * simd };
    return { name, kind, layers: [name], ...folding, macs: work, skipped, cycles, utilisation };
  });
  const multipliers = stages.reduce((sum, stage) => sum + stage.multipliers, 0);
  const interval = Math.max(...stages.map((stage) => stage.cycles));
  const latency = Math.round(interval * 1.6) + 120;
  const clockHertz = 100e6;
  const byLayerAndComponent: Record<string, Record<string, number>> = {};
  layers.forEach(([name, , work, bytes], index) => {
    byLayerAndComponent[name] = {
      mac: work * (sample.joulesPerMac ?? 0.11e-12),
      requantize: bytes * 0.4e-12,
      'weight-memory': (work * 0.3e-12) / stages[index]!.simd ** 0.2,
      'activation-memory': bytes * 2.1e-12,
      registers: work * 0.04e-12,
      clock: (interval * multipliers * 0.1e-12) / layers.length,
      leakage: (interval / clockHertz) * multipliers * 0.3e-6,
    };
  });
  const byLayer: Record<string, Band> = {};
  const components: Record<string, number> = {};
  let total = 0;
  for (const [layer, parts] of Object.entries(byLayerAndComponent)) {
    let sum = 0;
    for (const [component, joules] of Object.entries(parts)) {
      components[component] = (components[component] ?? 0) + joules;
      sum += joules;
    }
    byLayer[layer] = band(sum, spread);
    total += sum;
  }
  const joules = band(total, spread);
  const area = {
    mac: multipliers * 180,
    'weight-memory': 21_000,
    'activation-memory': 9_000,
    registers: multipliers * 30,
  };
  const squareMicrons = Object.values(area).reduce((sum, part) => sum + part, 0);
  return {
    schema: 'joulesmith/result/1',
    design: {
      name: sample.name,
      architecture: sample.architecture,
      parameters: { multipliers: sample.multipliers },
      clockHertz,
      technology: 'asap7',
    },
    model: {
      name: 'kws',
      sha256: 'ab'.repeat(32),
      macs,
      parameters: 22_604,
      layers: layers.length,
      accuracy: 0.916,
      graph: sampleOutline(),
    },
    stages,
    plan: {
      bottleneck: stages.filter(({ cycles }) => cycles === interval).map(({ name }) => name),
      idleMultipliers: multipliers - macs / interval,
      unspentMultipliers: 0,
      next: { multipliers: multipliers + 3, interval: interval - 1000, layer: 'dw2', widened: ['dw2', 'pw3'] },
    },
    multipliers,
    skipped: { macs: 0, channels: 0 },
    cycles: { latency, interval },
    timeline: sampleTimeline(stages, latency, interval),
    throughput: { inferencesPerSecond: clockHertz / interval, macsPerCycle: macs / interval },
    latencySeconds: latency / clockHertz,
    utilisation: macs / (multipliers * interval),
    hardware: {
      registerBits: multipliers * 48,
      weightMemoryBits: 22_604 * 8,
      activationMemoryBits: 65_536,
      requantizers: layers.length,
    },
    energy: {
      tier: 'T0',
      joulesPerInference: joules,
      joulesPerOp: scaled(joules, 1 / (2 * macs)),
      breakdown: {
        byComponent: Object.fromEntries(Object.entries(components).map(([name, value]) => [name, band(value, spread)])),
        byLayer,
        byLayerAndComponent,
      },
      scope: 'core only: no pads, no regulator, no off-chip memory',
      origins: [origin('mac.int8.relu', 0.11e-12, 'J', 'library'), origin('leakage.gate', 0.3e-6, 'W', 'assumed')],
    },
    area: {
      tier: 'T0',
      squareMicrons: band(squareMicrons, 1.4),
      byComponent: Object.fromEntries(Object.entries(area).map(([name, value]) => [name, band(value, 1.4)])),
      byLayerAndComponent: Object.fromEntries(
        stages.map(({ name, multipliers: own }) => {
          const parts = Object.entries(area).map(([part, value]) => [part, (value * own) / multipliers] as const);
          return [name, Object.fromEntries(parts)];
        }),
      ),
      origins: [origin('area.mac.int8', 180, 'µm²', 'library')],
    },
    whatIf: sampleWhatIf(total, interval),
    verification: sample.verification === undefined ? verification(latency, interval) : sample.verification,
    tools: { joulesmith: '0.1.0', verilator: 'Verilator 5.006' },
  };
}

/** Four designs of one network: three verified (two of them with bands that overlap), one without a proof. */
export function sampleResults(): Result[] {
  return [
    sampleResult({ name: 'kws-stream-16', architecture: 'stream', multipliers: 16 }),
    sampleResult({ name: 'kws-stream-64', architecture: 'stream', multipliers: 64, spread: 1.15 }),
    sampleResult({
      name: 'kws-stream-256',
      architecture: 'stream',
      multipliers: 256,
      spread: 1.15,
      joulesPerMac: 0.32e-12,
    }),
    sampleResult({
      name: 'kws-hardwired',
      architecture: 'hardwired',
      multipliers: 900,
      joulesPerMac: 0.04e-12,
      verification: null,
    }),
  ];
}

export function sampleBaselines(): Baseline[] {
  const board = {
    scope: 'board level: the supply of the device under test',
    class: 'measured',
    source: 'hand-made sample for the report tests',
    conditions: 'energy mode',
  } as const;
  const peak = { ...board, scope: 'peak, dense, TDP: rated power divided by rated rate', class: 'literature' } as const;
  return [
    { name: 'GAP9', task: 'kws', joulesPerInference: 18.6e-6, latencySeconds: 0.475e-3, ...board },
    { name: 'NDP9120', task: 'kws', joulesPerInference: 31.5e-6, latencySeconds: 1.8e-3, ...board },
    { name: 'STM32U385', task: 'ad', joulesPerInference: 31.8e-6, ...board },
    { name: 'H100', task: 'peak int8', joulesPerOp: 0.354e-12, ...peak },
  ];
}
