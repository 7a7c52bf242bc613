import { acceleratorPorts as port } from '../../arch/architecture.ts';
import { pausePolynomial } from '../pause.ts';
import { type Block, clockPort, resetPort } from './block.ts';
import { benchPauses, unitOf, type Vectors } from './vectors.ts';

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}u`;

/** A stand-alone C++ bench around Verilator's model: all vectors, once without pauses and once with pauses on both sides. */
export function verilatorBench({ top }: Block, vectors: Vectors): string {
  const { inputBytes, outputBytes, inputBits, outputBits, frames, files, maxClocks } = vectors;
  const unit = unitOf(vectors);
  const units = unit === 'byte' ? 'Bytes' : 'Elements';
  const [source, sink] = [`uint${inputBits}_t`, `uint${outputBits}_t`];
  const same = inputBits === outputBits;
  const loaded = same ? source : 'Element';
  const { input, output } = benchPauses;
  return `// Self-checking bench of ${top} for Verilator's C++ model: ${frames} frame${frames === 1 ? '' : 's'} of ${inputBytes} input and ${outputBytes} output ${unit}s.
//
//   verilator --cc --exe --build -O3 --top-module ${top} --Mdir obj_cpp -o bench verilator_bench.cpp -f block.f
//   obj_cpp/bench [INPUT_SEED INPUT_PROBABILITY OUTPUT_SEED OUTPUT_PROBABILITY]
//
// Run it where ${files.input}, ${files.expected} and the memory images are. Without arguments the vectors pass twice: without
// pauses, and with pauses on both sides. A probability is out of 256. Exit code 0 = every ${unit} equal and the handshake kept.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>
#include "V${top}.h"
#include "verilated.h"

static const size_t kInput${units} = ${inputBytes};
static const size_t kOutput${units} = ${outputBytes};
static const size_t kFrames = ${frames};
static const uint64_t kMaxClocks = ${maxClocks};

struct Pauses {
  uint32_t state;
  uint32_t probability;
  // One step of the generator per clock; a side pauses while the low byte is below the probability.
  bool paused() const { return (state & 0xff) < probability; }
  void step() { state = (state >> 1) ^ ((state & 1) ? ${hex(pausePolynomial)} : 0u); }
};

${same ? '' : 'template <typename Element>\n'}static std::vector<${loaded}> load(const char* name, size_t length) {
  std::vector<${loaded}> ${unit}s;
  FILE* file = std::fopen(name, "r");
  if (file == nullptr) {
    std::fprintf(stderr, "%s: cannot be opened\\n", name);
    std::exit(2);
  }
  unsigned ${unit};
  while (std::fscanf(file, "%x", &${unit}) == 1) ${unit}s.push_back(static_cast<${loaded}>(${unit}));
  std::fclose(file);
  if (${unit}s.size() != length) {
    std::fprintf(stderr, "%s: holds %zu ${unit}s, expected %zu\\n", name, ${unit}s.size(), length);
    std::exit(2);
  }
  return ${unit}s;
}

static unsigned run(const char* title, const std::vector<${source}>& input, const std::vector<${sink}>& expected,
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
  ${sink} before = 0;
  unsigned wrong = 0;
  uint64_t clock = 0, last = 0;
  // Some clocks more than needed: nothing may follow the last ${unit}.
  for (; given < expected.size() || clock < last + 64; clock++) {
    const bool valid = taken < input.size() && (held || !source.paused());
    top.${port.inValid} = valid;
    if (taken < input.size()) top.${port.inData} = input[taken];
    top.${port.outReady} = !sink.paused();
    top.${clockPort} = 0;
    top.eval();
    const bool in_moves = valid && top.${port.inReady};
    const bool offered = top.${port.outValid};
    const ${sink} ${unit} = static_cast<${sink}>(top.${port.outData});
    if (waited && (!offered || ${unit} != before)) {
      if (++wrong <= 10) std::printf("%s: unstable clock %llu\\n", title, static_cast<unsigned long long>(clock));
    }
    waited = offered && !top.${port.outReady};
    before = ${unit};
    if (offered && top.${port.outReady}) {
      if (given >= expected.size()) {
        if (++wrong <= 10) std::printf("%s: ${unit === 'byte' ? 'a' : 'an'} ${unit} too many in clock %llu\\n", title, static_cast<unsigned long long>(clock));
      } else if (${unit} != expected[given] && ++wrong <= 10) {
        std::printf("%s: mismatch frame %zu ${unit} %zu clock %llu expected %d found %d\\n", title, given / kOutput${units},
                    given % kOutput${units}, static_cast<unsigned long long>(clock),
                    static_cast<int${outputBits}_t>(expected[given]), static_cast<int${outputBits}_t>(${unit}));
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
      std::printf("%s: timeout clock %llu frame %zu ${unit} %zu\\n", title, static_cast<unsigned long long>(clock),
                  given / kOutput${units}, given % kOutput${units});
      return wrong + 1;
    }
  }
  top.final();
  std::printf("%s: done frames %zu mismatches %u clocks %llu\\n", title, kFrames, wrong,
              static_cast<unsigned long long>(last + 1));
  return wrong;
}

int main(int argc, char** argv) {
  const std::vector<${source}> input = load${same ? '' : `<${source}>`}("${files.input}", kFrames * kInput${units});
  const std::vector<${sink}> expected = load${same ? '' : `<${sink}>`}("${files.expected}", kFrames * kOutput${units});
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
