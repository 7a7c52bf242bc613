import { acceleratorPorts as port } from '../../arch/architecture.ts';
import { pausePolynomial } from '../pause.ts';
import { type Block, clockPort, resetPort } from './block.ts';
import { benchPauses, type Vectors } from './vectors.ts';

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}u`;

/** A stand-alone C++ bench around Verilator's model: all vectors, once without pauses and once with pauses on both sides. */
export function verilatorBench({ top }: Block, vectors: Vectors): string {
  const { inputBytes, outputBytes, frames, files, maxClocks } = vectors;
  const { input, output } = benchPauses;
  return `// Self-checking bench of ${top} for Verilator's C++ model: ${frames} frame${frames === 1 ? '' : 's'} of ${inputBytes} input and ${outputBytes} output bytes.
//
//   verilator --cc --exe --build -O3 --top-module ${top} --Mdir obj_cpp -o bench verilator_bench.cpp -f block.f
//   obj_cpp/bench [INPUT_SEED INPUT_PROBABILITY OUTPUT_SEED OUTPUT_PROBABILITY]
//
// Run it where ${files.input}, ${files.expected} and the memory images are. Without arguments the vectors pass twice: without
// pauses, and with pauses on both sides. A probability is out of 256. Exit code 0 = every byte equal and the handshake kept.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>
#include "V${top}.h"
#include "verilated.h"

static const size_t kInputBytes = ${inputBytes};
static const size_t kOutputBytes = ${outputBytes};
static const size_t kFrames = ${frames};
static const uint64_t kMaxClocks = ${maxClocks};

struct Pauses {
  uint32_t state;
  uint32_t probability;
  // One step of the generator per clock; a side pauses while the low byte is below the probability.
  bool paused() const { return (state & 0xff) < probability; }
  void step() { state = (state >> 1) ^ ((state & 1) ? ${hex(pausePolynomial)} : 0u); }
};

static std::vector<uint8_t> load(const char* name, size_t length) {
  std::vector<uint8_t> bytes;
  FILE* file = std::fopen(name, "r");
  if (file == nullptr) {
    std::fprintf(stderr, "%s: cannot be opened\\n", name);
    std::exit(2);
  }
  unsigned byte;
  while (std::fscanf(file, "%x", &byte) == 1) bytes.push_back(static_cast<uint8_t>(byte));
  std::fclose(file);
  if (bytes.size() != length) {
    std::fprintf(stderr, "%s: holds %zu bytes, expected %zu\\n", name, bytes.size(), length);
    std::exit(2);
  }
  return bytes;
}

static unsigned run(const char* title, const std::vector<uint8_t>& input, const std::vector<uint8_t>& expected,
                    Pauses source, Pauses sink) {
  VerilatedContext context;
  V${top} top{&context};
  top.${port.inValid} = 0;
  top.${port.inData} = 0;
  top.${port.outReady} = 0;
  top.${resetPort} = 1;
  for (int edge = 0; edge < 8; edge++) {
    top.${clockPort} = edge & 1;
    top.eval();
  }
  top.${resetPort} = 0;

  size_t taken = 0, given = 0;
  bool held = false, waited = false;
  uint8_t before = 0;
  unsigned wrong = 0;
  uint64_t clock = 0, last = 0;
  // Some clocks more than needed: nothing may follow the last byte.
  for (; given < expected.size() || clock < last + 64; clock++) {
    const bool valid = taken < input.size() && (held || !source.paused());
    top.${port.inValid} = valid;
    if (taken < input.size()) top.${port.inData} = input[taken];
    top.${port.outReady} = !sink.paused();
    top.${clockPort} = 0;
    top.eval();
    const bool in_moves = valid && top.${port.inReady};
    const bool offered = top.${port.outValid};
    const uint8_t byte = static_cast<uint8_t>(top.${port.outData});
    if (waited && (!offered || byte != before)) {
      if (++wrong <= 10) std::printf("%s: unstable clock %llu\\n", title, static_cast<unsigned long long>(clock));
    }
    waited = offered && !top.${port.outReady};
    before = byte;
    if (offered && top.${port.outReady}) {
      if (given >= expected.size()) {
        if (++wrong <= 10) std::printf("%s: a byte too many in clock %llu\\n", title, static_cast<unsigned long long>(clock));
      } else if (byte != expected[given] && ++wrong <= 10) {
        std::printf("%s: mismatch frame %zu byte %zu clock %llu expected %d found %d\\n", title, given / kOutputBytes,
                    given % kOutputBytes, static_cast<unsigned long long>(clock),
                    static_cast<int8_t>(expected[given]), static_cast<int8_t>(byte));
      }
      given++;
      last = clock;
    }
    held = valid && !in_moves;
    if (in_moves) taken++;
    source.step();
    sink.step();
    top.${clockPort} = 1;
    top.eval();
    if (given < expected.size() && clock > last + kMaxClocks) {
      std::printf("%s: timeout clock %llu frame %zu byte %zu\\n", title, static_cast<unsigned long long>(clock),
                  given / kOutputBytes, given % kOutputBytes);
      return wrong + 1;
    }
  }
  top.final();
  std::printf("%s: done frames %zu mismatches %u clocks %llu\\n", title, kFrames, wrong,
              static_cast<unsigned long long>(last + 1));
  return wrong;
}

int main(int argc, char** argv) {
  const std::vector<uint8_t> input = load("${files.input}", kFrames * kInputBytes);
  const std::vector<uint8_t> expected = load("${files.expected}", kFrames * kOutputBytes);
  const auto number = [&](int at) { return static_cast<uint32_t>(std::strtoul(argv[at], nullptr, 0)); };
  if (argc == 5) return run("pauses as given", input, expected, {number(1), number(2)}, {number(3), number(4)}) != 0;
  if (argc != 1) {
    std::fprintf(stderr, "usage: %s [INPUT_SEED INPUT_PROBABILITY OUTPUT_SEED OUTPUT_PROBABILITY]\\n", argv[0]);
    return 2;
  }
  const unsigned free = run("without pauses", input, expected, {1u, 0u}, {1u, 0u});
  const unsigned paused = run("with pauses", input, expected, {${hex(input.seed)}, ${input.probability}u}, {${hex(output.seed)}, ${output.probability}u});
  return free + paused != 0;
}
`;
}
