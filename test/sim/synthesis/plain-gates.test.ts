import { afterAll, expect, test } from 'vitest';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { parseLiberty } from '../../../sim/cost/gate/liberty/parse.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { netlistFromYosys } from '../../../sim/synthesis/netlist/from-yosys.ts';
import { inPlainGates } from '../../../sim/synthesis/netlist/plain-gates.ts';
import type { YosysModule } from '../../../sim/synthesis/netlist/yosys-json.ts';
import { cellTechnologies, cellTechnology, libertyText, librariesOf, needLiberty } from '../../support/liberty.ts';
import { seededRandom } from '../../support/random.ts';
import { smallLiberty } from '../../support/small-liberty.ts';
import { smallNetlist } from '../../support/small-netlist.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const library = parseLiberty(smallLiberty, 'small.lib');
type Placed = Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>>;
const netlistOf = (inputs: readonly string[], cells: Placed) =>
  netlistFromYosys(JSON.stringify(smallNetlist({ inputs: [...inputs], outputs: ['y'] }, cells)), 'top', {
    libraries: [library],
  });

test.each([
  ['INV', (a: number) => 1 - a],
  ['AND2', (a: number, b: number) => a & b],
  ['XOR2', (a: number, b: number) => a ^ b],
] as const)('%s on all inputs', (type, truth) => {
  const pins = type === 'INV' ? { A: 'a', Y: 'y' } : { A: 'a', B: 'b', Y: 'y' };
  const simulator = createSimulator(netlistOf(['a', 'b', 'clk'], { g: [type, pins] }));
  for (const [a, b] of [0, 1, 2, 3].map((value) => [value & 1, value >> 1] as const)) {
    simulator.set('a', a);
    simulator.set('b', b);
    simulator.settle();
    expect([a, b, Number(simulator.get('y'))]).toEqual([a, b, truth(a, b)]);
  }
});

/** The values of `y` before each edge. */
function clocked(cells: Placed, rows: readonly (readonly [a: number, b: number])[]): number[] {
  const simulator = createSimulator(netlistOf(['a', 'b', 'clk'], cells));
  return rows.map(([a, b]) => {
    simulator.set('a', a);
    simulator.set('b', b);
    simulator.cycle();
    return Number(simulator.get('y'));
  });
}
const rows = [...'1101000110100101'].map((a, at) => [Number(a), Number('1100101011110000'[at])] as const);
const held = (before: number, values: readonly number[]): number[] => [before, ...values.slice(0, -1)];

test('flip-flops, also one that stores the complement: it begins as if it held 0', () => {
  const a = rows.map(([value]) => value);
  expect(clocked({ f: ['DFF', { CK: 'clk', D: 'a', Q: 'y' }] }, rows)).toEqual(held(0, a));
  // QN is the stored complement: after a first 0 the output is 1.
  const complement = { f: ['DFFRN', { CK: 'clk', D: 'a', RN: '1', QN: 'y' }] } as const;
  expect(clocked(complement, rows)).toEqual(
    held(
      1,
      a.map((value) => 1 - value),
    ),
  );
});

test('a clock gate is the enable of the flip-flops behind it', () => {
  const cells = {
    gate: ['GATE', { CK: 'clk', E: 'b', GCK: 'gated' }],
    f: ['DFF', { CK: 'gated', D: 'a', Q: 'y' }],
  } as const;
  let state = 0;
  const expected = rows.map(([a, b]) => {
    const before = state;
    if (b === 1) state = a;
    return before;
  });
  expect(clocked(cells, rows)).toEqual(expected);
  expect(expected).not.toEqual(
    held(
      0,
      rows.map(([a]) => a),
    ),
  );
});

