/**
 * Designs of the comparison networks beside NNgen's figures: `tsx scripts/bench/peers.ts [NETWORK...]`. The networks are
 * $JOULESMITH_DATA/peer_nets/*.json. Every design first has to give the file's own output in the embedded simulator.
 */
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { accelerate } from '../../sim/accelerate.ts';
import { steadyState } from '../../sim/cycle/steady.ts';
import { createSimulator } from '../../sim/rtl/simulator.ts';
import { runStream } from '../../sim/rtl/stream.ts';
import type { DesignRequest, StreamParameters } from '../../specs/design.ts';
import { Fault } from '../../specs/fault.ts';
import { technologyOf } from '../../specs/technologies.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import { loadModel } from '../model.ts';
import { projectRoot } from '../project.ts';
import { type Column, table } from '../table.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { findTool } from '../tools/locate.ts';
import { nativeRunner } from '../tools/native-job.ts';
import { packagedYosys } from '../tools/yosys/open.ts';
import { type Cells, cellsOf } from './peers/cells.ts';
import { nngen } from './peers/nngen.ts';

/** A design, folded by hand or by the planner, and the bar it is held against, if any: so many clocks at so many LUTs, a DSP block counted as 100. */
interface Entry extends Pick<DesignRequest, 'target'> {
  readonly network: string;
  readonly name: string;
  readonly parameters?: StreamParameters;
  readonly bar?: { readonly clocks: number; readonly luts: number };
}

const entries: readonly Entry[] = [
  {
    network: 'mlp784',
    name: 'small',
    parameters: { foldings: { fully_connected_0: { pe: 3, simd: 1 }, fully_connected_1: { pe: 1, simd: 1 } } },
    bar: { clocks: 20000, luts: 900 },
  },
  {
    network: 'mlp784',
    name: 'fast',
    parameters: { foldings: { fully_connected_0: { pe: 32, simd: 1 }, fully_connected_1: { pe: 10, simd: 1 } } },
    bar: { clocks: 1800, luts: 5600 },
  },
  {
    network: 'mlp784',
    name: 'planned',
    target: { lut: 5400, device: 'xc7' },
    bar: { clocks: 1800, luts: 5600 },
  },
  {
    network: 'cnn8',
    name: 'small',
    parameters: {
      foldings: {
        conv2d_0: { pe: 1, simd: 1 },
        conv2d_2: { pe: 4, simd: 1 },
        fully_connected_3: { pe: 1, simd: 1 },
      },
    },
  },
  {
    network: 'cnn8',
    name: 'fast',
    parameters: {
      foldings: {
        conv2d_0: { pe: 8, simd: 1, taps: 3 },
        max_pool2d_1: { pe: 4, simd: 1 },
        conv2d_2: { pe: 16, simd: 4 },
        fully_connected_3: { pe: 10, simd: 1 },
      },
      widths: { conv2d_0: 4 },
    },
    bar: { clocks: 800, luts: 16700 },
  },
  {
    network: 'cnn8',
    name: 'planned',
    target: { lut: 16000, device: 'xc7' },
    bar: { clocks: 800, luts: 16700 },
  },
  {
    network: 'cnn28',
    name: 'fast',
    parameters: {
      foldings: {
        conv2d_0: { pe: 8, simd: 1, taps: 3 },
        max_pool2d_1: { pe: 2, simd: 1 },
        conv2d_2: { pe: 16, simd: 4 },
        fully_connected_4: { pe: 10, simd: 1 },
      },
      widths: { conv2d_0: 2 },
    },
    bar: { clocks: 5700, luts: 16700 },
  },
  {
    network: 'cnn28',
    name: 'planned',
    target: { lut: 16000, device: 'xc7' },
    bar: { clocks: 5700, luts: 16700 },
  },
];

