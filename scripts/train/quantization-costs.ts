/**
 * Prints what quantisation costs the networks of the zoo and four networks trained here on digits of the data folder:
 * `JOULESMITH_DATA=... npx tsx scripts/train/quantization-costs.ts`.
 */
import { loadZoo } from '../../models/zoo/zoo.ts';
import { table } from '../table.ts';
import { type Cost, forms, quantizationCost } from './quantization-cost.ts';
import { scannedTasks } from './scanned-digits.ts';
import { heldOut } from './task.ts';
import { tasks } from './tasks.ts';
import { trainFloat } from './train.ts';

const names = Object.keys(forms);
const costs: Cost[] = tasks.map((task) => quantizationCost(task, loadZoo(task.name).float, heldOut(task), names));
for (const task of scannedTasks(process.env.JOULESMITH_DATA ?? '../shared/data')) {
  const { float } = await trainFloat(task);
  costs.push(quantizationCost(task, float, heldOut(task), names));
}
const percent = (fraction: number): string => (100 * fraction).toFixed(2);
const columns = [{ title: 'form' }, ...costs.map(({ network }) => ({ title: network, align: 'right' as const }))];
process.stdout.write(
  table(columns, [
    ['held-out samples', ...costs.map(({ samples }) => String(samples))],
    ['float', ...costs.map(({ float }) => percent(float))],
    ...names.map((name) => [name, ...costs.map(({ forms: found }) => percent(found[name]!))]),
  ]),
);
