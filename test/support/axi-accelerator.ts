import { expect } from 'vitest';
import { axiWrapper } from '../../hdl-gen/arch/wrap/axi.ts';
import { acceleratorRegisters, registerId, registerVersion } from '../../hdl-gen/arch/wrap/axi-registers.ts';
import { isPaused, stepPause } from '../../hdl-gen/emit/pause.ts';
import { withClockEnable } from '../../hdl-gen/ir/clock-enable.ts';
import type { Design } from '../../hdl-gen/ir/design.ts';
import { elaborate } from '../../hdl-gen/ir/elaborate.ts';
import { registerWords } from '../../hdl-gen/library/axi/register-map.ts';
import { type BenchRun, bench, type Driver } from '../../sim/bench/bench.ts';
import { createSimulator } from '../../sim/rtl/simulator.ts';
import { type AxiModel, axiHost, type FlatDut, okay, slaveError, stabilityMonitor } from './axi-host.ts';
import type { BatchItem } from './bench-batch.ts';
import { flatModule } from './flat-module.ts';
import { seededRandom } from './random.ts';

const sha = '0123456789abcdef00112233445566778899aabbccddeeffdeadbeef01020304';

const control = 0x008;
const counterNames = ['cycles', 'input_stalls', 'output_stalls', 'frames_in', 'frames_out'] as const;
type Counters = Record<(typeof counterNames)[number], number>;
const noCounts: Counters = { cycles: 0, input_stalls: 0, output_stalls: 0, frames_in: 0, frames_out: 0 };

/** What the ports of a wrapped accelerator did, and what its registers must say for that. */
function portModel(dut: FlatDut, { accelerator, expected }: BatchItem) {
  const { inputBytes, outputBytes } = accelerator;
  const map = acceleratorRegisters({ inputBytes, outputBytes, modelSha256: sha });
  const words = new Map(registerWords(map).map((word) => [word.address, word.name]));
  const state = {
    run: 1,
    softReset: 0,
    clear: 0,
    inputByte: 0,
    outputByte: 0,
    inFlight: 0,
    held: false,
    early: 0,
    missing: 0,
    counters: { ...noCounts },
    /** Bytes that left since the reset. */
    given: 0,
  };
  /** Set by whoever drives the stream inputs. */
  const driven = { tvalid: 0, tlast: 0, ready: 0 };
  const out = (name: string): number => dut.getPort(name) as number;
  const taken = (): boolean => driven.tvalid === 1 && out('s_axis_tready') === 1;
  const busy = (): boolean => state.inFlight > 0 || state.held || taken();
  const high = new Map<string, number>();
  const registerValue = (name: string): number => {
    const [, counter, part] = /^(.*)_(low|high)$/.exec(name) ?? [];
    if (part === 'low') {
      high.set(counter!, 0);
      return state.counters[counter as keyof Counters];
    }
    if (part === 'high') return high.get(counter!) ?? 0;
    const hash = /^model_hash_(\d)$/.exec(name)?.[1];
    if (hash !== undefined) return Number.parseInt(sha.slice(8 * Number(hash), 8 * Number(hash) + 8), 16);
    const single: Record<string, number> = {
      id: registerId,
      version: registerVersion,
      control: state.run,
      status: Number(busy()) | (Number(!busy()) << 1) | (state.early << 2) | (state.missing << 3),
      input_bytes: inputBytes,
      output_bytes: outputBytes,
    };
    return single[name]!;
  };
  const registers: AxiModel = {
    write({ address, data, strobe }) {
      const name = words.get(address & ~3);
      if (name === 'control' && (strobe & 1) === 1) {
        state.run = data & 1;
        state.softReset = (data >> 1) & 1;
        state.clear = (data >> 2) & 1;
      }
      return name === undefined ? slaveError : okay;
    },
    read(address) {
      const name = words.get(address & ~3);
      return name === undefined ? { data: 0, response: slaveError } : { data: registerValue(name), response: okay };
    },
  };
  return {
    state,
    driven,
    registers,
    addresses: [...words.keys()],
    taken,
    /** The edge of a clock; says what moved. */
    step(): { readonly taken: boolean; readonly given: boolean; readonly restarted: boolean } {
      const { counters } = state;
      const clock = dut.clock - 1;
      const ready = out('s_axis_tready');
      const valid = out('m_axis_tvalid') === 1;
      const open = state.run === 1 && state.softReset === 0;
      if (!open) expect({ clock, s_axis_tready: ready }).toEqual({ clock, s_axis_tready: 0 });
      if (busy()) counters.cycles += 1;
      if (driven.tvalid === 1 && open && ready === 0) counters.input_stalls += 1;
      if (valid && driven.ready === 0) counters.output_stalls += 1;
      const took = taken();
      if (took) {
        const last = state.inputByte === inputBytes - 1;
        if (state.inputByte === 0) state.inFlight += 1;
        if (driven.tlast === 1 && !last) state.early = 1;
        if (driven.tlast === 0 && last) state.missing = 1;
        if (last) counters.frames_in += 1;
        state.inputByte = last ? 0 : state.inputByte + 1;
      }
      let gave = false;
      const wasHeld = state.held;
      if (valid && driven.ready === 1) {
        if (state.held) state.held = false;
        else {
          gave = true;
          const last = state.outputByte === outputBytes - 1;
          const found = { byte: (out('m_axis_tdata') << 24) >> 24, last: out('m_axis_tlast') };
          // Frames are fed from the first one on after each reset, around and around.
          const wanted = { byte: expected[state.given % expected.length]!, last: Number(last) };
          expect({ clock, at: state.given, ...found }).toEqual({ clock, at: state.given, ...wanted });
          state.given += 1;
          state.outputByte = last ? 0 : state.outputByte + 1;
          if (last) {
            counters.frames_out += 1;
            state.inFlight -= 1;
          }
        }
      }
      const restarted = state.softReset === 1;
      if (restarted) {
        Object.assign(state, { inputByte: 0, outputByte: 0, inFlight: 0, given: 0 });
        if (valid && driven.ready === 0 && !wasHeld) state.held = true;
      }
      if (state.clear === 1) Object.assign(state, { early: 0, missing: 0, counters: { ...noCounts } });
      state.softReset = 0;
      state.clear = 0;
      return { taken: took, given: gave, restarted };
    },
  };
}