const lutsPerDsp = 100;
const lutEquivalents = ({ lut, dsp }: Cells) => lut + lutsPerDsp * dsp;
const number = (value: number) => value.toLocaleString('en-US');
const cellColumns = (cells: Cells | null): string[] =>
  cells === null
    ? ['-', '-', '-', '-', '-', '-']
    : [...[cells.lut, cells.ff, cells.dsp, cells.bram, cells.lutRam].map(number), number(lutEquivalents(cells))];

async function rowsOf(networks: readonly string[], terminal: Terminal): Promise<string[][]> {
  const found = await findTool('yosys', terminal.environment);
  const yosys = found === null ? packagedYosys() : nativeRunner(found);
  terminal.err(`${yosys.tool}, synth_xilinx -family xc7 -flatten\n`);
  const rows: string[][] = [];
  for (const network of networks) {
    const path = `$JOULESMITH_DATA/peer_nets/${network}.json`;
    const { graph, samples } = loadModel(path, projectRoot, 'peers', terminal.environment);
    if (samples === null || samples.expected === null) {
      const cause = 'it holds no input with its output';
      throw new Fault({ code: 'SAMPLES_SIZE', place: path, cause, wayOut: 'give a file with x and y' });
    }
    for (const { name, parameters = {}, target, bar } of entries.filter((entry) => entry.network === network)) {
      terminal.err(`${network} ${name}\n`);
      const request: DesignRequest = {
        name: `${network}-${name}`,
        model: path,
        architecture: 'stream',
        parameters,
        ...(target === undefined ? {} : { target }),
        clock: '100 MHz',
        technology: 'asap7',
      };
      const accelerator = accelerate(graph, request, technologyOf(request.technology));
      const { inputBytes, outputBytes, schedule, design } = accelerator;
      const { latency, interval } = steadyState(schedule);
      const simulator = createSimulator(elaborate(design));
      const maxClocks = latency + 100;
      const { outputs } = runStream(simulator, {
        input: samples.inputs,
        inputBytes,
        outputBytes,
        frames: 1,
        maxClocks,
      });
      const equal = outputs.every((value, at) => value === samples.expected![at]);
      const cells = await cellsOf(design, yosys);
      const fits = (clocks: number) =>
        bar !== undefined && clocks <= bar.clocks && lutEquivalents(cells) <= bar.luts ? 'met' : 'not met';
      const multipliers = schedule.stages.reduce((sum, stage) => sum + stage.multipliers, 0);
      rows.push([
        network,
        `joulesmith ${name}`,
        number(interval),
        number(latency),
        number(multipliers),
        ...cellColumns(cells),
        equal ? 'equal' : 'DIFFERENT',
        bar === undefined ? '' : `${number(bar.clocks)} at ${number(bar.luts)}`,
        bar === undefined ? '' : `${fits(interval)} / ${fits(latency)}`,
      ]);
    }
    for (const peer of nngen.filter((figure) => figure.network === network)) {
      const clocks = number(peer.clocks);
      const own = [network, `NNgen ${peer.setting}`, clocks, clocks, number(peer.multipliers)];
      rows.push([...own, ...cellColumns(peer.cells), 'equal', '', '']);
    }
  }
  await yosys.close();
  return rows;
}

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });
const columns: readonly Column[] = [
  left('network'),
  left('design'),
  ...['interval', 'latency', 'multipliers', 'LUT', 'FF', 'DSP', 'RAMB18', 'LUT RAM', 'LUT + 100 DSP'].map(right),
  left('output'),
  left('bar'),
  left('interval / latency'),
];

async function peers(terminal: Terminal, asked: readonly string[]): Promise<number> {
  const known = [...new Set(entries.map(({ network }) => network))];
  const rows = await rowsOf(asked.length === 0 ? known : known.filter((name) => asked.includes(name)), terminal);
  terminal.out(table(columns, rows, ''));
  return rows.every((row) => row.includes('equal')) ? exitCodes.equal : exitCodes.different;
}

const terminal = processTerminal();
process.exitCode = await peers(terminal, process.argv.slice(2)).catch((error: unknown) =>
  reportFailure(error, false, terminal),
);
