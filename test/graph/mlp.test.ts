/** Steps of multi-layer perceptrons: along central finite differences of the loss, and for momentum along a recursion written out. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bindings, evaluate } from '../../src/graph/evaluate.ts';
import { flat } from '../../src/graph/layers/layer.ts';
import { type ShortForm, shortFormOf } from '../../src/graph/layers/short-form.ts';
import { type Architecture, type MlpTraining, mlp, perceptron } from '../../src/graph/mlp.ts';
import type { Model } from '../../src/graph/model.ts';
import type { Optimiser } from '../../src/graph/optimisers/index.ts';
import { listedRates } from '../../src/plan/training/learning-rate.ts';
import { isSmoothAround } from './smooth.ts';

const H = 1e-4;
/** Of central differences on values around 1: H²·f'''/6, and 2^-52/H of rounding, with room for the size of f. */
const TOLERANCE = 1e-6;
const RATE = 0.37;
const BATCH = 4;
const INPUTS = 3;

const ACTIVATIONS = ['relu', 'sigmoid'] as const;
const OUTPUTS = ['sigmoid', 'softmax', 'linear'] as const;
const HIDDEN = [[], [4], [3, 2], [2, 4, 3]];

type Changes = Partial<ShortForm & Pick<Architecture, 'output' | 'outputs'>>;

const architectureOf = (changes: Changes): Architecture => {
  const output = changes.output ?? 'softmax';
  const ends = { inputs: INPUTS, output, outputs: output === 'softmax' ? 3 : 1 };
  return perceptron({ ...ends, hidden: [3], activation: 'relu', ...changes });
};

const CASES = OUTPUTS.flatMap((output) =>
  HIDDEN.flatMap((hidden) =>
    ACTIVATIONS.filter((activation) => hidden.length > 0 || activation === 'relu').map((activation) =>
      architectureOf({ output, hidden, activation }),
    ),
  ),
);

const sizeOf = ({ rows, cols }: { rows: number; cols: number }) => rows * cols;
/** Evenly spread, so that few units sit at the kink of their ReLU. */
const values = (length: number) =>
  fc.array(
    fc.noBias(fc.integer({ min: -1500, max: 1500 })).map((x) => x / 1000),
    { minLength: length, maxLength: length },
  );

/** Everything that the model reads; labels are what its loss takes. */
function bindingsOf({ outputs, output }: Architecture, { state }: Model) {
  const classes = fc.array(fc.nat({ max: Math.max(1, outputs - 1) }), { minLength: BATCH, maxLength: BATCH });
  const labels =
    output === 'softmax'
      ? classes.map((rows) => rows.flatMap((k) => Array.from({ length: outputs }, (_, c) => (c === k ? 1 : 0))))
      : output === 'sigmoid'
        ? classes
        : values(BATCH);
  const named = [
    ['features', values(BATCH * INPUTS)],
    ['labels', labels],
    ...state.map((node) => [node.name, values(sizeOf(node))] as const),
  ] as const;
  return fc
    .tuple(...named.map(([, arbitrary]) => arbitrary))
    .map((all): Bindings => new Map(all.map((value, i) => [named[i][0], Float64Array.from(value)])));
}

const changed = (bindings: Bindings, name: string, i: number, shift: number): Bindings => {
  const value = Float64Array.from(bindings.get(name) ?? []);
  value[i] += shift;
  return new Map([...bindings, [name, value]]);
};

const training = (l2: number, optimiser: Optimiser = { type: 'sgd' }): MlpTraining => ({ batch: BATCH, l2, optimiser });

describe.each(CASES)('$hidden $activation, then $output', (architecture) => {
  it.each([0, 0.3])('moves against the gradient, by the learning rate, with l2 %d', (l2) => {
    const model = mlp(architecture, training(l2));
    const { graph, loss, state } = model;
    fc.assert(
      fc.property(bindingsOf(architecture, model), (bindings) => {
        fc.pre(isSmoothAround(graph, bindings));
        const penalised = state.filter(({ role }) => role === 'weights').map(({ name }) => name);
        const objective = (at: Bindings) => {
          const square = (name: string) => (at.get(name) ?? new Float64Array(0)).reduce((sum, w) => sum + w * w, 0);
          return evaluate(graph, at, RATE)[loss][0] + (l2 / 2) * penalised.reduce((sum, name) => sum + square(name), 0);
        };
        const found = evaluate(graph, bindings, RATE);
        for (const { name, updated } of state) {
          bindings.get(name)?.forEach((value, i) => {
            const [after, before] = [H, -H].map((shift) => objective(changed(bindings, name, i, shift)));
            const slope = (after - before) / (2 * H);
            const off = Math.abs(found[updated][i] - (value - RATE * slope));
            expect(off, `${name}[${i}]`).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(slope)));
          });
        }
      }),
      { numRuns: 5 },
    );
  });

  it('has a parameter of the right shape for each layer, and a gradient for each hidden one', () => {
    const { state, hiddenGradients, graph } = mlp(architecture, training(0));
    const hidden = shortFormOf(architecture.layers)?.hidden ?? [];
    const widths = [INPUTS, ...hidden, architecture.outputs];
    expect(state.map(({ name, role, rows, cols }) => ({ name, role, rows, cols }))).toEqual(
      widths.slice(1).flatMap((cols, i) => [
        { name: `weights ${i + 1}`, role: 'weights', rows: widths[i], cols },
        { name: `bias ${i + 1}`, role: 'bias', rows: 1, cols },
      ]),
    );
    expect(hiddenGradients.map((node) => [graph.nodes[node].rows, graph.nodes[node].cols])).toEqual(
      hidden.map((width) => [BATCH, width]),
    );
  });
});

