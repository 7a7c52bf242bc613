import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import type { LaneStyle } from '../../hdl-gen/library/arithmetic/gated-lane.ts';
import { laneOf } from '../../hdl-gen/library/arithmetic/lane-style.ts';
import type { MacLaneParameters } from '../../hdl-gen/library/mac-lane.ts';
import { energyOf } from '../../sim/cost/gate/energy.ts';
import { instanceTables } from '../../sim/cost/gate/energy-tables.ts';
import type { ClockGate } from '../../sim/cost/gate/liberty/clock-gates.ts';
import type { GateNetlist } from '../../sim/cost/gate/netlist.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { simulateEvents } from '../../sim/cost/gate/simulate-events.ts';
import { timing } from '../../sim/cost/gate/timing.ts';
import type { LayoutEstimate } from '../../sim/cost/gate/wire-model.ts';
import { Fault } from '../../specs/fault.ts';
import type { LibertyFile } from '../gate/liberty-files.ts';
import { mapModule } from '../gate/map-module.ts';
import type { JobRunner } from '../tools/job.ts';
import type { LaneStream } from './lane-streams.ts';

/** The cells of a technology and what maps to them. */
export interface LaneBench {
  readonly libraries: readonly LibertyFile[];
  readonly cells: string;
  /** Null where the technology has none. */
  readonly gate: ClockGate | null;
  readonly layout: LayoutEstimate;
  readonly yosys: JobRunner;
}

const limits = { seconds: 600 };

/** A lane as gates; one that asks for clock gating has clock gates where the library has such. */
export async function mapLane(bench: LaneBench, shape: MacLaneParameters, style: LaneStyle): Promise<GateNetlist> {
  const { files, top } = emitVerilog(design(laneOf(shape, style)), { sourceLines: false });
  const verilog = files.map(({ text }) => text).join('\n');
  const gate = style.clockGating ? bench.gate : null;
  const document = await mapModule(bench.yosys, verilog, top, bench.cells, limits, gate);
  return readMappedNetlist(
    document,
    bench.libraries.map(({ library }) => library),
    top,
  );
}

export interface LaneHardware {
  readonly flipFlops: number;
  readonly clockGates: number;
  /** µm², by what the cells are. */
  readonly flipFlopArea: number;
  readonly clockGateArea: number;
  readonly logicArea: number;
}

export function hardwareOf(netlist: GateNetlist, gate: ClockGate | null): LaneHardware {
  const found = { flipFlops: 0, clockGates: 0, flipFlopArea: 0, clockGateArea: 0, logicArea: 0 };
  for (const kind of netlist.cellKind) {
    const { cell, state } = netlist.kinds[kind]!;
    if (cell.name === gate?.cell) {
      found.clockGates++;
      found.clockGateArea += cell.area;
    } else if (state !== null && state.edge !== null) {
      found.flipFlops++;
      found.flipFlopArea += cell.area;
    } else found.logicArea += cell.area;
  }
  return found;
}

/** Joules per clock: cells with glitches but without their clock, with wires, clock pins and gates, and the tree in front of them. */
export interface LaneEnergy {
  readonly logic: number;
  readonly wired: number;
  readonly clock: number;
  readonly clockTree: number;
}

/** Sums begin anew so often. */
const restarts = 64;
const warmUp = 6;

export interface LaneWork {
  readonly stream: LaneStream;
  /** Of so many clocks the lane works in one. */
  readonly every: number;
}

/** Energy of a lane at its work; its sum is compared in every clock. Errors: `GATE_LANE`, and those of the simulation. */
export function laneEnergy(
  netlist: GateNetlist,
  { simd, accumulatorBits }: MacLaneParameters,
  { stream, every }: LaneWork,
  { layout }: Pick<LaneBench, 'layout'>,
): LaneEnergy {
  const { activations, weights } = stream;
  const steps = activations.length / simd;
  const nets = (name: string) => [...netlist.inputs, ...netlist.outputs].find((port) => port.name === name)!.nets;
  const ports = Array.from({ length: simd }, (_, term) => ({
    activation: nets(
      simd === 1 && netlist.inputs.some(({ name }) => name === 'activation') ? 'activation' : `activation_${term}`,
    ),
    weight: nets(`weight_${term}`),
  }));
  const control = { multiply: nets('multiply')[0]!, accumulate: nets('accumulate')[0]!, first: nets('first')[0]! };
  const total = nets('total');
  const sums = new Int32Array(steps);
  for (let step = 0; step < steps; step++) {
    let sum = step % restarts === 0 ? 0 : sums[step - 1]!;
    for (let at = step * simd; at < (step + 1) * simd; at++) sum += activations[at]! * weights[at]!;
    sums[step] = sum;
  }
  const unused = 32 - accumulatorBits;
  // Step s multiplies in clock s * every and adds in the next; its sum is seen in the one after.
  const stepAt = (clock: number): number => (clock >= 0 && clock % every === 0 ? clock / every : -1);
  const clocks = steps * every - warmUp;
  const write = (set: (net: number, value: number) => void, bits: Int32Array, value: number): void => {
    for (let bit = 0; bit < bits.length; bit++) set(bits[bit]!, (value >> bit) & 1);
  };
  const run = (times: ReturnType<typeof timing>) =>
    simulateEvents(netlist, times, instanceTables(netlist, times), {
      warmUp,
      cycles: clocks,
      period: 1e-6,
      stimulus: (clock, set) => {
        const [now, before] = [stepAt(clock), stepAt(clock - 1)];
        set(control.multiply, now >= 0 ? 1 : 0);
        set(control.accumulate, before >= 0 ? 1 : 0);
        set(control.first, before >= 0 && before % restarts === 0 ? 1 : 0);
        // Between two steps the operands stay, as behind the read ports of memories.
        if (now < 0) return;
        for (const [term, { activation, weight }] of ports.entries()) {
          write(set, activation, activations[now * simd + term]!);
          write(set, weight, weights[now * simd + term]!);
        }
      },
      observe: (clock, get) => {
        const step = stepAt(clock - 2);
        if (step < 0) return;
        let sum = 0;
        for (let bit = 0; bit < total.length; bit++) sum |= get(total[bit]!) << bit;
        if (sum << unused === sums[step]! << unused) return;
        throw new Fault({
          code: 'GATE_LANE',
          place: `module ${netlist.name}`,
          cause: `its sum after step ${step} is ${(sum << unused) >> unused}, the true one ${(sums[step]! << unused) >> unused}`,
          wayOut: 'this is a defect of the mapping or of the gate-level simulation; please report it',
          kind: 'internal',
        });
      },
    });
  const price = (times: ReturnType<typeof timing>) =>
    energyOf(netlist, times, run(times), { period: 1e-6, clockTree: layout.clockTree });
  const [bare, wired] = [price(timing(netlist)), price(timing(netlist, { wires: layout.wires }))];
  return {
    logic: bare.switching.total + bare.internal.total,
    wired: wired.switching.total + wired.internal.total + wired.wires.total,
    clock: wired.clock.total,
    clockTree: wired.clockTree.total,
  };
}
