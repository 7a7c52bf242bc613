import type { RegisterMap } from '../../library/axi/register-map.ts';
import type { Accelerator } from '../architecture.ts';

/** What of the accelerator a host can read. */
export interface RegisterFacts {
  /** Bytes of one frame. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** SHA-256 of the model's file in hexadecimal; null when nobody knows it. */
  readonly modelSha256: string | null;
}

/** A host counts in bytes, however many an element has. */
export function registerFacts(
  {
    inputBytes,
    outputBytes,
    inputBits,
    outputBits,
  }: Pick<Accelerator, 'inputBytes' | 'outputBytes' | 'inputBits' | 'outputBits'>,
  modelSha256: string | null,
): RegisterFacts {
  return { inputBytes: (inputBytes * inputBits) / 8, outputBytes: (outputBytes * outputBits) / 8, modelSha256 };
}

/** "JOUL": what stands behind the bus. */
export const registerId = 0x4a4f554c;
/** Of this map: major and minor number, 16 bits each. A minor number more adds registers and changes none. */
export const registerVersion = 0x00010000;

const clearedBy = 'clear';

/** The registers of every accelerator with an AXI4-Lite interface. */
export function acceleratorRegisters({ inputBytes, outputBytes, modelSha256 }: RegisterFacts): RegisterMap {
  const hash = modelSha256 ?? '0'.repeat(64);
  return {
    addressBits: 12,
    entries: [
      {
        kind: 'constant',
        name: 'id',
        address: 0x000,
        words: [registerId],
        meaning: 'the letters JOUL, first in the high byte',
      },
      {
        kind: 'constant',
        name: 'version',
        address: 0x004,
        words: [registerVersion],
        meaning: 'of this map: major number in the high half, minor in the low',
      },
      {
        kind: 'fields',
        name: 'control',
        address: 0x008,
        meaning: 'what the host asks for',
        fields: [
          {
            name: 'run',
            low: 0,
            width: 1,
            access: 'setting',
            reset: 1,
            meaning: '1: input bytes are taken. 0: s_axis_tready is 0; what is inside goes on',
          },
          {
            name: 'soft_reset',
            low: 1,
            width: 1,
            access: 'command',
            meaning: 'the engines and both byte positions return to idle; frames inside are dropped',
          },
          {
            name: clearedBy,
            low: 2,
            width: 1,
            access: 'command',
            meaning: 'all counters and the frame errors become 0',
          },
        ],
      },
      {
        kind: 'fields',
        name: 'status',
        address: 0x00c,
        meaning: 'what the accelerator does',
        fields: [
          { name: 'busy', low: 0, width: 1, access: 'status', meaning: 'a byte is inside' },
          { name: 'idle', low: 1, width: 1, access: 'status', meaning: 'no byte is inside' },
          {
            name: 'tlast_early',
            low: 2,
            width: 1,
            access: 'sticky',
            clearedBy,
            meaning: 'frame error: s_axis_tlast came with a byte that is not the last of its frame',
          },
          {
            name: 'tlast_missing',
            low: 3,
            width: 1,
            access: 'sticky',
            clearedBy,
            meaning: 'frame error: the last byte of a frame came without s_axis_tlast',
          },
        ],
      },
      {
        kind: 'constant',
        name: 'input_bytes',
        address: 0x010,
        words: [inputBytes],
        meaning: 'bytes of one input frame',
      },
      {
        kind: 'constant',
        name: 'output_bytes',
        address: 0x014,
        words: [outputBytes],
        meaning: 'bytes of one output frame',
      },
      {
        kind: 'constant',
        name: 'model_hash',
        address: 0x020,
        words: Array.from({ length: 8 }, (_, word) => Number.parseInt(hash.slice(8 * word, 8 * word + 8), 16)),
        meaning: "SHA-256 of the model's file, its first 8 hexadecimal digits; all words 0 when it is not known",
      },
      { kind: 'counter', name: 'cycles', address: 0x040, clearedBy, meaning: 'clocks in which a byte was inside' },
      {
        kind: 'counter',
        name: 'input_stalls',
        address: 0x048,
        clearedBy,
        meaning: 'clocks in which an input byte waited for the engines (not for control.run)',
      },
      {
        kind: 'counter',
        name: 'output_stalls',
        address: 0x050,
        clearedBy,
        meaning: 'clocks in which an output byte waited for m_axis_tready',
      },
      {
        kind: 'counter',
        name: 'frames_in',
        address: 0x058,
        clearedBy,
        meaning: 'frames whose last byte has been taken',
      },
      {
        kind: 'counter',
        name: 'frames_out',
        address: 0x060,
        clearedBy,
        meaning: 'frames whose last byte has left',
      },
    ],
  };
}
