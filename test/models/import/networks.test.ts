/** Random networks of every operator: written as a file, imported and run, against the oracle that reads the file itself. */
import { expect, test } from 'vitest';
import { importTflite } from '../../../models/import/tflite.ts';
import { runGraph } from '../../../models/reference.ts';
import { graphFromJson, graphToJson } from '../../../models/serialize.ts';
import { layerStatistics } from '../../../models/statistics.ts';
import { randomTflite } from '../../support/random-tflite.ts';
import { runOracle } from '../../support/tflite-oracle.ts';
import { encodeTflite, operatorCode } from '../../support/tflite-writer.ts';

const names = new Map(Object.entries(operatorCode).map(([name, code]) => [code as number, name]));
const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';

test.each([
  ['int8', false, 400],
  ['int16', true, 300],
] as const)('%s', { timeout: 600_000 }, (_type, wide, usual) => {
  const networks = exhaustive ? 10 * usual : usual;
  const seen: Record<string, number> = {};
  const spread: number[] = [];
  for (let seed = 0; seed < networks; seed += 1) {
    const { file, input } = randomTflite(seed, wide);
    const label = `seed ${seed}: ${file.operators.map(({ code }) => names.get(code)).join(', ')}`;
    const graph = importTflite(encodeTflite(file), label);
    const found = runGraph(graph, new Map([[file.inputs[0]!, input]]), { capture: true });
    const expected = runOracle(file, new Map([[file.inputs[0]!, [...input]]]));
    for (const { code, outputs } of file.operators) {
      const name = names.get(code)!;
      seen[name] = (seen[name] ?? 0) + 1;
      for (const id of outputs) {
        expect([...found.get(id)!], `${label}: tensor ${id} of ${name}`).toEqual(expected.get(id));
        spread.push(new Set(found.get(id)).size);
      }
    }
    // Every kind survives the way through JSON, and can be described.
    if (seed % 4 === 0) expect(graphFromJson(JSON.parse(JSON.stringify(graphToJson(graph))), label)).toEqual(graph);
    expect(layerStatistics(graph).length).toBe(graph.layers.length);
  }
  const expectedNames = Object.keys(operatorCode).filter((name) => {
    const never = ['CUSTOM', 'CUMSUM', 'WHERE', 'DEQUANTIZE', 'SOFTMAX', ...(wide ? ['LOGISTIC', 'TANH'] : [])];
    return !never.includes(name);
  });
  expect(Object.keys(seen).sort()).toEqual(expectedNames.sort());
  for (const name of expectedNames) expect(seen[name], name).toBeGreaterThan(usual / 50);
  // Not all saturated: half of the tensors hold more than a few values.
  expect(spread.filter((count) => count > 3).length).toBeGreaterThan(spread.length / 2);
});
