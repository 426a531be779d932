/**
 * Small training jobs with records of known making.
 * @module
 */
import { shortFormOf } from '../../src/graph/layers/short-form.ts';
import { type Architecture, perceptron } from '../../src/graph/mlp.ts';
import type { RowKind } from '../../src/job/file/job.ts';
import { forEachMetric } from '../../src/plan/outputs/metrics.ts';
import { rolesOf, type TrustMode } from '../../src/plan/plan.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import type { InputsOf } from '../../src/runtime/clear/simulate.ts';

export const PARTIES: readonly string[] = ['north', 'east', 'south'];

/** `features` is short for a logistic regression of so many. */
export type Changes = Partial<Omit<TrainingTask, 'roles'>> & { readonly trust?: TrustMode; readonly features?: number };

export const logistic = (inputs: number): Architecture =>
  perceptron({ inputs, hidden: [], activation: 'relu', output: 'sigmoid', outputs: 1 });

export const NOBODY: TrainingTask['reveal']['metrics'] = forEachMetric(() => []);

export const NOTHING_BUT_THE_MODEL: TrainingTask['reveal'] = {
  trainingLoss: [],
  metrics: NOBODY,
  model: PARTIES,
};
export const EVERYTHING: TrainingTask['reveal'] = {
  trainingLoss: ['north'],
  metrics: { ...NOBODY, accuracy: PARTIES, auc: PARTIES, logLoss: ['east'] },
  model: PARTIES,
};

export function taskOf({ trust = 'honest-majority', features = 3, ...changes }: Changes = {}): TrainingTask {
  return {
    roles: rolesOf(trust, PARTIES),
    architecture: logistic(features),
    initial: 'he',
    optimiser: { type: 'sgd' },
    trainRows: { north: 20, east: 13, south: 9 },
    testRows: { north: 0, east: 10, south: 7 },
    moments: false,
    clip: 2,
    batch: 8,
    epochs: 3,
    learningRate: { schedule: 'constant', initial: 0.5 },
    l2: 0.01,
    fractionalBits: 16,
    dataBits: changes.fractionalBits ?? 16,
    reveal: NOTHING_BUT_THE_MODEL,
    ...changes,
  };
}

/** How many rows each party of a task has. */
export const ownedRows = ({ trainRows, testRows, earlyStopping }: TrainingTask) =>
  PARTIES.map((name) => ({
    name,
    train: trainRows[name] ?? 0,
    test: testRows[name] ?? 0,
    validation: earlyStopping?.rows[name] ?? 0,
  }));

/** A number in [−1, 1] that looks random and is always the same. */
function noise(...at: readonly number[]): number {
  const s = Math.sin(at.reduce((sum, x, i) => sum + x * (12.9898 + 31.7 * i), 1)) * 43758.5453;
  return 2 * (s - Math.floor(s)) - 1;
}

export interface Records {
  readonly features: Float64Array;
  readonly labels: Float64Array;
}

/** A weight for each training row, up to the largest of the task, some of them 0: to 2^−8, which every scale keeps. */
export function weightsOf(task: TrainingTask, owner: string): Float64Array {
  const largest = task.weights?.largest ?? 1;
  const salt = PARTIES.indexOf(owner);
  return new Float64Array(task.trainRows[owner] ?? 0).map((_, row) =>
    row % 5 === 4 ? 0 : (Math.round(256 * (noise(salt, row, 11) / 2 + 0.5)) / 256) * largest,
  );
}

/** Rows within ±clip, labelled by a noisy line, or where there are several classes by the largest of as many noisy lines. */
export function recordsOf(task: TrainingTask, kind: RowKind, owner: string): Records {
  const counts = { train: task.trainRows, test: task.testRows, validation: task.earlyStopping?.rows ?? {} };
  const rows = counts[kind][owner] ?? 0;
  const salt = PARTIES.indexOf(owner) + { train: 0, test: 10, validation: 20 }[kind];
  const features = new Float64Array(rows * task.architecture.inputs).map((_, i) => task.clip * noise(salt, i));
  const { inputs, outputs } = task.architecture;
  if (outputs === 1) {
    const labels = new Float64Array(rows).map((_, row) =>
      features[row * inputs] + 0.4 * task.clip * noise(salt, row, 7) > 0 ? 1 : 0,
    );
    return { features, labels };
  }
  const labels = Array.from({ length: rows }, (_, row) => {
    const at = features.subarray(row * inputs, (row + 1) * inputs);
    const scores = Array.from({ length: outputs }, (_, k) =>
      at.reduce((sum, x, i) => sum + x * noise(k, i, 3), 0.2 * task.clip * noise(salt, row, k)),
    );
    return oneHot(scores.indexOf(Math.max(...scores)), outputs);
  });
  return { features, labels: Float64Array.from(labels.flat()) };
}

const oneHot = (k: number, classes: number) => Array.from({ length: classes }, (_, c) => (c === k ? 1 : 0));

export function inputsOf(task: TrainingTask): InputsOf {
  const { inputs, outputs } = task.architecture;
  return (owner) =>
    (name, _, { first, count }) => {
      const [kind, column] = name.split('.');
      if (kind === 'train' || kind === 'test' || kind === 'validation') {
        const { features, labels } = recordsOf(task, kind, owner);
        const weights = weightsOf(task, owner);
        if (column === 'weights') return weights.slice(first, first + count);
        if (column === 'weightedFeatures') {
          return features
            .map((x, i) => x * weights[Math.floor(i / inputs)])
            .slice(first * inputs, (first + count) * inputs);
        }
        const [values, cols] = column === 'features' ? [features, inputs] : [labels, outputs];
        return values.slice(first * cols, (first + count) * cols);
      }
      if (name === 'classCounts') return new Float64Array(Math.max(2, outputs)).fill(1);
      return new Float64Array(task.architecture.inputs).map((_, i) => noise(i, name.length) / 4);
    };
}

/** The architecture of a task whose layers have a short form. */
export function denseOf({ architecture }: Pick<TrainingTask, 'architecture'>) {
  const form = shortFormOf(architecture.layers);
  if (form === undefined) throw new Error('a task of dense layers');
  return { ...architecture, ...form };
}
