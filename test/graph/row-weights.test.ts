/** Weights of rows: a weighted step is that of a batch in which each row stands as often as its weight says, and goes along finite differences of the weighted loss. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClippedModel, clippedMlp } from '../../src/graph/clipped-mlp.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import {
  type Architecture,
  hasHidden,
  layerShapes,
  type MlpTraining,
  mlp,
  perceptron,
  type Weighting,
} from '../../src/graph/mlp.ts';
import type { Model } from '../../src/graph/model.ts';

const INPUTS = 3;
const ROWS = 5;
const RATE = 0.37;
/** Sums of up to 15 rows of float64 in another order. */
const ROUNDING = 1e-12;

const architecture = (hidden: readonly number[], output: Architecture['output']): Architecture =>
  perceptron({ inputs: INPUTS, hidden, activation: 'relu', output, outputs: output === 'softmax' ? 3 : 1 });

const CASES = (['sigmoid', 'softmax', 'linear'] as const).flatMap((output) =>
  [[], [4], [3, 2]].flatMap((hidden) =>
    (['features', 'gradients'] as const)
      .filter((weighting) => weighting === 'gradients' || hidden.length === 0)
      .map((weighting) => ({ output, hidden, weighting })),
  ),
);

const numbers = (length: number) =>
  fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: length, maxLength: length });

interface Drawn {
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly parameters: readonly number[];
  readonly weights: readonly number[];
}

const drawn = (of: Architecture): fc.Arbitrary<Drawn> => {
  const { outputs } = of;
  const size = layerShapes(of).reduce((sum, { rows, cols }) => sum + (rows + 1) * cols, 0);
  return fc.record({
    features: numbers(ROWS * INPUTS),
    labels: fc.array(fc.nat({ max: Math.max(1, outputs - 1) }), { minLength: ROWS, maxLength: ROWS }),
    parameters: numbers(size),
    weights: fc.array(fc.nat({ max: 3 }), { minLength: ROWS, maxLength: ROWS }),
  });
};

/** What the model reads, row i of the drawn ones as often as `times` says. */
function bindings(
  { outputs }: Architecture,
  { state }: Model,
  { features, labels, parameters, weights }: Drawn,
  times: readonly number[],
) {
  const rows = times.flatMap((count, i) => Array.from({ length: count }, () => i));
  const target = (row: number) =>
    outputs === 1 ? [labels[row]] : Array.from({ length: outputs }, (_, k) => (k === labels[row] ? 1 : 0));
  const x = (row: number) => features.slice(row * INPUTS, (row + 1) * INPUTS);
  let at = 0;
  const own = state.map(({ name, rows, cols }) => {
    at += rows * cols;
    return [name, Float64Array.from(parameters.slice(at - rows * cols, at))] as const;
  });
  return new Map<string, Float64Array>([
    ...own,
    ['features', Float64Array.from(rows.flatMap(x))],
    ['labels', Float64Array.from(rows.flatMap(target))],
    ['weights', Float64Array.from(rows.map((row) => weights[row]))],
    ['weighted features', Float64Array.from(rows.flatMap((row) => x(row).map((value) => weights[row] * value)))],
  ]);
}

const ONCE = Array.from({ length: ROWS }, () => 1);

describe.each(CASES)('$hidden, then $output, by $weighting', ({ output, hidden, weighting }) => {
  const of = architecture(hidden, output);
  const training = (batch: number, by?: Weighting): MlpTraining => ({
    ...{ batch, l2: 0, optimiser: { type: 'sgd' } },
    ...(by === undefined ? {} : { weighting: by }),
  });

  it('a weight is how often a row counts, in a mean over the rows that there are', () => {
    expect(hasHidden(of)).toBe(hidden.length > 0);
    const weighted = mlp(of, training(ROWS, weighting));
    fc.assert(
      fc.property(drawn(of), (all) => {
        const count = all.weights.reduce((sum, w) => sum + w, 0);
        fc.pre(count > 0);
        const repeated = mlp(of, training(count));
        const found = evaluate(weighted.graph, bindings(of, weighted, all, ONCE), RATE);
        const at = bindings(of, repeated, all, all.weights);
        const expected = evaluate(repeated.graph, at, RATE);
        const share = count / ROWS;
        expect(Math.abs(found[weighted.loss][0] - share * expected[repeated.loss][0])).toBeLessThan(ROUNDING * 100);
        weighted.state.forEach(({ updated, name }, i) => {
          const before = at.get(name) ?? new Float64Array(0);
          const after = expected[repeated.state[i].updated];
          found[updated].forEach((value, k) => {
            expect(Math.abs(value - before[k] - share * (after[k] - before[k]))).toBeLessThan(ROUNDING * 100);
          });
        });
      }),
    );
  });
});

describe.each([[], [4]].map((hidden) => ({ hidden })))('clipped rows, hidden $hidden', ({ hidden }) => {
  const of = architecture(hidden, 'softmax');
  const training = { ...{ batch: 1, expectedBatch: 1, hasPadding: false, l2: 0 }, optimiser: { type: 'sgd' } as const };
  const normOf = (model: ClippedModel, values: readonly Float64Array[]) =>
    Math.sqrt(
      model.clippedLayers
        .flatMap(({ sums }) => [...values[sums.weights], ...values[sums.bias]])
        .reduce((sum, x) => sum + x * x, 0),
    );

  it('what a row gives is clipped after it was weighted: its norm is the clip at the most, whatever the weight', () => {
    const clip = 0.3;
    const clipped = clippedMlp(of, { ...training, clip, isWeighted: true });
    const free = clippedMlp(of, { ...training, clip: 1e9, isWeighted: true });
    fc.assert(
      fc.property(drawn(of), fc.constantFrom(0, 0.5, 1, 3, 64), (all, weight) => {
        const one = {
          ...all,
          features: all.features.slice(0, INPUTS),
          labels: all.labels.slice(0, 1),
          weights: [weight],
        };
        const at = bindings(of, clipped, one, [1]);
        const [norm, whole] = [clipped, free].map((model) => normOf(model, evaluate(model.graph, at, 1)));
        expect(norm).toBeLessThanOrEqual(clip * (1 + ROUNDING));
        expect(Math.abs(norm - Math.min(clip, whole))).toBeLessThan(ROUNDING * 100);
      }),
    );
  });
});
