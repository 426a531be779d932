/** Metrics over several tiles of rows are those of all rows at once. */
import { describe, expect, it } from 'vitest';
import { type Architecture, perceptron } from '../../src/graph/mlp.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { TRUST } from '../protocol/harness.ts';
import { inputsOf, logistic, NOBODY, PARTIES, recordsOf, taskOf } from './task.ts';

const ROWS = { north: 500, east: 0, south: 700 };
const COUNT = 1200;

const softmax: Architecture = perceptron({ inputs: 3, hidden: [], activation: 'relu', output: 'softmax', outputs: 3 });
const linear: Architecture = { ...softmax, output: 'linear', outputs: 1 };

describe.each(TRUST)('in %s', (trust) => {
  async function measured(architecture: Architecture, metrics: object) {
    const task = taskOf({
      trust,
      architecture,
      testRows: ROWS,
      epochs: 1,
      clip: 1,
      learningRate: { schedule: 'constant', initial: 0.1 },
      reveal: { trainingLoss: [], metrics: { ...NOBODY, ...metrics }, model: PARTIES },
    });
    const plan = trainingPlan(task);
    const names = plan.sessions.map(({ phase, repeat }) => [plan.phases[phase].name, repeat]);
    expect(names).toContainEqual(['evaluation', 1]);
    expect(names).toContainEqual(['evaluation of further rows', 2]);
    const order = publicStreams(new Uint8Array(32).fill(3));
    const { outcomes } = await simulate(plan, inputsOf(task), { publicStreams: order });
    const revealed = outcomes.get('north')?.revealed ?? new Map<string, Float64Array>();
    expect(outcomes.get(plan.roles.evaluators[0])?.rounds).toBe(planCost(plan).rounds);
    const model = ['weights 1', 'bias 1'].map((name) => revealed.get(name) ?? new Float64Array(0));
    return { task, revealed, model, twin: runFloat64(plan, inputsOf(task), order) };
  }

  /** Logits under the revealed model, with the labels. */
  const predictions = (task: ReturnType<typeof taskOf>, [weights, bias]: readonly Float64Array[]) => {
    const { inputs, outputs } = task.architecture;
    const unit = 2 ** task.dataBits;
    return PARTIES.flatMap((owner) => {
      const { features, labels } = recordsOf(task, 'test', owner);
      return Array.from({ length: labels.length / outputs }, (_, row) => ({
        z: Array.from(bias, (b, c) =>
          Array.from({ length: inputs }, (_, k) => Math.round(features[row * inputs + k] * unit) / unit).reduce(
            (sum, x, k) => sum + x * weights[k * outputs + c],
            b,
          ),
        ),
        y: [...labels.subarray(row * outputs, (row + 1) * outputs)],
      }));
    });
  };

  it('classes', async () => {
    const { task, revealed, model, twin } = await measured(softmax, {
      accuracy: PARTIES,
      logLoss: PARTIES,
      confusionMatrix: PARTIES,
      macroF1: PARTIES,
    });
    const rows = predictions(task, model);
    expect(rows.length).toBe(COUNT);
    const confusion = new Float64Array(9);
    // So close that the truncation of the logits may decide: they have 16 fractional bits.
    const isClose = (z: readonly number[]) => {
      const [first, second] = [...z].sort((a, b) => b - a);
      return first - second < 2 ** -14;
    };
    const close = rows.filter(({ z }) => isClose(z)).length;
    for (const { z, y } of rows) confusion[3 * y.indexOf(1) + z.indexOf(Math.max(...z))]++;
    const counted = revealed.get('confusion matrix') ?? new Float64Array(0);
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(COUNT);
    const off = counted.reduce((sum, n, i) => sum + Math.abs(n - confusion[i]), 0);
    expect(off).toBeLessThanOrEqual(2 * close);
    const hits = [0, 4, 8].map((i) => counted[i]);
    const sizes = [0, 3, 6].map((i) => counted[i] + counted[i + 1] + counted[i + 2]);
    const predicted = [0, 1, 2].map((i) => counted[i] + counted[i + 3] + counted[i + 6]);
    expect([...(revealed.get('class hits') ?? [])]).toEqual(hits);
    expect([...(revealed.get('class sizes') ?? [])]).toEqual(sizes);
    expect([...(revealed.get('class predictions') ?? [])]).toEqual(predicted);
    expect(revealed.get('correct')?.[0]).toBe(hits.reduce((a, b) => a + b, 0));
    expect(twin.get('class sizes')).toEqual(revealed.get('class sizes'));

    const loss =
      rows.reduce((sum, { z, y }) => {
        return sum + Math.log(z.reduce((all, v) => all + Math.exp(v), 0)) - z.reduce((all, v, k) => all + v * y[k], 0);
      }, 0) / COUNT;
    // The series of the loss and its tables.
    expect(Math.abs((revealed.get('log loss')?.[0] ?? Number.NaN) - loss)).toBeLessThan(2e-3);
  });

  it('two classes, whose AUC has an error that is opened with it', async () => {
    const { task, revealed, model, twin } = await measured(logistic(3), { auc: PARTIES });
    const [ordered, inOneBucket, positives] = ['ordered pairs', 'pairs in one bucket', 'positives'].map(
      (name) => revealed.get(name)?.[0] ?? Number.NaN,
    );
    const rows = predictions(task, model).map(({ z, y }) => ({ z: z[0], isPositive: y[0] === 1 }));
    const [ones, zeros] = [true, false].map((sign) => rows.filter(({ isPositive }) => isPositive === sign));
    expect(positives).toBe(ones.length);
    // Logits that are closer than this may be ordered by their truncation: they have 16 fractional bits.
    const CLOSE = 2 ** -14;
    let [right, close] = [0, 0];
    for (const one of ones) {
      for (const zero of zeros) {
        right += 1 + Math.sign(one.z - zero.z);
        close += Math.abs(one.z - zero.z) < CLOSE ? 1 : 0;
      }
    }
    const pairs = ones.length * zeros.length;
    expect(Math.abs(ordered - right)).toBeLessThanOrEqual(inOneBucket + 2 * close);
    expect(inOneBucket / 2 / pairs).toBeLessThan(0.005);
    expect(Math.abs(ordered - right) / 2 / pairs).toBeLessThan(0.001);
    expect(Math.abs((twin.get('ordered pairs')?.[0] ?? Number.NaN) - right) / 2 / pairs).toBeLessThan(0.005);
  });

  it.each([0.5, 0.45, 0.999])('a binary label, from a probability of %f on', async (threshold) => {
    const architecture = { ...logistic(3), threshold };
    const metrics = { accuracy: PARTIES, confusionMatrix: PARTIES, macroF1: PARTIES };
    const { task, revealed, model, twin } = await measured(architecture, metrics);
    const least = Math.log(threshold / (1 - threshold));
    const rows = predictions(task, model).map(({ z: [z], y: [y] }) => ({ z, y }));
    const cell = (label: number, predicted: number) =>
      rows.filter(({ z, y }) => y === label && Number(z >= least) === predicted).length;
    // Logits are exact below 2^53, and the threshold is rounded to 2^-33 of them.
    const close = rows.filter(({ z }) => Math.abs(z - least) < 2 ** -30).length;
    const matrix = [...(revealed.get('confusion matrix') ?? [])];
    [cell(0, 0), cell(0, 1), cell(1, 0), cell(1, 1)].forEach((count, i) => {
      expect(Math.abs(matrix[i] - count)).toBeLessThanOrEqual(close);
    });
    const [tn, fp, fn, tp] = matrix;
    expect(tn + fp + fn + tp).toBe(COUNT);
    expect(revealed.get('correct')).toEqual(Float64Array.of(tn + tp));
    expect(revealed.get('class hits')).toEqual(Float64Array.of(tn, tp));
    expect(revealed.get('class predictions')).toEqual(Float64Array.of(tn + fn, fp + tp));
    expect(revealed.get('class sizes')).toEqual(Float64Array.of(tn + fp, fn + tp));
    // Of two models that differ by some units, rows next to the threshold may change sides.
    twin.get('confusion matrix')?.forEach((count, i) => {
      expect(Math.abs(matrix[i] - count)).toBeLessThanOrEqual(2);
    });
    // Where nothing else is asked for, one product a row counts the same.
    const alone = await measured(architecture, { accuracy: PARTIES });
    expect(Math.abs((alone.revealed.get('correct')?.[0] ?? Number.NaN) - tn - tp)).toBeLessThanOrEqual(2);
  });

  it('a target', async () => {
    const { task, revealed, model, twin } = await measured(linear, { squaredError: PARTIES });
    const rows = predictions(task, model);
    const error = rows.reduce((sum, { z, y }) => sum + (z[0] - y[0]) ** 2, 0) / COUNT;
    // A factor of 12 bits is off by 2^-13 of itself. A logit of 17 bits is off by a unit at the most, so a square by 2·|z − y| < 8 of them,
    // and the truncations after it by less than one.
    expect(error).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(1);
    expect(Math.abs((revealed.get('squared error')?.[0] ?? Number.NaN) - error)).toBeLessThan(2 ** -13 + 9 * 2 ** -17);
    // The twin's own model is another one by a few units.
    expect(Math.abs((twin.get('squared error')?.[0] ?? Number.NaN) - error)).toBeLessThan(0.005);
  });
});
