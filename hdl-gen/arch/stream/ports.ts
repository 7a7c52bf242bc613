import type { Definition } from '../../lang/builder.ts';
import type { ModuleConstructor } from '../../lang/module.ts';
import type { Bool, SInt } from '../../lang/signal.ts';
import { bool, sint, vec } from '../../lang/types.ts';
import type { Stage } from '../architecture.ts';

type Beats = Pick<Stage, 'inputWidth' | 'outputWidth' | 'inputBits' | 'outputBits'>;

/** A stage with one input stream. A beat of several elements has the first one in its lowest bits. */
export const streamPorts = ({ inputWidth, outputWidth, inputBits, outputBits }: Beats) => ({
  in: { in_valid: bool, in_data: sint(inputBits * inputWidth), out_ready: bool },
  out: { in_ready: bool, out_valid: bool, out_data: sint(outputBits * outputWidth) },
});

/** A stage that joins several streams. */
export const joinPorts = (ports: number, { inputWidth, outputWidth, inputBits, outputBits }: Beats) => ({
  in: { in_valid: vec(ports, bool), in_data: vec(ports, sint(inputBits * inputWidth)), out_ready: bool },
  out: { in_ready: vec(ports, bool), out_valid: bool, out_data: sint(outputBits * outputWidth) },
});

interface EngineInputs {
  readonly in_valid: readonly Bool[];
  readonly in_data: readonly SInt[];
  readonly out_ready: Bool;
}

interface EngineOutputs {
  readonly in_ready: readonly Bool[];
  readonly out_valid: Bool;
  readonly out_data: SInt;
}

/** The hardware of a stage, to be put into the module that is being described: streams in, a stream out. */
export interface Engine {
  readonly definition: Definition;
  readonly place: (instance: string, inputs: EngineInputs) => EngineOutputs;
}

type StreamPorts = ReturnType<typeof streamPorts>;
type SinglePort = ModuleConstructor<StreamPorts['in'], StreamPorts['out']>;
type JoinPorts = ReturnType<typeof joinPorts>;

export function singlePort(build: SinglePort): Engine {
  return {
    definition: build.definition,
    place(instance, { in_valid, in_data, out_ready }) {
      const outputs = build(instance, { in_valid: in_valid[0]!, in_data: in_data[0]!, out_ready });
      return { in_ready: [outputs.in_ready], out_valid: outputs.out_valid, out_data: outputs.out_data };
    },
  };
}

export function joining(build: ModuleConstructor<JoinPorts['in'], JoinPorts['out']>): Engine {
  return { definition: build.definition, place: (instance, inputs) => build(instance, inputs) };
}
