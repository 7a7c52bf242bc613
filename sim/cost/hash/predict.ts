import type { Band, Origin, Tier } from '../../../specs/result.ts';
import type { Technology } from '../../../specs/technology.ts';
import type { Hertz } from '../../../specs/units.ts';
import { plus, scaledBy, times } from '../band.ts';
import { coefficientsOf } from '../coefficients.ts';
import type { MeasuredCore } from './activity.ts';

/** What one double SHA-256 costs in a technology. Other tiers give the same. */
export interface HashPrediction {
  readonly core: string;
  readonly technology: string;
  readonly volts: number;
  readonly tier: Tier;
  readonly joulesPerHash: Band;
  readonly breakdown: Readonly<Record<string, Band>>;
  /** Of the whole core. */
  readonly squareMicrons: Band;
  /** Silicon that computes one hash per clock: the core's area times its clocks per hash. */
  readonly squareMicronsPerHashPerClock: Band;
  readonly scope: string;
  readonly origins: readonly Origin[];
}

/** Entries of operators were taken with random operands: half of all bits toggle. */
const characterised = 0.5;
const addBits = 32;

/**
 * Energy and area of a core from its operators and their toggles. Logic glitches more than one operator between registers
 * does: `glitches.chain` stands for that. Leakage is paid for the clocks of a hash at `clock`.
 * Errors: `TECH_ENTRY_MISSING`, `TECH_ENTRY_UNIT`.
 */
export function predictHash(core: MeasuredCore, technology: Technology, clock: Hertz): HashPrediction {
  const k = coefficientsOf(technology);
  const { bits, toggles, hashes, clocks } = core;
  const perHash = 1 / hashes;
  const spent = (count: number, entry: string) => times(k.take(entry, 'J/bit'), (count * perHash) / characterised);

  const adders = times(k.take('add32.energy', 'J/op'), (toggles.adder * perHash) / (addBits * characterised));
  const gates = plus(
    spent(toggles.xor, 'xor2.energy'),
    spent(toggles.and, 'and2.energy'),
    spent(toggles.mux, 'mux2.energy'),
  );
  const chained = scaledBy(plus(adders, gates), k.take('glitches.chain', 'ratio'));
  const registers = times(k.take('register.data', 'J/(bit*cycle)'), (toggles.register * perHash) / characterised);
  const clocking = times(k.take('register.clock', 'J/(bit*cycle)'), bits.register * clocks * perHash);
  const logic = plus(adders, gates, chained, registers, clocking);
  const squareMicrons = plus(
    times(k.take('add32.area', 'um2/block'), bits.adder / addBits),
    times(k.take('xor2.area', 'um2/bit'), bits.xor),
    times(k.take('and2.area', 'um2/bit'), bits.and),
    times(k.take('mux2.area', 'um2/bit'), bits.mux),
    times(k.take('register.area', 'um2/bit'), bits.register),
  );
  const leakage = times(k.take('leakage.logic', 'W/um2'), (squareMicrons.value * clocks * perHash) / clock);
  const breakdown = {
    adders,
    gates,
    glitches: chained,
    registers,
    clock: plus(clocking, scaledBy(logic, k.take('clock.tree', 'ratio'))),
    wires: scaledBy(plus(adders, gates, chained, registers), k.take('wires.logic', 'ratio')),
    leakage,
  };
  return {
    core: core.name,
    technology: technology.name,
    volts: technology.volts,
    tier: 'T0',
    joulesPerHash: plus(...Object.values(breakdown)),
    breakdown,
    squareMicrons,
    squareMicronsPerHashPerClock: times(squareMicrons, clocks * perHash),
    scope: `core only, ${technology.node}, ${technology.volts} V, ${technology.corner}: toggles of real headers x operator energies; allowances for glitches, wires and clock tree included; no pads, regulators or host`,
    origins: k.origins(),
  };
}
