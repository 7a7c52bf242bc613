import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { type Block, type BlockPort, portsOf, speaksStream } from '../../../../hdl-gen/emit/flow/block.ts';
import { megahertz, outsideNanoseconds, periodNanoseconds } from '../../../../hdl-gen/emit/flow/clock.ts';
import { flowsOf } from '../../../../hdl-gen/emit/flow/flows.ts';
import { makefile } from '../../../../hdl-gen/emit/flow/makefile.ts';
import { memoriesOf } from '../../../../hdl-gen/emit/flow/memories.ts';
import { timingDiagram } from '../../../../hdl-gen/emit/flow/timing-diagram.ts';
import type { Wave } from '../../../../hdl-gen/emit/flow/wave.ts';
import { waveJson } from '../../../../hdl-gen/emit/flow/wavejson.ts';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { conv3x3, designOf, networkOf } from '../../../support/small-networks.ts';

const { design } = buildAccelerator(
  networkOf([1, 4, 4, 2], conv3x3(2, 2), conv3x3(2, 2)),
  designOf({ conv2d_0: { pe: 1, simd: 1 }, conv2d_1: { pe: 2, simd: 1 } }),
);
const verilog = emitVerilog(design);

/** The port list of a module as it is printed. */
function printedPorts(text: string, module: string): BlockPort[] {
  const list = new RegExp(`^module ${module} \\(\\n([\\s\\S]*?)\\n\\);`, 'm').exec(text)![1]!;
  return list.split(',\n').map((line) => {
    const match = /^\s*(input|output) (?:wire|reg)( signed)? (?:\[(\d+):0\] )?(\w+)$/.exec(line)!;
    return {
      name: match[4]!,
      direction: match[1] === 'input' ? 'input' : 'output',
      width: Number(match[3] ?? 0) + 1,
      signed: match[2] !== undefined,
    };
  });
}

test('the ports are those of the printed top module, in its order', () => {
  const top = verilog.files.find(({ name }) => name === `${design.top}.v`)!;
  expect(portsOf(design)).toEqual(printedPorts(top.text, design.top));
});

test('only plain byte streams are spoken to by the benches', () => {
  const ports = portsOf(design);
  expect(speaksStream(ports)).toBe(true);
  const input: BlockPort = { name: 's_axis_tlast', direction: 'input', width: 1, signed: false };
  expect(speaksStream([...ports, input])).toBe(false);
  expect(speaksStream([...ports, { ...input, direction: 'output' }])).toBe(true);
  for (const name of ['rst', 'in_data', 'out_valid'])
    expect(speaksStream(ports.filter((port) => port.name !== name))).toBe(false);
  expect(speaksStream(ports.map((port) => (port.name === 'out_data' ? { ...port, width: 16 } : port)))).toBe(true);
  expect(speaksStream(ports.map((port) => (port.name === 'out_data' ? { ...port, width: 24 } : port)))).toBe(false);
});

test('without plain byte streams only the Verilog bench is offered', () => {
  const block: Block = { name: 'x', top: 'x', ports: [], verilog: ['x.v'], images: [], clockHertz: 1e8 };
  const files = flowsOf(block).flatMap((flow) => flow.files);
  expect(files.filter((file) => /bench|_tb|test_block|cocotb/.test(file))).toEqual(['x_tb.v', 'x_tb.v']);
  expect(makefile(block, 'x_tb')).toMatch(/^icarus:/m);
  expect(makefile(block, 'x_tb')).not.toMatch(/cpp/);
});

test('every memory is counted as often as the top holds it', () => {
  const memories = memoriesOf(design);
  expect(memories.filter(({ image }) => image !== null).map(({ image }) => image)).toEqual(
    verilog.images.map(({ file }) => file),
  );
  const printed = verilog.files.map(({ text }) => text).join('\n');
  const requantizer = memories.find(({ module }) => module.endsWith('requantizer'))!;
  const instances = [...printed.matchAll(new RegExp(`^  ${requantizer.module} \\w+ \\(`, 'gm'))];
  expect(requantizer.copies).toBe(instances.length);
  const shared = memories.find(({ copies }) => copies > 1)!;
  expect(shared.copies).toBe([...printed.matchAll(new RegExp(`^  ${shared.module} \\w+ \\(`, 'gm'))].length);
});

test('a memory in a module that is placed twice in one that is placed three times is there six times', () => {
  const [first] = design.modules;
  const holder = design.modules.find(({ memories }) => memories.length === 1)!;
  const instance = (module: string, name: string) => ({ name, module, inputs: [], place: '' });
  const empty = { ...first!, memories: [], instances: [] };
  const copies = memoriesOf({
    top: 'outer',
    modules: [
      { ...holder, name: 'leaf', instances: [] },
      { ...empty, name: 'middle', instances: [instance('leaf', 'a'), instance('leaf', 'b')] },
      { ...empty, name: 'outer', instances: ['a', 'b', 'c'].map((name) => instance('middle', name)) },
    ],
  }).map((memory) => memory.copies);
  expect(copies).toEqual([6]);
});

test.each([
  [100e6, '10', '2', '100'],
  [333e6, '3.003003', '0.600601', '333'],
  [12.5e3, '80000', '16000', '0.0125'],
  [1e9, '1', '0.2', '1000'],
])('%d Hz as a period, a share of it, and megahertz', (hertz, period, share, frequency) => {
  expect([periodNanoseconds(hertz), outsideNanoseconds(hertz), megahertz(hertz)]).toEqual([period, share, frequency]);
});

const wave: Wave = {
  title: 'a < b',
  notes: ['one', 'two'],
  spans: [
    {
      firstClock: 0,
      moves: [1],
      signals: [
        { name: 'valid', bits: 1, values: [0, 1, 1] },
        { name: 'data', bits: 8, values: [null, -1, 5] },
      ],
    },
    {
      firstClock: 40,
      moves: [],
      signals: [
        { name: 'valid', bits: 1, values: [1, null] },
        { name: 'data', bits: 8, values: [5, 5], cuts: [1] },
      ],
    },
  ],
};

test('WaveJSON: one character a clock, a bar between spans, a datum for each band', () => {
  const { signal, head, foot } = JSON.parse(waveJson(wave));
  expect(signal).toEqual([
    { name: 'clk', wave: 'p..|p.' },
    { name: 'clock', wave: '===|==', data: ['0', '1', '2', '40', '41'] },
    {},
    { name: 'valid', wave: '01.|1x' },
    { name: 'data', wave: 'x==|==', data: ['FF', '05', '05', '05'] },
  ]);
  expect([head.text, foot.text]).toEqual(['a < b', 'one two']);
});

test('the figure draws every band, every clock and every move once', () => {
  const svg = timingDiagram(wave);
  expect([...svg.matchAll(/class="value">(\w+)</g)].map((match) => match[1])).toEqual(['FF', '05', '05', '05']);
  expect([...svg.matchAll(/class="clock">(\d+)</g)].map((match) => match[1])).toEqual(['0', '1', '2', '40', '41']);
  expect([...svg.matchAll(/class="move"/g)]).toHaveLength(1);
  expect([...svg.matchAll(/url\(#unknown\)/g)]).toHaveLength(2);
  expect(svg).toContain('a &lt; b');
  expect(svg).not.toContain('NaN');
});
