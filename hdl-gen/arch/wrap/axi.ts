import { Fault } from '../../../specs/fault.ts';
import type { Design } from '../../ir/design.ts';
import { mux } from '../../lang/combine.ts';
import { when } from '../../lang/control.ts';
import { design, module, moduleOf } from '../../lang/module.ts';
import type { Bool } from '../../lang/signal.ts';
import { reg } from '../../lang/state.ts';
import { type BoolType, bool, sint, uint } from '../../lang/types.ts';
import { wire } from '../../lang/wire.ts';
import { axiLitePorts } from '../../library/axi/axi-lite.ts';
import { AxiRegisters } from '../../library/axi/registers.ts';
import { bitsFor, nextCount } from '../../library/counter.ts';
import type { Accelerator } from '../architecture.ts';
import { acceleratorRegisters, registerFacts } from './axi-registers.ts';

/** What the wrapper needs to know of an accelerator. */
export type Frame = Pick<Accelerator, 'inputBytes' | 'outputBytes' | 'inputBits' | 'outputBits'>;

/** Ports of every accelerator, see `acceleratorPorts`. */
const corePorts = ({ inputBits, outputBits }: Frame) => ({
  in: { in_valid: bool, in_data: sint(inputBits), out_ready: bool },
  out: {
    in_ready: bool,
    out_valid: bool,
    out_data: sint(outputBits),
    busy: bool,
    cycles: uint(32),
    input_stalls: uint(32),
    output_stalls: uint(32),
  },
});

/** The register block's side of the hardware, by the names of the register map. */
interface RegisterHardware {
  readonly in: Readonly<
    Record<
      | 'busy'
      | 'idle'
      | 'tlast_early'
      | 'tlast_missing'
      | 'cycles'
      | 'input_stalls'
      | 'output_stalls'
      | 'frames_in'
      | 'frames_out',
      BoolType
    >
  >;
  readonly out: Readonly<Record<'run' | 'soft_reset' | 'clear', BoolType>>;
}

/** Whether the element that moves in a clock where `step` is 1 is the last of its frame; `restart` goes back to the first. */
function lastOf(name: string, elements: number, step: Bool, restart: Bool): Bool | true {
  if (elements === 1) return true;
  const position = reg(name, uint(bitsFor(elements - 1)));
  when(restart, () => {
    position.next = 0;
  }).elsewhen(step, () => {
    position.next = nextCount(position, elements);
  });
  return position.eq(elements - 1).as(`${name}_at_last`);
}

/**
 * An accelerator between AXI4-Stream ports (an element per beat, TLAST with the last one of a frame) and an AXI4-Lite register
 * block. No clock is added: an element moves in the clock in which it would move without the wrapper. `name` is the new top
 * module. A Fault DESIGN_NAME when a module inside has one of the wrapper's names.
 */
export function axiWrapper(name: string, core: Design, frame: Frame, modelSha256: string | null): Design {
  const { inputBits, outputBits } = frame;
  const map = acceleratorRegisters(registerFacts(frame, modelSha256));
  const registersName = `${name}_registers`;
  const taken = core.modules.find((inner) => inner.name === name || inner.name === registersName);
  if (taken !== undefined) {
    throw new Fault({
      code: 'DESIGN_NAME',
      place: '/name',
      cause: `'${taken.name}' is the name of a module inside the accelerator, and one of the AXI wrapper is called so`,
      wayOut: 'choose another name',
    });
  }
  const Core = moduleOf(core, corePorts(frame));
  const Registers = AxiRegisters<RegisterHardware>(registersName, map);
  const bus = axiLitePorts(map.addressBits);
  const ports = {
    in: { s_axis_tdata: uint(inputBits), s_axis_tvalid: bool, s_axis_tlast: bool, m_axis_tready: bool, ...bus.in },
    out: { s_axis_tready: bool, m_axis_tdata: uint(outputBits), m_axis_tvalid: bool, m_axis_tlast: bool, ...bus.out },
  };
  const top = module(name, ports, ({ s_axis_tdata, s_axis_tvalid, s_axis_tlast, m_axis_tready, ...host }) => {
    const run = wire('run', bool);
    const softReset = wire('soft_reset', bool);
    const open = run.and(softReset.not()).as('open');
    // What was offered stays offered while the engines behind it are reset.
    const held = reg('held', bool);
    const heldData = reg('held_data', uint(outputBits), { init: null });
    const heldLast = reg('held_last', bool, { init: null });

    const inner = Core(
      'core',
      { in_valid: s_axis_tvalid.and(open), in_data: s_axis_tdata.asSInt(), out_ready: m_axis_tready.and(held.not()) },
      { reset: softReset },
    );
    const s_axis_tready = inner.in_ready.and(open);
    const taken = s_axis_tvalid.and(s_axis_tready).as('taken');
    const inputLast = lastOf('input_byte', frame.inputBytes, taken, softReset);
    const given = inner.out_valid.and(m_axis_tready).and(held.not()).as('given');
    const outputLast = lastOf('output_byte', frame.outputBytes, given, softReset);
    const catches = softReset.and(inner.out_valid).and(m_axis_tready.not()).and(held.not()).as('catches');
    when(catches, () => {
      held.next = true;
      heldData.next = inner.out_data.asUInt();
      heldLast.next = outputLast;
    }).elsewhen(m_axis_tready, () => {
      held.next = false;
    });
    const m_axis_tvalid = inner.out_valid.or(held).as('offered');

    const ends = (moves: Bool, last: Bool | true): Bool => (last === true ? moves : moves.and(last));
    const busy = inner.busy.or(held).as('busy');
    const {
      run: asked,
      soft_reset,
      clear,
      ...answers
    } = Registers('registers', {
      ...host,
      busy,
      idle: busy.not(),
      tlast_early: inputLast === true ? false : taken.and(s_axis_tlast).and(inputLast.not()),
      tlast_missing: ends(taken, inputLast).and(s_axis_tlast.not()),
      cycles: busy,
      input_stalls: s_axis_tvalid.and(open).and(inner.in_ready.not()),
      output_stalls: m_axis_tvalid.and(m_axis_tready.not()),
      frames_in: ends(taken, inputLast),
      frames_out: ends(given, outputLast),
    });
    run.drive(asked);
    softReset.drive(soft_reset);
    return {
      s_axis_tready,
      m_axis_tdata: mux(held, heldData, inner.out_data.asUInt()),
      m_axis_tvalid,
      m_axis_tlast: mux(held, heldLast, outputLast),
      ...answers,
    };
  });
  return design(top);
}
