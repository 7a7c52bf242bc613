import { describe, expect, test } from 'vitest';
import { networkWorks } from '../../../../hdl-gen/arch/stream/network.ts';
import type { Graph, Shape, Tensor } from '../../../../models/graph.ts';
import { seededRandom } from '../../../support/random.ts';
import { pad, resize, transpose } from '../../../support/random-moving.ts';
import { finished, Sketch } from '../../../support/random-network.ts';

/** A network drawn by hand on an input of the shape. */
function drawn(shape: Shape, draw: (sketch: Sketch, input: Tensor) => Tensor): Graph {
  const sketch = new Sketch(seededRandom(3));
  const input = sketch.tensor(shape);
  return finished(sketch, 'drawn', input, draw(sketch, input));
}

function held(sketch: Sketch, shape: Shape, like: Tensor): Tensor {
  const tensor = sketch.tensor(shape, like);
  const bytes = shape.reduce((product, size) => product * size, 1);
  sketch.constants.set(
    tensor.id,
    Int8Array.from({ length: bytes }, (_, index) => index + 1),
  );
  return tensor;
}

function joined(sketch: Sketch, inputs: readonly Tensor[], shape: Shape, axis: number): Tensor {
  const output = sketch.tensor(shape, inputs[0]!);
  const ids = inputs.map(({ id }) => id);
  const kind = 'concatenation';
  sketch.layers.push({ kind, name: sketch.name(kind), inputs: ids, output: output.id, axis });
  return output;
}