it('Adam: five steps equal the recursion of Kingma and Ba, with ε² beside the uncorrected second moment', () => {
  const architecture = architectureOf({ hidden: [4, 3] });
  const adam = { type: 'adam', beta1: 0.8, beta2: 0.95, epsilon: 0.05 } as const;
  const steps = 5;
  const rates = listedRates(
    { learningRate: { schedule: 'constant', initial: RATE }, optimiser: adam, epochs: 1 },
    steps,
  ).rates;
  const plain = mlp(architecture, training(0.1));
  const model = mlp(architecture, training(0.1, adam));
  fc.assert(
    fc.property(bindingsOf(architecture, plain), (start) => {
      const memory = model.state.filter(({ role }) => role === 'memory' || role === 'squares');
      expect(memory.length).toBe(2 * plain.state.length);
      let bindings: Bindings = new Map([
        ...start,
        ...memory.map((node) => [node.name, new Float64Array(sizeOf(node))] as const),
      ]);
      const reference = new Map(start);
      const moments = new Map(
        plain.state.map((node) => [node.name, Array.from({ length: sizeOf(node) }, () => [0, 0])]),
      );
      for (let t = 1; t <= steps; t++) {
        const found = evaluate(model.graph, bindings, rates[t - 1]);
        bindings = new Map([...bindings, ...model.state.map(({ name, updated }) => [name, found[updated]] as const)]);

        const unit = evaluate(plain.graph, reference, 1);
        for (const { name, updated } of plain.state) {
          const moved = (reference.get(name) ?? new Float64Array(0)).map((w, i) => {
            const g = w - unit[updated][i];
            const [m, v] = moments.get(name)?.[i] ?? [];
            const next = [0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g * g];
            moments.get(name)?.splice(i, 1, next);
            const [mean, square] = [next[0] / (1 - 0.8 ** t), next[1] / (1 - 0.95 ** t)];
            return w - (RATE * mean) / Math.sqrt(square + 0.05 ** 2 / (1 - 0.95 ** t));
          });
          reference.set(name, moved);
        }
      }
      for (const { name } of plain.state) {
        bindings.get(name)?.forEach((w, i) => {
          expect(w, `${name}[${i}]`).toBeCloseTo(reference.get(name)?.[i] ?? Number.NaN, 9);
        });
      }
      for (const { name, bound } of memory) {
        expect(Math.max(...(bindings.get(name) ?? []).map(Math.abs)), name).toBeLessThanOrEqual(bound ?? 0);
      }
    }),
    { numRuns: 20 },
  );
});

it('clips each element of the gradient of the loss, and leaves the penalty and the learning rate to come on top', () => {
  const architecture = architectureOf({ hidden: [4] });
  const [limit, l2] = [0.05, 0.1];
  const plain = mlp(architecture, training(0));
  const clipped = mlp(architecture, { ...training(l2), clipGradient: limit });
  let touched = 0;
  fc.assert(
    fc.property(bindingsOf(architecture, plain), (bindings) => {
      const [free, found] = [plain, clipped].map(({ graph }) => evaluate(graph, bindings, RATE));
      plain.state.forEach(({ name, role, updated }, i) => {
        bindings.get(name)?.forEach((w, at) => {
          const slope = (w - free[updated][at]) / RATE;
          if (Math.abs(slope) > limit) touched += 1;
          const bounded = Math.max(-limit, Math.min(limit, slope)) + (role === 'weights' ? l2 * w : 0);
          expect(found[clipped.state[i].updated][at], `${name}[${at}]`).toBeCloseTo(w - RATE * bounded, 10);
        });
      });
    }),
    { numRuns: 20 },
  );
  expect(touched).toBeGreaterThan(0);
});

