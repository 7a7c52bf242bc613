/**
 * Run before every test file. `npm test` draws the same cases on every machine, so that it fails for what was changed and not by luck;
 * `npm run test:all` draws fresh ones, and JOULESMITH_SEED chooses others. A failure prints its seed and path in all of them. See
 * docs/decisions/0007.
 */
import fc from 'fast-check';

const chosen = process.env.JOULESMITH_SEED;

function seedOf(text: string): number {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isInteger(seed)) throw new Error(`JOULESMITH_SEED is no whole number: '${text}'`);
  return seed;
}

if (chosen !== undefined) fc.configureGlobal({ seed: seedOf(chosen) });
else if (process.env.JOULESMITH_EXHAUSTIVE === undefined) fc.configureGlobal({ seed: 20_261_122 });
