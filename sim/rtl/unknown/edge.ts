import type { NetReadPort, NetRegister, NetWritePort, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { allOf, either, type Seen } from './memory.ts';
import { passedOn, type Unknown } from './origin.ts';
import type { UnknownState } from './state.ts';

/** The kinds of places where a bit decides what a clock edge does. */
export type Part = 'enable' | 'read enable' | 'read address' | 'write enable' | 'write address';
/** Is told of every unknown bit that decides what the edge does to a register or memory. */
export type Report = (part: Part, kind: 'register' | 'memory', name: string, node: NodeId) => void;

/** Commits the unknown bits at a clock edge of number `clock`; the evaluator has not committed its values yet. */
export function commitEdge(state: UnknownState, clock: number, report: Report): void {
  const loads: (() => void)[] = [];
  for (let index = 0; index < state.netlist.registers.length; index += 1) {
    const register = state.netlist.registers[index]!;
    const loaded = loadRegister(state, register, index, report);
    if (loaded !== null)
      loads.push(() => {
        state.registers[index] = loaded;
      });
  }
  for (const [index, memory] of state.netlist.memories.entries()) {
    for (const [port, read] of memory.reads.entries()) {
      const loaded = loadRead(state, index, read, state.reads[index]![port]!, clock, report);
      if (loaded !== null)
        loads.push(() => {
          state.reads[index]![port] = loaded;
        });
    }
    for (const write of memory.writes) writeWords(state, index, write, report);
  }
  for (const load of loads) load();
  for (const memory of state.words) memory.commit();
}

function isOn({ isUnknown, evaluator }: UnknownState, enable: NodeId | null): boolean {
  return enable === null || isUnknown[enable] === 1 || evaluator.values[enable] !== 0n;
}

/** What a register becomes; null when that is what it is. */
function loadRegister(state: UnknownState, register: NetRegister, index: number, report: Report): Unknown | null {
  const { isUnknown, evaluator } = state;
  const { name, enable, next } = register;
  const unsure = enable !== null && isUnknown[enable] === 1;
  if (unsure) report('enable', 'register', name, enable);
  const before = state.registers[index]!;
  if (!isOn(state, enable) || (!unsure && isUnknown[next] === 0 && before.mask === 0n)) return null;
  const { mask, origin } = state.unknownOf(next, register);
  const loaded = { mask, origin: origin === null ? null : passedOn(origin, name) };
  if (!unsure) return loaded;
  const held: Seen = { value: evaluator.registers[index]!, unknown: before };
  const decider = passedOn(state.originOf(enable), name);
  return either(held, { value: evaluator.values[next]!, unknown: loaded }, register, decider).unknown;
}

/** What a read port shows after the edge; null when that is what it shows. */
function loadRead(
  state: UnknownState,
  index: number,
  { address, enable, node }: NetReadPort,
  before: Unknown,
  clock: number,
  report: Report,
): Unknown | null {
  const { isUnknown, evaluator, netlist } = state;
  const memory = netlist.memories[index]!;
  const unsure = enable !== null && isUnknown[enable] === 1;
  if (unsure) report('read enable', 'memory', memory.name, enable);
  if (!isOn(state, enable)) return null;
  const anywhere = isUnknown[address] === 1;
  if (anywhere) report('read address', 'memory', memory.name, address);
  const word: Unknown = anywhere
    ? { mask: allOf(memory), origin: passedOn(state.originOf(address), memory.name) }
    : state.words[index]!.read(evaluator.values[address]!, clock);
  if (!unsure) return word.mask === 0n && before.mask === 0n ? null : word;
  const held: Seen = { value: evaluator.values[node]!, unknown: before };
  const read: Seen = { value: evaluator.word(index, evaluator.values[address]!), unknown: word };
  return either(held, read, memory, passedOn(state.originOf(enable), memory.name)).unknown;
}

function writeWords(state: UnknownState, index: number, { address, data, enable }: NetWritePort, report: Report): void {
  const { isUnknown, evaluator, netlist, masks } = state;
  const { values } = evaluator;
  const memory = netlist.memories[index]!;
  const words = state.words[index]!;
  const unsure = isUnknown[enable] === 1;
  if (unsure) report('write enable', 'memory', memory.name, enable);
  if (!isOn(state, enable)) return;
  const anywhere = isUnknown[address] === 1;
  if (anywhere) report('write address', 'memory', memory.name, address);
  const stored: Seen = { value: values[data]!, unknown: state.unknownOf(data, memory) };
  const target = values[address]!;
  if (!anywhere && !unsure) {
    if (target >= 0n && target < BigInt(memory.depth)) words.write(Number(target), stored);
    return;
  }
  // The word keeps what the old and the new one have in common.
  const decider = passedOn(state.originOf(unsure ? enable : address), memory.name);
  const certain = ~masks[address]!;
  for (let at = 0; at < memory.depth; at += 1) {
    if (((BigInt(at) ^ target) & certain) === 0n) words.write(at, either(words.present(at), stored, memory, decider));
  }
}