describe('what the stream architecture leaves to others is said', () => {
  const said = (graph: Graph): string => {
    try {
      networkWorks(graph);
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing was thrown';
  };

  test('operators whose operands are all constants', () => {
    expect(
      said(
        drawn([1, 2], (sketch, input) =>
          sketch.elementwise(input, sketch.elementwise(held(sketch, [1, 2], input), held(sketch, [2], input))),
        ),
      ),
    ).toMatch(
      /^layer (add|sub|mul)_0: both operands are constants; fold them into one constant before export \[STREAM_UNSUPPORTED\]$/,
    );
    expect(
      said(
        drawn([1, 4], (sketch, input) =>
          sketch.elementwise(
            input,
            joined(sketch, [held(sketch, [1, 2], input), held(sketch, [1, 2], input)], [1, 4], 1),
          ),
        ),
      ),
    ).toBe(
      'layer concatenation_0: all its inputs are constants; fold them into one constant before export [STREAM_UNSUPPORTED]',
    );
    expect(
      said(
        drawn([1, 2, 3], (sketch, input) =>
          sketch.elementwise(input, transpose(sketch, held(sketch, [1, 2, 3], input), 3)),
        ),
      ),
    ).toBe(
      'layer transpose_0: its input 1 is a constant; fold it into one constant before export [STREAM_UNSUPPORTED]',
    );
  });

  test('pictures in batches, in the layers that read windows; the others take any rank', () => {
    const one = drawn([1, 3, 3, 2], (sketch, input) => sketch.pool(input, 'maxPool2d'));
    const batch = new Map(
      [...one.tensors].map(([id, tensor]) => [id, { ...tensor, shape: [2, ...tensor.shape.slice(1)] }]),
    );
    expect(said({ ...one, tensors: batch })).toBe(
      'layer pool_0: tensor 0 has shape [2, 3, 3, 2]; the stream architecture takes pictures: a batch of 1, height, width and channels [STREAM_UNSUPPORTED]',
    );
    expect(said(drawn([2, 2, 2, 2, 2], (sketch, input) => pad(sketch, input)))).toBe('nothing was thrown');
  });

  test('a picture that no chip has room for', () => {
    const small = drawn([1, 2, 2, 1], (sketch, input) => sketch.pool(input, 'maxPool2d'));
    const tensors = new Map(
      [...small.tensors].map(([id, tensor]) => [id, { ...tensor, shape: [1, 65_536, 65_536, 1] }]),
    );
    expect(said({ ...small, tensors })).toBe(
      'layer pool_0: tensor 0 of shape [1, 65536, 65536, 1] has more than 2^31 elements; give a network for smaller pictures [STREAM_UNSUPPORTED]',
    );
  });

  test('matrix products', () => {
    const product = drawn([1, 2, 2], (sketch, input) => {
      const output = sketch.tensor([1, 2, 2]);
      sketch.layers.push({
        kind: 'batchMatMul',
        name: 'matrices_0',
        inputs: [input.id, input.id],
        output: output.id,
        adjointFirst: false,
        adjointSecond: false,
        requantize: sketch.requantize(1, 2),
        clamp: { min: -128, max: 127 },
      });
      return output;
    });
    expect(said(product)).toBe(
      'layer matrices_0: batchMatMul has no engine in the stream architecture yet; leave it to the host [STREAM_UNSUPPORTED]',
    );
  });
});

describe('bytes that a layer wants in another order pass a stage of their own', () => {
  const works = (graph: Graph) =>
    networkWorks(graph).works.map((work) => ({
      name: work.name,
      layers: work.layers,
      kind: work.form === 'rearrange' ? work.kind : work.form,
    }));

  test('an operand that is repeated', () => {
    const graph = drawn([1, 2, 1, 4], (sketch, input) => {
      const row = sketch.quantize(input);
      const grown = resize(sketch, input, 2, 3);
      return sketch.elementwise(row, grown);
    });
    const [join] = graph.layers.slice(-1);
    expect(works(graph)).toEqual([
      { name: 'quantize_0', layers: ['quantize_0'], kind: 'bytewise' },
      { name: 'resize_1', layers: ['resize_1'], kind: 'resize' },
      { name: `${join!.name}_repeat_0`, layers: [], kind: 'repeat' },
      { name: join!.name, layers: [join!.name], kind: 'bytewise' },
    ]);
  });

  test('constants between computed inputs go with the one before them, those before all with the first', () => {
    const graph = drawn([2, 1], (sketch, input) => {
      const other = sketch.lookup(input);
      const same = { ...other, scale: input.scale, zeroPoint: input.zeroPoint };
      sketch.tensors.set(same.id, same);
      const parts = [held(sketch, [2, 1], input), input, held(sketch, [2, 2], input), same];
      return joined(sketch, parts, [2, 5], 1);
    });
    expect(works(graph)).toEqual([
      { name: 'lookup_0', layers: ['lookup_0'], kind: 'bytewise' },
      { name: 'concatenation_1_insert_0', layers: [], kind: 'insert' },
      { name: 'concatenation_1', layers: ['concatenation_1'], kind: 'turns' },
    ]);
    const [, insert, turns] = networkWorks(graph).works;
    expect(insert).toMatchObject({
      inserted: { sizes: [2, 4], before: [0, 1], after: [0, 2], values: Int8Array.of(1, 1, 2, 2, 3, 4) },
    });
    expect(turns).toMatchObject({ turns: [4, 1] });
  });

  test('a mean over dimensions that lie apart brings them together; side by side they need nothing', () => {
    const mean = (axes: readonly number[], shape: Shape) =>
      works(
        drawn(shape, (sketch, input) => {
          const output = sketch.tensor(shape.map((size, d) => (axes.includes(d) ? 1 : size)));
          const clamp = { min: -128, max: 127 };
          const requantize = sketch.requantize(1, 4);
          sketch.layers.push({
            kind: 'mean',
            name: 'mean_0',
            input: input.id,
            output: output.id,
            axes,
            requantize,
            clamp,
          });
          return output;
        }),
      ).map(({ name, kind }) => [name, kind]);
    const alone = [['mean_0', 'window']];
    for (const axes of [[1], [2], [3], [1, 2], [2, 3], [1, 2, 3], [0]]) expect(mean(axes, [1, 3, 4, 5])).toEqual(alone);
    expect(mean([1, 3], [1, 3, 1, 5])).toEqual(alone);
    expect(mean([1, 3], [1, 3, 4, 5])).toEqual([['mean_0_transpose', 'transpose'], ...alone]);
  });
});
