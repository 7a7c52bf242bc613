import { afterAll, describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { ram } from '../../../hdl-gen/lang/memory.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { bool, record, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { element } from '../../../scripts/bench/synthesis.ts';
import { synthesise } from '../../../scripts/synthesis/synthesise.ts';
import { findPlacer } from '../../../scripts/tools/nextpnr/open.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { outputFiles, synthesisScript } from '../../../sim/synthesis/script.ts';
import type { SynthesisTarget } from '../../../specs/synthesis.ts';
import { Fifo } from '../../support/example-modules.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const yosys = packagedYosys();
afterAll(() => yosys.close());
const limits = { seconds: 900 };

const store: Design = design(
  module(
    'store',
    { in: { write: bool, at: uint(10), word: sint(32) }, out: { read: sint(32) } },
    ({ write, at, word }) => {
      const words = ram('words', sint(32), 1024);
      const read = words.read(at);
      words.write(at, word, { enable: write });
      return { read };
    },
  ),
);

const made = async (subject: Design, target: SynthesisTarget, device: string | null = null) => {
  const request = { name: subject.top, design: subject, target, libraries: [], device, clockHertz: 1e8, flatten: true };
  return (await synthesise({ ...request, place: 'never', netlist: false }, { yosys, placer: null }, limits)).result;
};

describe('one design on every target', () => {
  test('the element on generic gates has its registers and no more', { timeout: 300_000 }, async () => {
    const result = await made(element, 'generic');
    expect(result).toMatchObject({ ff: 8 + 8 + 32, lut: 0, dsp: 0, memoryBits: 0, memoryMacros: 0, target: 'generic' });
    expect(result.cells).toBeGreaterThan(500);
    expect(result.notes).toEqual([]);
  });

  test.runIf(exhaustive).each([
    ['ice40', 'hx8k', { dsp: 0 }],
    ['ice40', 'up5k', { dsp: 1 }],
    ['ecp5', null, { dsp: 1 }],
    ['xc7', null, { dsp: 1 }],
    ['gowin', null, { dsp: 0 }],
    ['intel', null, { dsp: 1 }],
  ] as const)('the element on %s %s', { timeout: 900_000 }, async (target, device, expected) => {
    const result = await made(element, target, device);
    expect(result).toMatchObject({ ...expected, target, device, bram: 0, memoryBits: 0 });
    const buffers = Object.entries(result.cellsByType).reduce(
      (sum, [name, count]) => (/BUF|MISTRAL_[IO]B$/.test(name) ? sum + count : sum),
      0,
    );
    const known = result.lut + result.ff + result.carry + result.wideMux + result.dsp + buffers;
    expect(known).toBeGreaterThan(0.8 * result.cells);
  });

  test.runIf(exhaustive).each([
    ['generic', { memoryMacros: 1, bram: 0 }],
    ['ice40', { bram: 8, bramUnit: '4 kbit' }],
    ['ecp5', { bram: 2, bramUnit: '18 kbit' }],
    ['xc7', { bram: 2, bramUnit: '18 kbit' }],
    ['gowin', { bram: 2 }],
    ['intel', { bram: 4, bramUnit: '10 kbit' }],
  ] as const)('32 kbit of memory on %s', { timeout: 900_000 }, async (target, expected) => {
    const result = await made(store, target, target === 'ice40' ? 'hx8k' : null);
    expect(result).toMatchObject({ ...expected, memoryBits: 32 * 1024 });
    expect(result.notes).toEqual(
      target === 'generic' ? ['1 memory stays whole, without cells or area: this target has no block memory'] : [],
    );
  });
});

/** Yosys's own proof that two modules are the same at every clock, from any state that both can be in. */
test.runIf(exhaustive)('a queue is proven equal to its gates by induction', { timeout: 900_000 }, async () => {
  const subject = design(Fifo({ type: record({ last: uint(1), data: sint(4) }), depth: 3 }));
  const verilog = emitVerilog(subject);
  const sources = Object.fromEntries(verilog.files.map(({ name, text }) => [name, text]));
  const request = {
    verilog,
    target: 'generic',
    flatten: true,
    libraries: [],
    picoseconds: 1e4,
    device: null,
    clockGate: null,
    netlist: true,
  } as const;
  const made = await yosys.run(
    {
      args: ['-p', synthesisScript(request).trim().replaceAll('\n', '; ')],
      files: sources,
      outputs: [outputFiles.netlist],
    },
    limits,
  );
  const prove = (gates: string) =>
    yosys.run(
      {
        args: [
          '-p',
          [
            ...verilog.files.map(({ name }) => `read_verilog ${name}`),
            `hierarchy -top ${verilog.top}; proc; flatten; memory; opt_clean; rename ${verilog.top} gold`,
            `read_json gates.json; rename ${verilog.top} gate`,
            'equiv_make gold gate both; hierarchy -top both; clean -purge',
            'equiv_simple -undef; equiv_induct -undef; equiv_status -assert',
          ].join('; '),
        ],
        files: { ...sources, 'gates.json': gates },
        outputs: [],
      },
      limits,
    );
  const gates = new TextDecoder().decode(made.files[outputFiles.netlist]);
  await prove(gates);
  // The control: one gate is another.
  await expect(prove(gates.replace(/"\$_X(N?)OR_"/, (_, n) => (n === '' ? '"$_XNOR_"' : '"$_XOR_"')))).rejects.toThrow(
    /unproven|SYNTH_FAILED/i,
  );
});

const placer = await findPlacer('package', process.env);
// The placer is an optional package: even JOULESMITH_REQUIRE_TOOLS=1 lets this be skipped, by name.
test.runIf(placer !== null && exhaustive)(
  'the element is placed, routed and packed (skipped without @yowasp/nextpnr-ice40)',
  { timeout: 900_000 },
  async () => {
    const request = {
      name: 'element',
      design: element,
      target: 'ice40',
      libraries: [],
      clockHertz: 1e8,
      flatten: true,
    } as const;
    const { result, files } = await synthesise(
      { ...request, device: 'hx8k', place: 'must', netlist: false },
      { yosys, placer },
      limits,
    );
    expect(result.fmaxHz).toBeGreaterThan(30e6);
    expect(result.fmaxHz).toBeLessThan(300e6);
    expect(result.placer).toMatch(/^nextpnr-ice40 \S+ \(WebAssembly\)$/);
    // The preamble of an iCE40 bitstream.
    const bits = files['element.bin'] as Uint8Array;
    expect(Buffer.from(bits).includes(Buffer.from([0x7e, 0xaa, 0x99, 0x7e]))).toBe(true);
    await placer?.nextpnr.close();
  },
);
