/** Trains the network `digits` and writes models/zoo/digits: `npx tsx scripts/train/digits.ts`. */

import { digits } from './digits-task.ts';
import { train } from './train.ts';

await train(digits);