export interface WrappedRun {
  /** With `record` only. */
  readonly bench: BenchRun | null;
  /** Of the clean run, counted from its first clock. */
  readonly firstIn: readonly number[];
  readonly lastOut: readonly number[];
  readonly outputClocks: readonly number[];
  readonly counters: Counters;
}

export interface WrappedOptions {
  readonly seed: number;
  /** Clocks of soft resets, stops, wrong TLASTs and reads before the clean run. */
  readonly chaos: number;
  /** With a clock enable that is 0 in random clocks. */
  readonly clockEnable?: boolean;
  /** Keeps a trace, to be run again on the Verilog text; much slower. */
  readonly record?: boolean;
}

const maxClocks = 100_000;

/** Runs the body clock by clock, from reset on, and keeps nothing. */
function runAlone(circuit: Design, body: (dut: FlatDut) => Driver): void {
  const simulator = createSimulator(elaborate(circuit, { names: false }));
  const { inputs, outputs } = simulator.netlist;
  const ports = new Map([...inputs, ...outputs].map(({ name }) => [name, simulator.port(name)]));
  for (const { name } of inputs) ports.get(name)!.write(0);
  simulator.reset();
  const dut = {
    setPort: (name: string, value: unknown) => ports.get(name)!.write(Number(value)),
    getPort: (name: string) => ports.get(name)!.read() >>> 0,
    clock: 0,
  };
  for (const running = body(dut); running.next().done !== true; dut.clock += 1) {
    if (dut.clock === maxClocks) throw new Error(`no end after ${maxClocks} clocks`);
    simulator.cycle();
  }
}

/**
 * A wrapped accelerator: first some clocks in which everything happens at random, then a soft reset and the frames of the item
 * with its pauses. Every byte, TLAST, handshake, response and register is checked in every clock.
 */
