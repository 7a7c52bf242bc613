import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawing } from '../../../scripts/report/drawing/drawing.ts';
import { type Layout, layOut } from '../../../scripts/report/drawing/layout.ts';
import type { ModelOutline } from '../../../specs/outline.ts';
import { processorMilliseconds } from '../../support/processor-time.ts';

type Nodes = readonly { readonly inputs: readonly number[] }[];

/** Every node reads some of the earlier ones. */
const randomNodes: fc.Arbitrary<Nodes> = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 40 })
  .map((rows) =>
    rows.map((picks, at) => ({ inputs: at === 0 ? [] : picks.map((pick) => at - 1 - (pick % Math.min(at, 7))) })),
  );

/** Everything that would make a drawing wrong. */
function faultsOf(nodes: Nodes, { boxes, routes, width, height }: Layout): string[] {
  const faults: string[] = [];
  for (const [a, one] of boxes.entries()) {
    if (one.x < 0 || one.y < 0 || one.x + one.width > width || one.y + one.height > height)
      faults.push(`box ${a} outside`);
    for (const [b, other] of boxes.slice(0, a).entries()) {
      const apart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      if (!apart) faults.push(`boxes ${a} and ${b} overlap`);
    }
  }
  const wanted = nodes.flatMap(({ inputs }, to) => [...new Set(inputs)].map((from) => `${from}-${to}`));
  const drawn = routes.map(({ from, to }) => `${from}-${to}`);
  if (wanted.sort().join() !== drawn.sort().join()) faults.push('other edges');
  for (const { from, to, points } of routes) {
    const edge = `${from}-${to}`;
    const [source, target] = [boxes[from]!, boxes[to]!];
    const [start, end] = [points[0]!, points.at(-1)!];
    if (start[0] !== source.x + source.width / 2 || start[1] !== source.y + source.height)
      faults.push(`${edge} starts elsewhere`);
    if (end[0] <= target.x || end[0] >= target.x + target.width || end[1] !== target.y)
      faults.push(`${edge} ends elsewhere`);
    for (const [at, [x, y]] of points.slice(1).entries()) {
      const [px, py] = points[at]!;
      if (x !== px && y !== py) faults.push(`${edge} is oblique`);
      for (const [b, box] of boxes.entries()) {
        const hits =
          Math.max(x, px) > box.x &&
          Math.min(x, px) < box.x + box.width &&
          Math.max(y, py) > box.y &&
          Math.min(y, py) < box.y + box.height;
        if (hits) faults.push(`${edge} runs through box ${b}`);
      }
    }
  }
  return faults;
}

describe('the layout', () => {
  test.each([900, 1240, 3000])('of any graph: boxes apart, lines from box to box and through none, %d wide', (wide) => {
    fc.assert(
      fc.property(randomNodes, (nodes) => {
        expect(faultsOf(nodes, layOut(nodes, wide))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a fault would be noticed', () => {
    const nodes = [{ inputs: [] }, { inputs: [0] }, { inputs: [1, 0] }];
    const layout = layOut(nodes, 1240);
    const straight = layout.routes.map((route) => ({ ...route, points: [route.points[0]!, route.points.at(-1)!] }));
    expect(faultsOf(nodes, { ...layout, routes: straight }).join()).toMatch(/0-2 (is oblique|runs through)/);
    const boxes = layout.boxes.map((box) => ({ ...box, y: 40 }));
    expect(faultsOf(nodes, { ...layout, boxes }).join()).toContain('overlap');
  });

  const chain = (length: number): Nodes => Array.from({ length }, (_, at) => ({ inputs: at === 0 ? [] : [at - 1] }));

  test('a long chain stands in several columns that a page holds', () => {
    const { width, height } = layOut(chain(33), 1240);
    expect(width).toBeLessThanOrEqual(1240);
    expect(height).toBeLessThan(700);
  });

  test('a branch stands beside the main path, which stays straight', () => {
    // 0 -> 1 -> 2 -> 3, and 0 -> 3 past them.
    const { boxes, routes } = layOut([{ inputs: [] }, { inputs: [0] }, { inputs: [1] }, { inputs: [2, 0] }], 1240);
    expect(new Set(boxes.map(({ x }) => x)).size).toBe(1);
    const skip = routes.find(({ from, to }) => from === 0 && to === 3)!;
    expect(Math.max(...skip.points.map(([x]) => x))).toBeGreaterThan(boxes[0]!.x + boxes[0]!.width);
  });

  test('thousands of nodes are laid out quickly', () => {
    const start = processorMilliseconds();
    layOut(chain(4000), 1240);
    expect(processorMilliseconds() - start).toBeLessThan(5000);
  });
});

describe('the drawing', () => {
  const outline: ModelOutline = {
    inputs: [{ tensor: 0, name: 'image', shape: [1, 8, 8, 3] }],
    outputs: [{ tensor: 3, name: 'sum', shape: [1, 8, 8, 4] }],
    layers: [
      {
        name: 'conv2d_0',
        kind: 'conv2d',
        detail: '3x3, stride 2',
        inputs: [0],
        output: 1,
        shape: [1, 8, 8, 4],
        macs: 6912,
      },
      { name: 'conv2d_1', kind: 'conv2d', detail: '1x1', inputs: [1], output: 2, shape: [1, 8, 8, 4], macs: 1024 },
      { name: 'add_2', kind: 'add', detail: '', inputs: [2, 1], output: 3, shape: [1, 8, 8, 4], macs: 0 },
      { name: '<b>&', kind: 'mul', detail: '', inputs: [3, 99], output: 4, shape: [1, 8, 8, 4], macs: 0 },
    ],
  };

  test('has a box per layer and end, with kind, shape and work, and a line per edge', () => {
    const { markup } = drawing(outline, 'net');
    expect(markup.match(/<g class="layer /g)).toHaveLength(6);
    expect(markup.match(/<path class="edge"/g)).toHaveLength(6);
    expect(markup).toContain('<title>conv2d 3x3, stride 2, conv2d_0, 1×8×8×4, 6,912 MACs</title>');
    expect(markup).toContain('aria-label="Graph of net: 4 layers, 7,936 multiply-accumulates per inference"');
    expect(markup).toContain('>mul (constant)<');
    expect(markup).toContain('&lt;b&gt;&amp;');
    expect(markup).not.toContain('<b>');
  });

  test('of very many layers is left out, and the page says so', () => {
    const layers = Array.from({ length: 601 }, (_, at) => ({ ...outline.layers[1]!, inputs: [at], output: at + 1 }));
    const { markup } = drawing({ ...outline, layers }, 'deep');
    expect(markup).toContain('deep has 601 layers: too many for a drawing');
    expect(markup).not.toContain('<svg');
  });
});
