import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBytes, decodeFloat32, encodeBytes, encodeFloat32 } from '../../models/base64.ts';
import { runReference } from '../../models/reference.ts';
import { graphFromJson, graphToJson } from '../../models/serialize.ts';
import { floatFromJson, floatToJson } from '../../models/serialize-float.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { Fault } from '../../specs/fault.ts';
import { randomFloatGraph } from '../support/random-float-graph.ts';
import { randomChain, randomInputs } from '../support/random-graph.ts';

const everything = {
  explicitPadding: true,
  groups: true,
  weightZeroPoint: true,
  reshape: true,
  quantize: true,
  softmax: true,
} as const;

/** What is left after writing to disk and reading back. */
const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

type Json = Record<string, unknown>;
const digits = (): Json => throughText(graphToJson(loadZoo('digits').graph)) as Json;
const layerOf = (document: Json, index: number): Json => (document.layers as Json[])[index]!;
const tensorOf = (document: Json, index: number): Json => (document.tensors as Json[])[index]!;

describe('a graph as JSON', () => {
  test('comes back the same, every kind of layer and every option', () => {
    fc.assert(
      fc.property(randomChain(everything), (graph) => {
        const again = graphFromJson(throughText(graphToJson(graph)), 'net.joulesmith.json');
        expect(again).toEqual(graph);
        expect(JSON.stringify(graphToJson(again))).toBe(JSON.stringify(graphToJson(graph)));
      }),
      { numRuns: 300 },
    );
  });

  test('computes the same bytes', () => {
    fc.assert(
      fc.property(randomChain(everything), fc.integer(), (graph, seed) => {
        const again = graphFromJson(throughText(graphToJson(graph)), 'net.joulesmith.json');
        const input = randomInputs(graph, 1, seed);
        expect(runReference(again, input).output).toEqual(runReference(graph, input).output);
      }),
    );
  });

  test('names every fault of the form with its pointer', () => {
    const document = digits();
    layerOf(document, 0).weights = 'not base64!';
    layerOf(document, 1).strid = layerOf(document, 1).stride;
    delete layerOf(document, 1).stride;
    layerOf(document, 2).bias = [1, 2.5];
    expect(() => graphFromJson(document, 'net.joulesmith.json')).toThrow(
      /^net\.joulesmith\.json: \/layers\/0\/weights: found 'not base64!', expected text matching .*; \/layers\/1\/stride: found nothing, expected an object with height, width; \/layers\/1\/strid: found an unknown property, expected 'stride' \(did you mean that\?\); \/layers\/2\/bias\/1: found 2\.5, expected a whole number .*; correct these 4 values \[SPEC_INVALID\]$/,
    );
  });

  test.each<[string, (document: Json) => void, RegExp]>([
    [
      'another format',
      (d) => {
        d.format = 'joulesmith-graph-99';
      },
      /^f: \/format: found 'joulesmith-graph-99', expected 'joulesmith-graph-1'; correct this value \[SPEC_INVALID\]$/,
    ],
    [
      'an unknown layer',
      (d) => {
        layerOf(d, 0).kind = 'warp';
      },
      /^f: \/layers\/0\/kind: found 'warp', expected 'conv2d', .* or 'quantize'; correct this value \[SPEC_INVALID\]$/,
    ],
    [
      'one id for two tensors',
      (d) => {
        tensorOf(d, 3).id = 1;
      },
      /^f: \/tensors\/3\/id: found 1, expected an id other than that of \/tensors\/1; correct this value \[SPEC_INVALID\]$/,
    ],
    [
      'a scale that is no float32',
      (d) => {
        tensorOf(d, 0).scale = 0.1;
      },
      /scale 0\.1; a finite float32 above 0 is needed \[GRAPH_SCALE\]$/,
    ],
    [
      'too few weights',
      (d) => {
        layerOf(d, 0).weights = 'AAAA';
      },
      /^f: \/layers\/0: 3 weights; 72 are needed \[GRAPH_TABLE\]$/,
    ],
    [
      'a layer that reads what is not there yet',
      (d) => {
        (d.layers as unknown[]).reverse();
      },
      /GRAPH_ORDER/,
    ],
  ])('refuses %s', (_name, damage, message) => {
    const document = digits();
    damage(document);
    expect(() => graphFromJson(document, 'f')).toThrow(message);
  });

  test('refuses what is no object', () => {
    expect(() => graphFromJson(null, 'f')).toThrow(
      /^f: the document: found null, expected an object with .* \[SPEC_INVALID\]$/,
    );
    expect(() => graphFromJson([], 'f')).toThrow(
      /^f: the document: found a list of 0, expected an object with .* \[SPEC_INVALID\]$/,
    );
  });

  test('with any value replaced by any other is a Fault or a graph that the checks accept', () => {
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      paths.push(path);
      if (typeof value !== 'object' || value === null) return;
      for (const key of Object.keys(value)) walk((value as Json)[key], [...path, key]);
    };
    walk(digits(), []);
    let refused = 0;
    const runs = 400;
    fc.assert(
      fc.property(fc.constantFrom(...paths.slice(1)), fc.jsonValue(), (path, value) => {
        const document = digits();
        let at = document;
        for (const key of path.slice(0, -1)) at = at[key] as Json;
        at[path.at(-1)!] = value;
        try {
          graphFromJson(document, 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
          refused++;
        }
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 2);
  });
});

test('bytes and floats survive base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20000 }), fc.float32Array({ noNaN: true }), (bytes, floats) => {
      expect(decodeBytes(encodeBytes(bytes))).toEqual(bytes);
      expect(decodeFloat32(encodeFloat32(floats))).toEqual(floats);
    }),
  );
  expect(encodeFloat32(Float32Array.of(1))).toBe('AACAPw==');
});

test('a float network comes back the same', () => {
  fc.assert(
    fc.property(randomFloatGraph, ({ graph }) => {
      expect(floatFromJson(JSON.parse(JSON.stringify(floatToJson(graph))))).toEqual(graph);
    }),
  );
});