describe('the loss is', () => {
  /** One input, no hidden layer: z = x·w + b. */
  const lossOf = (output: Architecture['output'], w: readonly number[], b: readonly number[], y: readonly number[]) => {
    const architecture = { ...architectureOf({ output, hidden: [] }), inputs: 1, image: flat(1) };
    const { graph, loss } = mlp(architecture, { batch: 2, l2: 1, optimiser: { type: 'sgd' } });
    const bindings = new Map([
      ['features', Float64Array.of(1, -2)],
      ['labels', Float64Array.from(y)],
      ['weights 1', Float64Array.from(w)],
      ['bias 1', Float64Array.from(b)],
    ]);
    return evaluate(graph, bindings, 1)[loss][0];
  };

  it('the mean binary log loss', () => {
    const p = (z: number) => 1 / (1 + Math.exp(-z));
    const expected = -(Math.log(p(0.75)) + Math.log(1 - p(-0.75))) / 2;
    expect(lossOf('sigmoid', [0.5], [0.25], [1, 0])).toBeCloseTo(expected, 12);
  });

  it('the mean categorical log loss', () => {
    const [w, b] = [
      [0.5, -1, 0.25],
      [0.1, 0.2, -0.3],
    ];
    const p = (x: number, k: number) =>
      Math.exp(x * w[k] + b[k]) / w.reduce((sum, _, c) => sum + Math.exp(x * w[c] + b[c]), 0);
    const expected = -(Math.log(p(1, 2)) + Math.log(p(-2, 0))) / 2;
    expect(lossOf('softmax', w, b, [0, 0, 1, 1, 0, 0])).toBeCloseTo(expected, 12);
  });

  it('half the mean squared error', () => {
    expect(lossOf('linear', [0.5], [0.25], [2, -1])).toBeCloseTo((1.25 ** 2 + 0.25 ** 2) / 4, 12);
  });
});

it.each([
  [0.8, false],
  [0.9, true],
])('momentum %d, Nesterov %s: three steps equal the recursion written out', (momentum, nesterov) => {
  const architecture = architectureOf({ hidden: [4, 3] });
  const plain = mlp(architecture, training(0.1));
  const model = mlp(architecture, training(0.1, { type: 'momentum', momentum, nesterov }));
  fc.assert(
    fc.property(bindingsOf(architecture, plain), (start) => {
      const zeros = model.state
        .filter(({ role }) => role === 'memory')
        .map((node) => [node.name, new Float64Array(sizeOf(node))] as const);
      let bindings: Bindings = new Map([...start, ...zeros]);
      const reference = new Map(start);
      const velocities = new Map(zeros.map(([name, zero]) => [name.replace('velocity of ', ''), zero.slice()]));
      for (let step = 0; step < 3; step++) {
        const found = evaluate(model.graph, bindings, RATE);
        bindings = new Map([...bindings, ...model.state.map(({ name, updated }) => [name, found[updated]] as const)]);

        const unit = evaluate(plain.graph, reference, 1);
        for (const { name, updated } of plain.state) {
          const w = reference.get(name) ?? new Float64Array(0);
          const v = velocities.get(name) ?? new Float64Array(0);
          const g = w.map((x, i) => x - unit[updated][i]);
          g.forEach((slope, i) => {
            v[i] = momentum * v[i] + slope;
          });
          reference.set(
            name,
            w.map((x, i) => x - RATE * (nesterov ? g[i] + momentum * v[i] : v[i])),
          );
        }
      }
      for (const { name } of plain.state) {
        bindings.get(name)?.forEach((w, i) => {
          expect(w, `${name}[${i}]`).toBeCloseTo(reference.get(name)?.[i] ?? Number.NaN, 10);
        });
      }
    }),
    { numRuns: 20 },
  );
});

it('RMSProp: five steps equal its recursion, with ε² beside the mean square', () => {
  const architecture = architectureOf({ hidden: [4, 3] });
  const plain = mlp(architecture, training(0.1));
  const model = mlp(architecture, training(0.1, { type: 'rmsprop', decay: 0.8, epsilon: 0.05 }));
  fc.assert(
    fc.property(bindingsOf(architecture, plain), (start) => {
      const squares = model.state.filter(({ role }) => role === 'squares');
      expect(squares.length).toBe(plain.state.length);
      let bindings: Bindings = new Map([
        ...start,
        ...squares.map((node) => [node.name, new Float64Array(sizeOf(node))] as const),
      ]);
      const reference = new Map(start);
      const means = new Map(plain.state.map((node) => [node.name, new Float64Array(sizeOf(node))]));
      for (let t = 1; t <= 5; t++) {
        const found = evaluate(model.graph, bindings, RATE);
        bindings = new Map([...bindings, ...model.state.map(({ name, updated }) => [name, found[updated]] as const)]);
        const unit = evaluate(plain.graph, reference, 1);
        for (const { name, updated } of plain.state) {
          const mean = means.get(name) ?? new Float64Array(0);
          const moved = (reference.get(name) ?? new Float64Array(0)).map((w, i) => {
            const g = w - unit[updated][i];
            mean[i] = 0.8 * mean[i] + 0.2 * g * g;
            return w - (RATE * g) / Math.sqrt(mean[i] + 0.05 ** 2);
          });
          reference.set(name, moved);
        }
      }
      for (const { name } of plain.state) {
        bindings.get(name)?.forEach((w, i) => {
          expect(w, `${name}[${i}]`).toBeCloseTo(reference.get(name)?.[i] ?? Number.NaN, 9);
        });
      }
      for (const { name, bound } of squares) {
        expect(Math.max(...(bindings.get(name) ?? [])), name).toBeLessThanOrEqual(bound ?? 0);
      }
    }),
    { numRuns: 20 },
  );
});
