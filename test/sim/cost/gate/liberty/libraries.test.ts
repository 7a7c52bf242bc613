import { describe, expect } from 'vitest';
import { parseLiberty } from '../../../../../sim/cost/gate/liberty/parse.ts';
import { lookUp } from '../../../../../sim/cost/gate/liberty/table.ts';
import { macroPinEnergy } from '../../../../../sim/cost/gate/macro-energy.ts';
import { Fault } from '../../../../../specs/fault.ts';
import { libertyFiles, libertyFolder, libertyText, needLiberty } from '../../../../support/liberty.ts';
import { seededRandom } from '../../../../support/random.ts';

const sram = 'ihp-sg13g2/RM_IHPSG13_1P_1024x64_c2_bm_bist_typ_1p20V_25C.lib';
const gt2n = 'gt2n/gt2_6t_w13_svt_tt_0p7v25c.lib';
const simple = 'asap7/asap7sc7p5t_SIMPLE_RVT_TT_nldm_211120.lib';

/** Cells of each file, counted with grep. */
const cells: Readonly<Record<string, number>> = {
  'asap7sc7p5t_AO_RVT_TT_nldm_211120.lib': 42,
  'asap7sc7p5t_INVBUF_RVT_TT_nldm_220122.lib': 37,
  'asap7sc7p5t_OA_RVT_TT_nldm_211120.lib': 34,
  'asap7sc7p5t_SEQ_RVT_TT_nldm_220123.lib': 33,
  'asap7sc7p5t_SIMPLE_RVT_TT_nldm_211120.lib': 56,
  'gt2_6t_w13_svt_tt_0p7v25c.lib': 72,
  'sg13g2_stdcell_typ_1p20V_25C.lib': 84,
  'sky130hd_tt.lib': 428,
};

describe('the open libraries', () => {
  const folder = libertyFolder();
  const files = folder === null ? ['any.lib'] : libertyFiles(folder);
  for (const file of files) {
    needLiberty(`${file} is read whole, in a few seconds`, [file], (found) => {
      const text = libertyText(found, file);
      const begin = process.cpuUsage();
      const library = parseLiberty(text, file);
      const { user } = process.cpuUsage(begin);
      expect(library.cells.size).toBe(cells[file.split('/')[1]!] ?? 1);
      // Measured 0.02 to 0.06 s per MB; the bound leaves room for a loaded machine.
      expect(user / 1e6).toBeLessThan(2 + 0.3 * (text.length / 1e6));
    });
  }

  needLiberty('a NAND of asap7 equals what its table says, worked out by hand', [simple], (found) => {
    const library = parseLiberty(libertyText(found, simple), simple);
    const cell = library.cells.get('NAND2xp33_ASAP7_75t_R')!;
    const output = cell.pins.find(({ name }) => name === 'Y')!;
    const arc = output.arcs.find(({ related }) => related === 'A')!;
    // Between slews 10 and 20 ps and loads 1.44 and 2.88 fF: 26.1525 43.2594 / 29.7768 46.6671 ps.
    const slew = 13;
    const load = 1.8;
    const [u, v] = [(slew - 10) / 10, (load - 1.44) / 1.44];
    const byHand = (26.1525 * (1 - v) + 43.2594 * v) * (1 - u) + (29.7768 * (1 - v) + 46.6671 * v) * u;
    expect(lookUp(arc.delay[0]!, slew * 1e-12, load * 1e-15) * 1e12).toBeCloseTo(byHand, 6);
    // Beyond the last load (11.52 and 23.04 fF at a slew of 5 ps: 143.212 and 279.094 ps) the line goes on.
    const beyond = 279.094 + ((279.094 - 143.212) / 11.52) * (30 - 23.04);
    expect(lookUp(arc.delay[0]!, 5e-12, 30e-15) * 1e12).toBeCloseTo(beyond, 6);
    expect(cell.area).toBe(0.05832);
    expect(library.voltage).toBe(0.7);
  });

  needLiberty('an SRAM macro of ihp-sg13g2: 64-bit buses, memory shape, energies by condition', [sram], (found) => {
    const [cell] = parseLiberty(libertyText(found, sram), sram).cells.values();
    expect(cell!.memory).toEqual({ kind: 'ram', addressBits: 10, wordBits: 64 });
    expect(cell!.pins.filter(({ name }) => name.startsWith('A_DOUT['))).toHaveLength(64);
    const clock = cell!.pins.find(({ name }) => name === 'A_CLK')!;
    expect(clock.isClock).toBe(true);
    // Printed in the file: 91.8272 for a read, 110.9189 for a write, in pF V².
    const access = (A_MEN: 0 | 1, A_WEN: 0 | 1, A_REN: 0 | 1) =>
      macroPinEnergy(cell!, 'A_CLK', { A_MEN, A_WEN, A_REN });
    expect(access(1, 0, 1).rise * 1e12).toBeCloseTo(91.8272, 6);
    expect(access(1, 1, 0).rise * 1e12).toBeCloseTo(110.9189, 6);
    expect(access(0, 0, 0)).toEqual({ rise: 0, fall: 0 });
    expect(macroPinEnergy(cell!, 'A_DIN[63]', { A_MEN: 1 }).rise * 1e12).toBeCloseTo(0.2347, 6);
    expect(() => macroPinEnergy(cell!, 'A_CLK', {})).toThrow(
      'cell RM_IHPSG13_1P_1024x64_c2_bm_bist, pin A_CLK: its energy depends on A_MEN, which is not given; give the value of A_MEN [GATE_OPTION]',
    );
    expect(() => macroPinEnergy(cell!, 'A_DIN', {})).toThrow(
      'it is no input of the cell; name an input; bits of buses are name[index] [GATE_OPTION]',
    );
  });

  needLiberty('cut or changed anywhere, a real library gives a Fault or a library, quickly', [gt2n], (found) => {
    const text = libertyText(found, gt2n);
    const random = seededRandom(2);
    const marks = ['', '{', '}', '(', ')', '"', ';', ':', '\n', ',', '7', '/*'];
    const runs = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 500 : 20;
    const begin = process.cpuUsage();
    for (let run = 0; run < runs; run++) {
      const at = random.integer(0, text.length - 1);
      const damaged =
        text.slice(0, at) + (run % 2 === 0 ? '' : marks[random.integer(0, marks.length - 1)] + text.slice(at + 1));
      try {
        parseLiberty(damaged, gt2n);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        expect(error.message).toMatch(/^gt2n\/gt2_6t_w13_svt_tt_0p7v25c\.lib:\d+: .+; .+ \[LIBERTY_[A-Z]+\]$/);
      }
    }
    expect(process.cpuUsage(begin).user / 1e6 / runs).toBeLessThan(1);
  });
});
