import { findTool } from '../../scripts/tools/locate.ts';
import { runFuzzBatch } from '../support/fuzz-batch.ts';
import { expectedFor } from '../support/fuzz-failure.ts';
import { recipeOf } from '../support/fuzz-module.ts';
import { firstDifference } from '../support/fuzz-run.ts';

/**
 * The same comparison as the test of random designs, without a test runner around it and without Verilator: what the
 * script that plants faults runs first. Arguments: how many designs, in as many steps of 20. Exits with 1 at the first difference.
 */
const step = 20;
const count = Number(process.argv[2]);
const icarus = await findTool('iverilog', process.env);
for (let from = 1; from <= count; from += step) {
  const items = Array.from({ length: step }, (_, index) => expectedFor(recipeOf(from + index)));
  for (const item of items) if (firstDifference(item, item.embedded.trace) !== null) process.exit(1);
  if (icarus === null) continue;
  const { said, traces } = await runFuzzBatch(icarus, items);
  if (said !== '' || items.some((item, index) => firstDifference(item, traces[index]!) !== null)) process.exit(1);
}