test.each([
  [
    { f: ['DFFRN', { CK: 'clk', D: 'a', RN: 'b', QN: 'y' }] },
    'f: flip-flop of type DFFRN has a preset that is not tied off',
  ],
  [
    { f: ['DFFN', { CKN: 'clk', D: 'a', Q: 'y' }] },
    'cell of type DFFN does not take its data at the rising edge of one pin',
  ],
  [
    { f: ['LATCH', { G: 'a', D: 'b', Q: 'y' }] },
    'cell of type LATCH is neither a gate, nor a flip-flop, nor a clock gate',
  ],
  [{ f: ['AND2', { A: 'a', Y: 'y' }] }, 'f: cell of type AND2 has nothing at B'],
  [{ f: ['OTHER', { A: 'a', Y: 'y' }] }, 'cells of type OTHER are not read'],
] as const)('what cannot be simulated is refused by name: %j', (cells, words) => {
  expect(() => netlistOf(['a', 'b', 'clk'], cells as unknown as Placed)).toThrow(words);
});

const yosys = packagedYosys();
afterAll(() => yosys.close());

/** Every cell of a library that is plain logic, alone in a module: its ports are its pins. */
function modulesOf(libraries: ReturnType<typeof librariesOf>) {
  return libraries.flatMap(({ cells }) =>
    [...cells.values()]
      .filter(
        ({ state, memory, pins }) =>
          state === null &&
          memory === null &&
          pins.some(({ direction }) => direction === 'output') &&
          pins.every((pin) => !pin.threeState && (pin.direction === 'input' || pin.function !== null)),
      )
      .map(({ name, pins }) => {
        const bits = Object.fromEntries(pins.map((pin, at) => [pin.name, [at + 2]]));
        const ports = Object.fromEntries(
          pins.map((pin) => [pin.name, { direction: pin.direction, bits: bits[pin.name]! }]),
        );
        const module: YosysModule = { ports, cells: { cell: { type: name, connections: bits } }, netnames: {} };
        return { name, module };
      }),
  );
}

const atOnce = 100;
for (const technology of exhaustive ? cellTechnologies : [cellTechnology('gt2n')]) {
  const files = technology.files.map((file) => `${technology.name}/${file}`);
  needLiberty(
    `${technology.name}: Yosys's own reader of Liberty proves every gate equal to ours`,
    files,
    async (folder) => {
      const libraries = librariesOf(folder, technology);
      const cells = modulesOf(libraries);
      expect(cells.length).toBeGreaterThan(50);
      const texts = Object.fromEntries(files.map((file, at) => [`library_${at}.lib`, libertyText(folder, file)]));
      const cellsOf = ({ cells: placed }: YosysModule) =>
        Object.fromEntries(
          Object.entries(placed).map(([name, cell]) => [
            name,
            {
              ...cell,
              parameters: {},
              port_directions: Object.fromEntries(
                Object.keys(cell.connections).map((port) => [port, port === 'Y' ? 'output' : 'input']),
              ),
            },
          ]),
        );
      // The control: one gate of the first XOR or AND is another.
      const wrong = cells[Math.floor(seededRandom(1).integer(0, cells.length - 1))]!.name;
      const document = (isWrong: boolean) => ({
        creator: 'test',
        modules: Object.fromEntries(
          cells.map(({ name, module }) => {
            const plain = cellsOf(inPlainGates(module, libraries));
            if (isWrong && name === wrong) {
              for (const cell of Object.values(plain)) if (cell.type === '$_BUF_') cell.type = '$_NOT_';
            }
            return [`plain_${name}`, { ...module, attributes: {}, cells: plain }];
          }),
        ),
      });
      const prove = (isWrong: boolean, some: readonly { readonly name: string }[]) =>
        yosys.run(
          {
            args: [
              '-p',
              [
                ...Object.keys(texts).map((file) => `read_liberty -ignore_miss_func -ignore_miss_data_latch ${file}`),
                'read_json plain.json',
                ...some.map(
                  ({ name }) =>
                    `miter -equiv -flatten ${name} plain_${name} miter_${name}; sat -verify -prove trigger 0 miter_${name}`,
                ),
              ].join('; '),
            ],
            files: { ...texts, 'plain.json': JSON.stringify(document(isWrong)) },
            outputs: [],
          },
          { seconds: 300 },
        );
      // WebAssembly crashes on the 334 proofs of sky130hd in one run.
      for (let at = 0; at < cells.length; at += atOnce) await prove(false, cells.slice(at, at + atOnce));
      await expect(
        prove(
          true,
          cells.filter(({ name }) => name === wrong),
        ),
      ).rejects.toThrow(/proof did fail/);
    },
    600,
  );
}
