/** Trains the network `textures` and writes models/zoo/textures: `npx tsx scripts/train/textures.ts`. */

import { textures } from './textures-task.ts';
import { train } from './train.ts';

await train(textures);
