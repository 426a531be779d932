/** The clipped model's sums are those of gradients formed, clipped and added up one row at a time, and its steps what the optimiser makes of them. */
import { expect, it } from 'vitest';
import { clippedMlp } from '../../src/graph/clipped-mlp.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { mlp, perceptron } from '../../src/graph/mlp.ts';

const [ROWS, INPUTS, EXPECTED, RATE, L2] = [7, 4, 5, 0.3, 0.02];
const SGD = { type: 'sgd' } as const;
const MOMENTUM = { type: 'momentum', momentum: 0.8, nesterov: true } as const;

const CASES = (['relu', 'sigmoid'] as const).flatMap((activation) =>
  [[], [5], [5, 3]].flatMap((hidden) =>
    (['sigmoid', 'softmax', 'linear'] as const).map((output) =>
      perceptron({ inputs: INPUTS, hidden, activation, output, outputs: output === 'softmax' ? 3 : 1 }),
    ),
  ),
);

const wave = (count: number, salt: number) => Float64Array.from({ length: count }, (_, i) => Math.sin(salt + 2.7 * i));
const columnOf = (row: number, rows: number, values: Float64Array) => {
  const cols = values.length / rows;
  return values.slice(row * cols, (row + 1) * cols);
};

it.each(CASES)('$hidden $activation, then $output', (architecture) => {
  const { output, outputs } = architecture;
  const classes = Float64Array.from({ length: ROWS * outputs }, (_, i) =>
    output === 'softmax' ? Number(Math.floor(i / 3) % 3 === i % 3) : i % 2,
  );
  const data = new Map([
    ['features', wave(ROWS * INPUTS, 1)],
    ['labels', output === 'linear' ? wave(ROWS, 2) : classes],
    ['padding', Float64Array.from({ length: ROWS }, (_, i) => Number(i === 2 || i === 6))],
  ]);
  const single = mlp(architecture, { batch: 1, l2: 0, optimiser: SGD });
  const parameters = new Map(single.state.map(({ name, rows, cols }, i) => [name, wave(rows * cols, i + 3)]));
  const rows = [0, 1, 3, 4, 5].map((row) => {
    const own = [...data].map(([name, values]) => [name, columnOf(row, ROWS, values)] as const);
    const values = evaluate(single.graph, new Map([...own, ...parameters]), 1);
    const gradients = single.state.map(({ name, updated }) =>
      (parameters.get(name) ?? new Float64Array(0)).map((w, i) => w - values[updated][i]),
    );
    return { gradients, norm: Math.hypot(...gradients.flatMap((gradient) => [...gradient])) };
  });
  // Half of the rows are longer.
  const clip = rows.map(({ norm }) => norm).sort((a, b) => a - b)[2];
  const sum = (parameter: number, at: number) =>
    rows.reduce((all, { gradients, norm }) => all + Math.min(1, clip / norm) * gradients[parameter][at], 0) / EXPECTED;

  for (const optimiser of [SGD, MOMENTUM]) {
    const named: string[] = [];
    const model = clippedMlp(
      architecture,
      { batch: ROWS, expectedBatch: EXPECTED, clip, hasPadding: true, l2: L2, optimiser },
      (_, node, name) => {
        named.push(name);
        return node;
      },
    );
    expect(named).toEqual(single.state.map(({ name }) => name));
    const memory = model.state.filter(({ role }) => role === 'memory');
    const velocities = memory.map(({ name, rows, cols }) => [name, new Float64Array(rows * cols)] as const);
    const values = evaluate(model.graph, new Map([...data, ...parameters, ...velocities]), RATE);
    single.state.forEach(({ name, role }, parameter) => {
      const updated = model.state.find((state) => state.name === name)?.updated ?? -1;
      parameters.get(name)?.forEach((w, at) => {
        const gradient = sum(parameter, at) + (role === 'weights' ? L2 * w : 0);
        // The first Nesterov step is by g + momentum·g.
        const step = RATE * gradient * (optimiser === SGD ? 1 : 1.8);
        expect(values[updated][at], `${name}[${at}]`).toBeCloseTo(w - step, 12);
      });
    });
  }
});
