import { digits } from './digits-task.ts';
import type { Task } from './task.ts';
import { textures } from './textures-task.ts';
import { vibration } from './vibration-task.ts';

/** Of every network of the zoo. */
export const tasks: readonly Task[] = [digits, vibration, textures];
