/** Convolution and pooling are what their definitions say, and their gradients equal finite differences. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { Graph, scalar } from '../../src/graph/graph.ts';
import { applyLayers, type LayerSpec, layerProblem, placed } from '../../src/graph/layers/index.ts';
import { type Image, sizeOf } from '../../src/graph/layers/layer.ts';
import { input, matmul, parameter, sumRows } from '../../src/graph/nodes/index.ts';

const BATCH = 2;
const numbers = (length: number) =>
  fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: length, maxLength: length });

const setting = fc
  .record({
    height: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
    channels: fc.integer({ min: 1, max: 3 }),
    filters: fc.integer({ min: 1, max: 3 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ height, width, channels, ...settings }) => ({
    from: { height, width, channels },
    layer: { type: 'conv2d', ...settings } as const,
  }))
  .filter(({ from, layer }) => layerProblem([layer], from) === undefined);

/** Σ over all entries of the layer's output, each with a weight of its own, and its gradients. */
function applied(layer: LayerSpec, from: Image) {
  const graph = new Graph();
  const places = placed([layer, { type: 'dense', width: 1 }], from);
  const x = parameter(graph, 'x', BATCH, sizeOf(from));
  const [{ weights: shape }] = places;
  const layers =
    shape === undefined
      ? []
      : [
          {
            weights: parameter(graph, 'weights', shape.rows, shape.cols),
            bias: parameter(graph, 'bias', 1, shape.cols),
          },
        ];
  const { output } = applyLayers(graph, x, places.slice(0, 1), layers);
  const { cols } = graph.nodes[output];
  const loss = matmul(graph, sumRows(graph, output), input(graph, 'ends', cols, 1));
  return { graph, x, layers, output, loss, cols };
}

describe('a convolution', () => {
  it('is the sum over its window, with 0 beyond the edges', () => {
    fc.assert(
      fc.property(
        setting.chain(({ from, layer }) =>
          fc.record({
            from: fc.constant(from),
            layer: fc.constant(layer),
            x: numbers(BATCH * sizeOf(from)),
            weights: numbers(layer.kernel ** 2 * from.channels * layer.filters),
            bias: numbers(layer.filters),
          }),
        ),
        ({ from: { height, width, channels }, layer, x, weights, bias }) => {
          const { kernel, stride, padding, filters } = layer;
          const { graph, output, cols } = applied(layer, { height, width, channels });
          const bindings = new Map([
            ['x', Float64Array.from(x)],
            ['weights', Float64Array.from(weights)],
            ['bias', Float64Array.from(bias)],
            ['ends', new Float64Array(cols)],
          ]);
          const found = evaluate(graph, bindings, 1)[output];
          const [rows, columns] = [height, width].map((side) => Math.floor((side + 2 * padding - kernel) / stride) + 1);
          expect(found.length).toBe(BATCH * rows * columns * filters);
          const entry = (b: number, y: number, at: number, c: number) =>
            y < 0 || at < 0 || y >= height || at >= width ? 0 : x[((b * height + y) * width + at) * channels + c];
          let i = 0;
          for (let b = 0; b < BATCH; b++)
            for (let oy = 0; oy < rows; oy++)
              for (let ox = 0; ox < columns; ox++)
                for (let f = 0; f < filters; f++) {
                  let sum = bias[f];
                  for (let ky = 0; ky < kernel; ky++)
                    for (let kx = 0; kx < kernel; kx++)
                      for (let c = 0; c < channels; c++)
                        sum +=
                          entry(b, oy * stride + ky - padding, ox * stride + kx - padding, c) *
                          weights[((ky * kernel + kx) * channels + c) * filters + f];
                  expect(found[i++]).toBeCloseTo(sum, 9);
                }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('and pooling have gradients that equal finite differences', () => {
    const pooling = { from: { height: 4, width: 6, channels: 2 }, layer: { type: 'averagePool', size: 2 } } as const;
    fc.assert(
      fc.property(
        fc.oneof(setting, fc.constant(pooling)),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        ({ from, layer }, stream) => {
          const { graph, x, layers, loss, cols } = applied(layer, from);
          const take = (count: number) => Float64Array.from({ length: count }, () => stream.next().value);
          const nodes = [x, ...layers.flatMap(({ weights, bias }) => [weights, bias])];
          const bindings = new Map(
            nodes.map((id) => [graph.nameOf(id), take(graph.nodes[id].rows * graph.nodes[id].cols)] as const),
          ).set('ends', take(cols));
          const gradients = differentiate(graph, loss, nodes, scalar(1));
          const found = evaluate(graph, bindings, 1);
          nodes.forEach((id, which) => {
            const name = graph.nameOf(id);
            const at = bindings.get(name) ?? new Float64Array(0);
            at.forEach((_, i) => {
              const lossAt = (shift: number) =>
                evaluate(graph, new Map([...bindings, [name, at.map((v, j) => (j === i ? v + shift : v))]]), 1)[
                  loss
                ][0];
              // The loss is linear in each of them.
              expect(found[gradients[which]][i]).toBeCloseTo((lossAt(0.5) - lossAt(-0.5)) / 1, 9);
            });
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});

it('pooling is the mean of each square, channel by channel', () => {
  const { graph, output, cols } = applied({ type: 'averagePool', size: 2 }, { height: 2, width: 4, channels: 2 });
  const x = Float64Array.from({ length: BATCH * 16 }, (_, i) => i);
  const found = evaluate(
    graph,
    new Map([
      ['x', x],
      ['ends', new Float64Array(cols)],
    ]),
    1,
  )[output];
  expect([...found]).toEqual([5, 6, 9, 10, 21, 22, 25, 26]);
});

it('a layer that does not fit says which of its keys is at fault', () => {
  const image = { height: 5, width: 6, channels: 1 };
  expect(layerProblem([{ type: 'averagePool', size: 2 }], image)).toMatchObject({ at: 0, key: 'size' });
  const wide = { type: 'conv2d', filters: 1, kernel: 9, stride: 1, padding: 1 } as const;
  expect(layerProblem([{ type: 'activation', function: 'relu' }, wide], image)).toMatchObject({ at: 1, key: 'kernel' });
});
