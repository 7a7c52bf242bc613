import { acceleratorPorts as port } from '../../arch/architecture.ts';
import { type Block, clockPort, resetPort } from './block.ts';
import { benchPauses, unitOf, type Vectors } from './vectors.ts';

export const cocotbFiles = { bench: 'test_block.py', makefile: 'cocotb.mk' } as const;

const share = ({ probability }: { readonly probability: number }): string => String(probability / 256);

/** Picoseconds, even, so that both halves of a clock are whole. */
const evenPicoseconds = (clockHertz: number): number => 2 * Math.max(1, Math.round(0.5e12 / clockHertz));

/** A bench in Python for cocotb, version 1 or 2. */
export function cocotbBench({ top, clockHertz }: Block, vectors: Vectors): string {
  const { inputBytes, outputBytes, outputBits, frames, files, maxClocks } = vectors;
  const unit = unitOf(vectors);
  const units = `${unit}s`;
  const constants = units.toUpperCase();
  const digits = outputBits / 4;
  return `"""Self-checking cocotb bench of ${top}: make -f ${cocotbFiles.makefile} [SIM=icarus|verilator]

Streams ${frames} frame${frames === 1 ? '' : 's'} of ${inputBytes} ${units} from ${files.input} through the block and compares ${outputBytes} ${units} a frame with
${files.expected}: once without pauses, once with pauses on both sides.
"""
import os
import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge

FOLDER = os.path.dirname(os.path.abspath(__file__))
FRAMES = ${frames}
INPUT_${constants} = ${inputBytes}
OUTPUT_${constants} = ${outputBytes}
MAX_CLOCKS = ${maxClocks}
PERIOD_PS = ${evenPicoseconds(clockHertz)}


def load(name, length):
    with open(os.path.join(FOLDER, name)) as file:
        data = [int(line, 16) for line in file.read().split()]
    assert len(data) == length, f"{name} holds {len(data)} ${units}, expected {length}"
    return data


async def stream(dut, input_pauses, output_pauses):
    """Both sides in one loop. Values read after a rising edge are those from before it."""
    source = load("${files.input}", FRAMES * INPUT_${constants})
    expected = load("${files.expected}", FRAMES * OUTPUT_${constants})
    pause = random.Random(1)
    cocotb.start_soon(Clock(dut.${clockPort}, PERIOD_PS, "ps").start())
    dut.${port.inValid}.value = 0
    dut.${port.inData}.value = 0
    dut.${port.outReady}.value = 0
    dut.${resetPort}.value = 1
    for _ in range(4):
        await RisingEdge(dut.${clockPort})
    dut.${resetPort}.value = 0

    taken = 0
    found = []
    valid = ready = False
    held = None
    waiting = 0
    while len(found) < len(expected):
        await RisingEdge(dut.${clockPort})
        moved = valid and int(dut.${port.inReady}.value) == 1
        offered = int(dut.${port.outValid}.value) == 1
        ${unit} = int(dut.${port.outData}.value) & 0x${'F'.repeat(digits)} if offered else None
        assert held is None or ${unit} == held, f"${unit} {len(found)} was offered and then withdrawn or changed"
        held = ${unit} if offered and not ready else None
        waiting += 1
        if offered and ready:
            at = len(found)
            assert ${unit} == expected[at], (
                f"frame {at // OUTPUT_${constants}} ${unit} {at % OUTPUT_${constants}}: expected {expected[at]:0${digits}x}, found {${unit}:0${digits}x}"
            )
            found.append(${unit})
            waiting = 0
        assert waiting <= MAX_CLOCKS, f"no ${unit} {len(found)} within {MAX_CLOCKS} clocks"
        taken += moved
        if moved or not valid:
            valid = taken < len(source) and pause.random() >= input_pauses
        ready = pause.random() >= output_pauses
        dut.${port.inValid}.value = int(valid)
        if valid:
            dut.${port.inData}.value = source[taken]
        dut.${port.outReady}.value = int(ready)
    dut.${port.outReady}.value = 1
    for _ in range(64):
        await RisingEdge(dut.${clockPort})
        assert int(dut.${port.outValid}.value) == 0, "${unit === 'byte' ? 'a byte' : 'an element'} follows the last one"


@cocotb.test()
async def without_pauses(dut):
    await stream(dut, 0, 0)


@cocotb.test()
async def with_pauses(dut):
    await stream(dut, ${share(benchPauses.input)}, ${share(benchPauses.output)})
`;
}

/** The makefile that cocotb asks for. Both spellings of top and module: version 2 renamed them. */
export function cocotbMakefile({ top, verilog }: Block): string {
  return `# cocotb: make -f ${cocotbFiles.makefile} [SIM=icarus|verilator]
SIM ?= icarus
TOPLEVEL_LANG = verilog
VERILOG_SOURCES = \\
${verilog.map((file) => `  $(CURDIR)/${file}`).join(' \\\n')}
TOPLEVEL = ${top}
MODULE = ${cocotbFiles.bench.replace(/\.py$/, '')}
COCOTB_TOPLEVEL = $(TOPLEVEL)
COCOTB_TEST_MODULES = $(MODULE)

include $(shell cocotb-config --makefiles)/Makefile.sim
`;
}
