/** Trains the network `vibration` and writes models/zoo/vibration: `npx tsx scripts/train/vibration.ts`. */

import { train } from './train.ts';
import { vibration } from './vibration-task.ts';

await train(vibration);
