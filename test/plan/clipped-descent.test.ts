/** A step of plain descent whose rows are clipped, with the first layer at the scale of its gradients: the weights are those of the oracle. */
import { expect, it } from 'vitest';
import { clippedMlp } from '../../src/graph/clipped-mlp.ts';
import { type Architecture, perceptron } from '../../src/graph/mlp.ts';
import { clippedScales } from '../../src/plan/lowering/clipped-scales.ts';
import { Lowering } from '../../src/plan/lowering/lowering.ts';
import { firstLayerScale } from '../../src/plan/training/first-layer.ts';
import { productBits } from '../../src/protocol/product.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, TRUST } from '../protocol/harness.ts';
import { oneByOne } from './clipped-oracle.ts';
import { batchOf, DATA_BITS, DATA_CLIP, onGrid, parameterNames, WEIGHT_BITS, WEIGHT_LIMIT } from './clipped-step.ts';

const [ROWS, EXPECTED, LIMIT, L2] = [12, 8, 0.5, 0];
const ARCHITECTURE: Architecture = perceptron({
  inputs: 5,
  hidden: [6],
  activation: 'relu',
  output: 'softmax',
  outputs: 3,
});
const SGD = { type: 'sgd' } as const;

it.each(TRUST)('in %s', async (trust) => {
  const program = new Program(trust);
  const { roles } = program.builder;
  const batch = batchOf(ARCHITECTURE, ROWS, 3);
  const setting = { roles, architecture: ARCHITECTURE, optimiser: SGD, l2: L2, fractionalBits: WEIGHT_BITS };
  const first = firstLayerScale({ ...setting, dataBits: DATA_BITS, clip: DATA_CLIP }, WEIGHT_LIMIT);
  const firstBits = first?.weights ?? Number.NaN;
  expect(firstBits).toBeGreaterThan(WEIGHT_BITS);
  const training = { batch: ROWS, expectedBatch: EXPECTED, clip: LIMIT, hasPadding: true, l2: L2, optimiser: SGD };
  const model = clippedMlp(ARCHITECTURE, training);
  const { graph, features, labels, padding = -1, state, clippedLayers } = model;
  const scales = clippedScales({
    evaluators: roles.evaluators.length,
    architecture: ARCHITECTURE,
    batch: ROWS,
    limit: LIMIT,
    by: { least: 1 / EXPECTED, most: 1 / EXPECTED },
    dataClip: DATA_CLIP,
    weightLimit: WEIGHT_LIMIT,
    parameterBits: WEIGHT_BITS,
    firstOutputBits: DATA_BITS + firstBits + productBits(roles.evaluators.length),
    ...(first === undefined ? {} : { firstGradientBits: first.gradient }),
  });
  const bitsOf = (name: string) => (name === 'weights 1' ? firstBits : WEIGHT_BITS);
  program.builder.phase(
    'step',
    (phase) => {
      const enter = (owner: string, node: number, values: readonly number[], bits: number, bound: number) =>
        [node, program.real(phase, owner, values, graph.nodes[node], bits, bound)] as const;
      const parameters = state.map(({ node, name }, i) =>
        enter('south', node, batch.parameters[i], bitsOf(name), WEIGHT_LIMIT),
      );
      const data = [
        enter('north', features, batch.features, DATA_BITS, DATA_CLIP),
        enter('east', labels, batch.labels, 0, 1),
        enter('south', padding, batch.padding, 0, 1),
      ];
      const lowering = new Lowering(graph, phase, 28, [...data, ...parameters], 'weights');
      lowering.clipRows(clippedLayers, scales);
      for (const [i, { name, updated }] of state.entries()) {
        phase.reveal(lowering.updated(updated, parameters[i][1], name, 1).value, name, PARTIES);
      }
    },
    true,
  );
  expect(program.builder.sites).toEqual([]);
  const { outcomes } = await simulate(program.plan(), program.inputsOf);
  const clipping = { trust, architecture: ARCHITECTURE, limit: LIMIT, expectedBatch: EXPECTED };
  const { sums, tolerance } = oneByOne(clipping, batch);
  const squares = parameterNames(ARCHITECTURE).flatMap((name, i) => {
    const found = outcomes.get('south')?.revealed.get(name) ?? [];
    expect(found.length, name).toBe(sums[i].length);
    return Array.from(found, (w, at) => (w - (onGrid(batch.parameters[i][at], bitsOf(name)) - sums[i][at])) ** 2);
  });
  // The first layer's clipped gradients have a unit of their own, and a change of the others is rounded to a weight's.
  const rounded = Math.sqrt(squares.length) * 2 ** -WEIGHT_BITS;
  expect(Math.sqrt(squares.reduce((a, b) => a + b))).toBeLessThan(tolerance + rounded);
});
