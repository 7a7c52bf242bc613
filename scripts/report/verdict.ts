import type { Result } from '../../specs/result.ts';
import { cyclesBadge } from './badge.ts';
import { labelled } from './designs.ts';
import { bandQuantity, count, counted } from './format.ts';
import { pairOf, pairSentence } from './pairs.ts';
import { isVerified, overlap, peers, rankGroups, ranks } from './ranking.ts';

/** What the proof of one design says, in a word and a sentence. */
export interface Verdict {
  readonly state: 'verified' | 'unverified' | 'different';
  readonly sentence: string;
}

export function verdict(result: Result): Verdict {
  const proof = result.verification;
  if (proof === null)
    return { state: 'unverified', sentence: 'Not verified: no rung of the ladder has run, so it has no rank.' };
  const rungs = Object.entries(proof.levels).map(([name, rung]) => `${rung.matched}/${rung.samples} ${name}`);
  const seen = rungs.length === 0 ? 'no rung' : rungs.join(', ');
  if (proof.verdict === 'different' || Object.values(proof.levels).some((rung) => rung.matched !== rung.samples)) {
    return {
      state: 'different',
      sentence: `Different from the reference: ${seen}.${firstDifference(result)} It has no rank.`,
    };
  }
  if (!isVerified(result)) {
    return {
      state: 'unverified',
      sentence: `Not verified: only ${seen}; a rung of hardware is missing, so it has no rank.`,
    };
  }
  const cycles = cyclesBadge(result);
  const caution = cycles.text === 'differs' ? ` Bytes equal, cycles not: ${cycles.meaning}.` : '';
  return { state: 'verified', sentence: `Equal on every sample: ${seen}.${caution}` };
}

function firstDifference(result: Result): string {
  const first = result.verification?.firstMismatch ?? null;
  if (first === null) return '';
  const cycle = first.cycle === null ? '' : `, cycle ${count(first.cycle)}`;
  return ` First mismatch at ${first.level}: sample ${first.sample}, layer ${first.layer}, index ${first.index} [${first.position.join(', ')}], channel ${first.channel}${cycle}: expected ${first.expected}, found ${first.found}.`;
}

/** The whole report in a few sentences: how many are proven, and who leads as far as the bands allow to say so. */
export function headline(results: readonly Result[]): string[] {
  const verified = results.filter(isVerified).length;
  const sentences = [`${verified} of ${counted(results.length, 'design')} ${verified === 1 ? 'is' : 'are'} verified.`];
  const names = new Map(labelled(results).map(({ result, key, name }) => [result, `${name} (${key})`]));
  const places = new Map(ranks(results).map((rank, index) => [results[index]!, rank]));
  const groups = rankGroups(results);
  for (const group of groups) {
    const contenders = group.filter((result) => places.get(result)?.best === 1);
    const leader = contenders.reduce<Result | undefined>(
      (a, b) => (a === undefined || b.energy.joulesPerInference.value < a.energy.joulesPerInference.value ? b : a),
      undefined,
    );
    if (leader === undefined) continue;
    const where = groups.length > 1 ? ` for ${leader.model.name} at tier ${countedAs(leader)}` : '';
    const energy = `${bandQuantity(leader.energy.joulesPerInference, 'J')} per inference, ${leader.energy.tier}`;
    if (peers(results, leader).length === 0) {
      sentences.push(`${names.get(leader)} needs ${energy}${where}; no other verified design to compare with.`);
    } else if (contenders.length === 1) {
      sentences.push(
        `${names.get(leader)} needs the least energy${where}: ${energy}.${decided(results, leader, names)}`,
      );
    } else {
      const others = contenders.filter((result) => result !== leader).map((result) => names.get(result)!);
      sentences.push(
        `Lowest value${where}: ${names.get(leader)} with ${energy}. Its band overlaps with that of ${some(others)}: bands overlap, so none of them is called better.`,
      );
    }
  }
  return [...sentences, ...tierSentences(groups)];
}

/** Where bands overlap and a paired difference decides: against whom, and by how much at least. */
function decided(results: readonly Result[], leader: Result, names: ReadonlyMap<Result, string>): string {
  const own = leader.energy.joulesPerInference;
  const near = peers(results, leader).filter(({ energy }) => overlap(energy.joulesPerInference, own));
  if (near.length === 0) return '';
  const named = (result: Result) => ({ name: names.get(result)!, result });
  const pairs = near.map((other) => pairSentence(pairOf(named(leader), named(other))));
  return ` Bands overlap, but errors that both designs share cancel: ${pairs.join(' ')}`;
}

/** `T0`, or `T0 including lpddr4, pads`. */
function countedAs({ energy }: Result): string {
  return energy.includes === undefined ? energy.tier : `${energy.tier} including ${energy.includes.join(', ')}`;
}

/** Tiers count different things, and so do energies with terms beside the core: said where one network has several. */
function tierSentences(groups: readonly (readonly Result[])[]): string[] {
  const tiers = new Map<string, { name: string; tiers: Set<string> }>();
  for (const [first] of groups) {
    const { model } = first!;
    const known = tiers.get(model.sha256) ?? { name: model.name, tiers: new Set() };
    known.tiers.add(countedAs(first!));
    tiers.set(model.sha256, known);
  }
  return [...tiers.values()]
    .filter((each) => each.tiers.size > 1)
    .map(
      (each) =>
        `Energies of ${each.name} at tiers ${[...each.tiers].sort().join(' and ')} count different things and are not ranked against each other.`,
    );
}

function some(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