export function runWrapped(item: BatchItem, options: WrappedOptions): WrappedRun {
  const { seed, chaos, clockEnable = false, record = false } = options;
  const { accelerator, input, frames, pauses } = item;
  const { inputBytes, outputBytes } = accelerator;
  const random = seededRandom(seed);
  const wrapped = axiWrapper(`${accelerator.design.top}_axi`, accelerator.design, accelerator, sha);
  const circuit = clockEnable ? withClockEnable(wrapped) : wrapped;
  const run = { firstIn: [] as number[], lastOut: [] as number[], outputClocks: [] as number[], counters: noCounts };
  function* body(dut: FlatDut): Driver {
    const model = portModel(dut, item);
    const { state, driven } = model;
    const host = axiHost(dut, random, model.registers);
    const monitor = stabilityMonitor(dut, [
      { valid: 'm_axis_tvalid', ready: () => driven.ready, payload: ['m_axis_tdata', 'm_axis_tlast'] },
    ]);
    /** Next byte of the frames, and whether it is on offer. */
    let at = 0;
    let offered = false;

    function* clock(offer: boolean, ready: boolean, lieAboutLast: boolean) {
      while (clockEnable && random.fraction() < 0.4) {
        dut.setPort('ce', 0);
        for (const name of ['s_axis_tvalid', 'm_axis_tready', 's_axi_awvalid', 's_axi_wvalid', 's_axi_arvalid'])
          dut.setPort(name, random.integer(0, 1));
        yield;
      }
      if (clockEnable) dut.setPort('ce', 1);
      const fresh = offer && !offered;
      offered ||= offer;
      driven.tvalid = Number(offered);
      driven.ready = Number(ready);
      if (fresh || !offered) driven.tlast = Number((at + 1) % inputBytes === 0) ^ Number(lieAboutLast);
      dut.setPort('s_axis_tvalid', driven.tvalid);
      dut.setPort('s_axis_tdata', offered ? input[at % input.length]! & 0xff : random.integer(0, 255));
      dut.setPort('s_axis_tlast', driven.tlast);
      dut.setPort('m_axis_tready', driven.ready);
      host.before();
      yield;
      monitor.after();
      host.after();
      const moved = model.step();
      if (moved.taken) {
        at += 1;
        offered = false;
      }
      if (moved.restarted) {
        at = 0;
        offered = false;
      }
      return moved;
    }

    const shares = { offer: random.fraction(), ready: random.fraction() };
    for (let count = 0; count < chaos; count++) {
      const event = random.fraction();
      if (event < 0.02) host.write(control, random.integer(0, 7), random.integer(0, 15));
      else if (event < 0.05) host.write(control, 1);
      else if (event < 0.07) host.write(random.integer(0, 1023) * 4, random.integer(0, 7));
      else if (event < 0.2) host.read(model.addresses[random.integer(0, model.addresses.length - 1)]!);
      else if (event < 0.22) host.read(random.integer(0, 4095));
      yield* clock(random.fraction() < shares.offer, random.fraction() < shares.ready, random.fraction() < 0.05);
    }
    while (!host.done) yield* clock(false, true, false);
    host.write(control, 7);
    while (!host.done) yield* clock(false, true, false);
    // The byte that a soft reset leaves on offer goes first, and a byte of before is not offered any more.
    yield* clock(false, true, false);
    expect({ held: state.held, inFlight: state.inFlight, counters: state.counters }).toEqual({
      held: false,
      inFlight: 0,
      counters: noCounts,
    });
    let source = pauses.input.seed >>> 0;
    let sink = pauses.output.seed >>> 0;
    const total = frames * outputBytes;
    for (let now = 0; run.outputClocks.length < total; now++) {
      if (random.fraction() < 0.1) host.read(model.addresses[random.integer(0, model.addresses.length - 1)]!);
      const free = !(pauses.input.probability > 0 && isPaused(source, pauses.input));
      const ready = !(pauses.output.probability > 0 && isPaused(sink, pauses.output));
      const moved = yield* clock(at < frames * inputBytes && free, ready, false);
      if (moved.taken && (at - 1) % inputBytes === 0) run.firstIn.push(now);
      if (moved.given) run.outputClocks.push(now);
      if (moved.given && run.outputClocks.length % outputBytes === 0) run.lastOut.push(now);
      source = stepPause(source);
      sink = stepPause(sink);
    }
    const { counters } = state;
    run.counters = { ...counters };
    // A network may not need its last bytes.
    while (at < frames * inputBytes) yield* clock(true, false, false);
    run.counters.frames_in = counters.frames_in;
    for (const address of model.addresses) host.read(address);
    while (!host.done) yield* clock(false, false, false);
    expect({ early: state.early, missing: state.missing }).toEqual({ early: 0, missing: 0 });
  }
  if (record) return { ...run, bench: bench(flatModule(circuit), body, { maxClocks }) };
  runAlone(circuit, body);
  return { ...run, bench: null };
}
