/** The networks that come with joulesmith: each with its card, labelled samples and the float network it was quantised from. */

import { check } from '../../specs/check.ts';
import { Fault } from '../../specs/fault.ts';
import { ModelCard } from '../../specs/model.ts';
import { nearest } from '../../specs/nearest.ts';
import { decodeBytes, decodeInt8 } from '../base64.ts';
import type { FloatGraph } from '../float.ts';
import type { Graph } from '../graph.ts';
import { graphFromJson } from '../serialize.ts';
import { type FloatDocument, floatFromJson } from '../serialize-float.ts';
import { tensorElements } from '../shape.ts';
import digitsCard from './digits/card.json' with { type: 'json' };
import digitsGraph from './digits/digits.joulesmith.json' with { type: 'json' };
import digitsFloat from './digits/float.json' with { type: 'json' };
import digitsSamples from './digits/samples.json' with { type: 'json' };
import texturesCard from './textures/card.json' with { type: 'json' };
import texturesFloat from './textures/float.json' with { type: 'json' };
import texturesSamples from './textures/samples.json' with { type: 'json' };
import texturesGraph from './textures/textures.joulesmith.json' with { type: 'json' };
import vibrationCard from './vibration/card.json' with { type: 'json' };
import vibrationFloat from './vibration/float.json' with { type: 'json' };
import vibrationSamples from './vibration/samples.json' with { type: 'json' };
import vibrationGraph from './vibration/vibration.joulesmith.json' with { type: 'json' };

interface SamplesDocument {
  readonly count: number;
  /** How many of them the int8 network reads right. */
  readonly right: number;
  /** Base64, one byte each. */
  readonly labels: string;
  /** Base64, int8. */
  readonly inputs: string;
}

interface Entry {
  readonly graph: unknown;
  readonly card: unknown;
  readonly samples: SamplesDocument;
  /** A FloatDocument; the compiler reads the words of an imported file as any strings. */
  readonly float: unknown;
}

const entries: Readonly<Record<string, Entry>> = {
  digits: { graph: digitsGraph, card: digitsCard, samples: digitsSamples, float: digitsFloat },
  vibration: { graph: vibrationGraph, card: vibrationCard, samples: vibrationSamples, float: vibrationFloat },
  textures: { graph: texturesGraph, card: texturesCard, samples: texturesSamples, float: texturesFloat },
};

export const zooNames: readonly string[] = Object.keys(entries);

export interface ZooNetwork {
  readonly graph: Graph;
  readonly card: ModelCard;
  /** Inputs of all samples one after the other, `inputBytes` each, quantised as the graph's input is. */
  readonly samples: Int8Array;
  /** The right class of each sample. */
  readonly labels: Uint8Array;
  readonly inputBytes: number;
  /** How many samples the int8 network reads right. */
  readonly samplesRight: number;
  /** The trained network before quantisation. */
  readonly float: FloatGraph;
}

/** A network of the zoo. Error: `ZOO_UNKNOWN`. */
export function loadZoo(name: string): ZooNetwork {
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!entry) {
    const near = nearest(name, zooNames);
    throw new Fault({
      code: 'ZOO_UNKNOWN',
      place: 'zoo',
      cause: `there is no network '${name}'`,
      wayOut: `${near === null ? '' : `did you mean '${near}'? `}choose one of: ${zooNames.join(', ')}`,
    });
  }
  const place = `models/zoo/${name}`;
  const graph = graphFromJson(entry.graph, place);
  return {
    graph,
    card: check(ModelCard, entry.card, `${place}/card.json`),
    samples: decodeInt8(entry.samples.inputs),
    labels: decodeBytes(entry.samples.labels),
    inputBytes: tensorElements(graph.tensors.get(graph.inputs[0]!)!.shape),
    samplesRight: entry.samples.right,
    float: floatFromJson(entry.float as FloatDocument),
  };
}
