import type { Result } from '../../specs/result.ts';

/** What a reader must know before holding our energies against published ones. */
export function scopeCaution(results: readonly Result[]): string {
  const tiers = [...new Set(results.map((result) => result.energy.tier))].sort().join(', ');
  const scopes = [...new Set(results.map((result) => result.energy.scope))].join('; ');
  return `The energies of our designs are tier ${tiers} with this scope: ${scopes}. Core-only energy is not comparable one-to-one with board-level measurements, which also pay for regulators, input and output, memories outside the core and idle parts; nor with the rated peak of a large chip, which no real network reaches. Each row below states its own scope.`;
}
