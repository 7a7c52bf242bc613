"""Runs a generated cocotb bench without cocotb and without a simulator, against a small model of a block with byte streams.

usage: cocotb_stand_in.py FOLDER [withdraw|extra|wrong|silent]

The model knows the expected bytes; the word makes it break the rules of the handshake. Exit code 1 and the bench's own words when
an assertion of the bench fails.
"""
import os
import sys
import types


class Signal:
    def __init__(self, value=0):
        self.value = value


class Block:
    """Values before each rising edge follow from the state; `edge` makes the next state."""

    def __init__(self, bench, fault):
        for name in ("clk", "rst", "in_valid", "in_ready", "in_data", "out_valid", "out_ready", "out_data"):
            setattr(self, name, Signal())
        self.bench = bench
        self.fault = fault
        self.output = bench.load("expected.hex", bench.FRAMES * bench.OUTPUT_BYTES)
        self.input = bench.load("input.hex", bench.FRAMES * bench.INPUT_BYTES)
        self.taken = self.given = self.clock = self.offered = 0

    def settle(self):
        bench, clock = self.bench, self.clock
        whole_frames = self.taken // bench.INPUT_BYTES
        is_there = self.given < whole_frames * bench.OUTPUT_BYTES and self.fault != "silent"
        if self.fault == "withdraw" and self.offered == 1:
            is_there = False
        if self.fault == "extra" and self.given == len(self.output):
            is_there = True
        self.out_valid.value = int(is_there)
        self.out_data.value = self.output[min(self.given, len(self.output) - 1)] if is_there else 0
        if self.fault == "wrong" and self.given == 1:
            self.out_data.value ^= 1
        self.in_ready.value = int(clock % 5 != 0)

    def edge(self):
        self.clock += 1
        if self.rst.value:
            return
        if self.in_valid.value and self.in_ready.value:
            assert self.in_data.value == self.input[self.taken], f"stand-in: wrong input byte {self.taken}"
            self.taken += 1
        if self.out_valid.value and self.out_ready.value:
            self.given += 1
            self.offered = 0
        elif self.out_valid.value:
            self.offered += 1


class Edge:
    """What `await RisingEdge(...)` yields to the loop below."""

    def __init__(self, signal):
        self.signal = signal

    def __await__(self):
        yield self


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


class Clock:
    def __init__(self, signal, period, unit):
        assert period % 2 == 0 and unit == "ps"

    def start(self):
        return None


tests = []


def mark(*_, **__):
    def keep(function):
        tests.append(function)
        return function

    return keep


cocotb = module("cocotb", test=mark, start_soon=lambda task: None)
cocotb.clock = module("cocotb.clock", Clock=Clock)
cocotb.triggers = module("cocotb.triggers", RisingEdge=Edge)

folder = sys.argv[1]
sys.dont_write_bytecode = True
sys.path.insert(0, folder)
import test_block  # noqa: E402

for each in tests:
    block = Block(test_block, sys.argv[2] if len(sys.argv) > 2 else "")
    running = each(block)
    try:
        while True:
            running.send(None)
            # The bench has driven and waits for an edge; after it, it reads what stood before it.
            block.settle()
            block.edge()
    except StopIteration:
        print(f"{each.__name__}: passed after {block.clock} clocks, {block.given} bytes")
    except AssertionError as error:
        print(f"{each.__name__}: {error}")
        sys.exit(1)
