import { afterAll, describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { when } from '../../../hdl-gen/lang/control.ts';
import { design, module } from '../../../hdl-gen/lang/module.ts';
import { reg } from '../../../hdl-gen/lang/state.ts';
import { bool, record, sint, uint } from '../../../hdl-gen/lang/types.ts';
import { gateDesign, plainGates } from '../../../scripts/synthesis/gate-netlist.ts';
import { proveModules, writtenModules } from '../../../scripts/synthesis/prove.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { clockGateCommand, clockGateOf } from '../../../sim/cost/gate/liberty/clock-gates.ts';
import { libertyGroups } from '../../../sim/cost/gate/liberty/groups.ts';
import { parseLiberty } from '../../../sim/cost/gate/liberty/parse.ts';
import { inPlainGates } from '../../../sim/synthesis/netlist/plain-gates.ts';
import { readYosysModule, type YosysModule } from '../../../sim/synthesis/netlist/yosys-json.ts';
import { cutModule } from '../../../sim/synthesis/proof/cut.ts';
import { miterOf, strangeIn } from '../../../sim/synthesis/proof/miter.ts';
import { tryModule } from '../../../sim/synthesis/proof/trial.ts';
import { Fifo, MacCell, Sequencer } from '../../support/example-modules.ts';
import { tinyLiberty } from '../../support/tiny-liberty.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const yosys = packagedYosys();
afterAll(() => yosys.close());
const seconds = 300;

async function modulesOf(subject: Design) {
  const { modules } = await gateDesign(subject, yosys, { seconds }, plainGates, { kept: [], probes: [] });
  return { mapped: modules, written: await writtenModules(subject, true, yosys, { seconds }) };
}
const quiet = (): void => {};

describe('modules as written and as mapped', () => {
  test('a queue whose depth is no power of two is proved, and a wrong gate in it is refuted', {
    timeout: 300_000,
  }, async () => {
    const subject = design(Fifo({ type: record({ last: uint(1), data: sint(4) }), depth: 3 }));
    const { written, mapped } = await modulesOf(subject);
    const [proof] = await proveModules(written, mapped, yosys, seconds, quiet);
    expect(proof).toEqual({ module: subject.top, verdict: 'proved', bits: expect.any(Number), reason: null });
    expect(proof!.bits).toBeGreaterThan(3 * 5);

    // In front of every fifth register a gate is another.
    const gates = mapped[subject.top]!;
    const flops = Object.keys(gates.cells).filter((name) => /DFF/.test(gates.cells[name]!.type));
    for (const flop of flops.filter((_, at) => at % 5 === 0)) {
      const cell = gates.cells[flop]!;
      const wrong = {
        ...gates,
        cells: {
          ...gates.cells,
          [flop]: { ...cell, connections: { ...cell.connections, D: [999_999] } },
          wrong: { type: '$_NOT_', connections: { A: cell.connections.D!, Y: [999_999] } },
        },
      };
      const [refuted] = await proveModules(written, { [subject.top]: wrong }, yosys, seconds, quiet);
      expect([flop, refuted!.verdict]).toEqual([flop, 'different']);
      expect(refuted!.reason).toMatch(/ differs at clock \d+ after reset, on random inputs$/);
    }
  });

  test('a multiply-accumulate cell of int4 is proved; what random inputs do not find is not proved either', {
    timeout: 300_000,
  }, async () => {
    const subject = design(MacCell({ width: 4, accWidth: 12 }));
    const { written, mapped } = await modulesOf(subject);
    const proved = await proveModules(written, mapped, yosys, seconds, quiet);
    expect(proved.map(({ verdict }) => verdict)).toEqual(['proved']);

    const late = await proveModules(written, mapped, yosys, 0.001, quiet);
    expect(late.map(({ verdict, reason }) => [verdict, reason])).toEqual([['open', 'not finished in 0.001 s']]);

    const name = subject.top;
    const [gold, gate] = [cutModule(written[0]![name]!, written[0]!), cutModule(mapped[name]!, mapped)];
    const [output, bits] = [...gate.outputs].find(([, wires]) => wires.length === 12)!;
    // Wrong in one of 2^12 states: the top bit of the sum when all others are 1.
    const all = bits.slice(0, -1);
    const cells = { ...gate.open.cells };
    let so = all[0]!;
    for (const [at, bit] of all.slice(1).entries()) {
      cells[`and${at}`] = { type: '$_AND_', connections: { A: [so], B: [bit], Y: [900_000 + at] } };
      so = 900_000 + at;
    }
    cells.wrong = { type: '$_XOR_', connections: { A: [so], B: [bits.at(-1)!], Y: [999_999] } };
    const ports = { ...mapped[name]!.ports };
    ports[output] = { direction: 'output', bits: [...all, 999_999] };
    const planted: YosysModule = { ...mapped[name]!, cells, ports };
    expect(tryModule(name, gold, cutModule(planted, mapped), 20).difference).toBeNull();
    const [proof] = await proveModules(written, { [name]: planted }, yosys, seconds, quiet);
    expect(proof!.verdict).not.toBe('proved');

    // The same in front of the register.
    const [flop, { connections, type }] = Object.entries(mapped[name]!.cells).find(([cell]) =>
      cell.startsWith('acc[11]'),
    )!;
    const { [flop]: _, ...others } = mapped[name]!.cells;
    const held = {
      ...others,
      ...Object.fromEntries(Object.entries(cells).filter(([cell]) => cell.startsWith('and'))),
      wrong: { type: '$_XOR_', connections: { A: [so], B: connections.D!, Y: [999_999] } },
      [flop]: { type, connections: { ...connections, D: [999_999] } },
    };
    const [state] = await proveModules(written, { [name]: { ...mapped[name]!, cells: held } }, yosys, seconds, quiet);
    expect(state!.verdict).not.toBe('proved');
  });

  test('an instance of another module with the same ports is no equal one', () => {
    const port = (direction: 'input' | 'output', bits: number[]) => ({ direction, bits });
    const child: YosysModule = { ports: { a: port('input', [2]), y: port('output', [3]) }, cells: {}, netnames: {} };
    const parent = (type: string): YosysModule => ({
      ports: { a: port('input', [2]), y: port('output', [3]) },
      cells: { u: { type, connections: { a: [2], y: [3] } } },
      netnames: {},
    });
    const all = { A: child, B: child };
    const [one, other] = [parent('A'), parent('B')].map((module) => cutModule(module, all));
    expect(strangeIn(one!, one!)).toBeNull();
    expect(strangeIn(one!, other!)).toBe('the netlist has the instance u of another module than the text');
  });

  test('what cannot be compared is named: a state machine that synthesis gave another code', {
    timeout: 300_000,
  }, async () => {
    const subject = design(Sequencer({ depth: 9, drain: 4 }));
    const { written, mapped } = await modulesOf(subject);
    const name = subject.top;
    const text = cutModule(written[0]![name]!, written[0]!);
    const reason = 'the netlist has the registers state[2], state[3], which the text has not';
    expect(strangeIn(text, cutModule(mapped[name]!, mapped))).toBe(reason);
    expect(strangeIn(text, text)).toBeNull();
    expect(miterOf(text, text, []).claims.length).toBe(
      text.registers.size + [...text.outputs.values()].reduce((sum, bits) => sum + bits.length, 0),
    );
    const proofs = await proveModules(written, { ...mapped, extra: mapped[name]! }, yosys, seconds, quiet);
    expect(proofs.map(({ module, verdict, reason: words }) => [module, verdict, words])).toEqual([
      ['extra', 'open', 'the text has no module of this name'],
      [name, 'open', reason],
    ]);
  });

  test('registers behind a clock gate are reset without their enable; taken literally, clockgate is refuted', {
    timeout: 300_000,
  }, async () => {
    const subject = design(
      module('held', { in: { d: uint(8), load: bool }, out: { q: uint(8), r: uint(8) } }, ({ d, load }) => {
        const q = reg('q_held', uint(8), { init: 5 });
        when(load, () => {
          q.next = d;
        });
        const r = reg('r_held', uint(8));
        when(load.not(), () => {
          r.next = d;
        });
        return { q, r };
      }),
    );
    const gated = parseLiberty(tinyLiberty(true, true), 'gated.lib');
    const group = libertyGroups({ file: 'gated.lib', text: tinyLiberty(true, true) });
    const clockGate = clockGateOf([{ group, library: gated }])!;
    const verilog = emitVerilog(subject, { sourceLines: false });
    const written = await writtenModules(subject, true, yosys, { seconds });
    const proofWith = async (commands: readonly string[]) => {
      const script = [
        'read_verilog held.v',
        'synth -top held -flatten',
        ...commands,
        'rename -wire t:$_*DFF*',
        'dfflibmap -liberty cells.lib',
        'write_json held.json',
      ].join('; ');
      const files = { 'held.v': verilog.files[0]!.text, 'cells.lib': tinyLiberty(true, true) };
      const done = await yosys.run({ args: ['-q', '-p', script], files, outputs: ['held.json'] }, { seconds });
      const module = readYosysModule(new TextDecoder().decode(done.files['held.json']), 'held');
      expect(Object.values(module.cells).filter(({ type }) => type === 'GATE')).toHaveLength(2);
      const mapped = { held: inPlainGates(module, [gated]) };
      return (await proveModules(written, mapped, yosys, seconds, quiet))[0]!;
    };
    const commands = clockGateCommand(clockGate).split('; ');
    expect(await proofWith(commands)).toMatchObject({ verdict: 'proved', reason: null });
    expect(await proofWith(commands.slice(-1))).toMatchObject({ verdict: 'different' });
  });

  test.runIf(exhaustive)('a multiply-accumulate cell of int8', { timeout: 900_000 }, async () => {
    for (const subject of [design(MacCell({ width: 8, accWidth: 32 }))]) {
      const { written, mapped } = await modulesOf(subject);
      const proofs = await proveModules(written, mapped, yosys, seconds, quiet);
      expect(proofs.map(({ verdict, reason }) => [verdict, reason])).toEqual([['proved', null]]);
    }
  });
});
