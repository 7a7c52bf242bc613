/** `npx tsx scripts/bench/emission.ts DESIGN [MULTIPLIERS]`: processor time and memory of plan, build and print, and a digest of all that was printed. */
import { createHash } from 'node:crypto';
import { buildAccelerator } from '../../hdl-gen/arch/build.ts';
import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { loadDesign } from '../design.ts';

const [name = 'vww-stream-64', multipliers] = process.argv.slice(2);
const { model, request } = loadDesign(name, process.cwd(), process.env);
const parameters =
  multipliers === undefined ? request.parameters : { ...request.parameters, multipliers: Number(multipliers) };
const start = performance.now();
const before = process.cpuUsage();
const accelerator = buildAccelerator(model.graph, { ...request, parameters });
const built = process.cpuUsage(before);
const { files, images } = emitVerilog(accelerator.design);
const { user, system } = process.cpuUsage(before);
const digest = createHash('sha256');
for (const { name, text } of files) digest.update(`${name}\n${text}`);
for (const { file, text } of images) digest.update(`${file}\n${text}`);
const result = {
  design: name,
  multipliers: accelerator.schedule.stages.reduce((sum, stage) => sum + stage.multipliers, 0),
  files: files.length + images.length,
  seconds: (performance.now() - start) / 1000,
  processorSeconds: { planAndBuild: (built.user + built.system) / 1e6, all: (user + system) / 1e6 },
  residentMegabytes: process.resourceUsage().maxRSS / 1024,
  sha256: digest.digest('hex'),
};
console.log(JSON.stringify(result, null, 2));
