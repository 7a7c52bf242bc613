import { faultsIn, type PlantedFault } from './fault.ts';

/** In memories that become registers. */
export const memoryFaults: readonly PlantedFault[] = [
  ...faultsIn('hdl-gen/ir/flip-flop-memory.ts', [
    ['a write reaches the next word', 'String(address)', 'String((address + 1) % words.length)'],
    [
      'lanes are written whatever their bit says',
      "only(port('write', at, 'mask', field), [set(",
      'only(undefined, [set(',
    ],
    ['a read ignores its enable', "return only(port('read', at, 'enable'), sets);", 'return sets;'],
    ['pairs of words the other way round', 'args: [odd, other, even]', 'args: [odd, even, other]'],
    ['new data are old', "memory.collision === 'newData'", "memory.collision !== 'newData'"],
    [
      'new data come for lanes that are not written',
      "both(writesTo(write, address), port('write', write, 'mask', field))",
      'writesTo(write, address)',
    ],
  ]),
  ...faultsIn('hdl-gen/ir/memories-as-flip-flops.ts', [
    ['another port is read', 'port * module.memories[node.memory]!.fields.length + field', 'field'],
    [
      'memories of other ports share a module',
      'JSON.stringify([depth, fields, inputs, collision])',
      'JSON.stringify([depth, fields])',
    ],
    ['memories left keep their number', '{ ...node, memory: item.memory }', 'node'],
    [
      'initial words are lost',
      "kind !== 'ram' || contents.length > 0 || !asked(memory)",
      "kind !== 'ram' || !asked(memory)",
    ],
  ]),
];
