/** Whatever values a job has, it is planned or refused by a sentence that names its keys: never an internal failure, and in bounded time. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jobs, type Numbers, ORDINARY } from './arbitrary-jobs.ts';
import { checkRefusal, refusalOf } from './planning.ts';

const rarely = <T>(values: readonly T[], ordinary: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 1 }, { arbitrary: ordinary, weight: 4 });
const range = (...ranges: (readonly [number, number])[]) => rarely(ranges, ORDINARY.range);

/** Far beyond what a schema lets through. */
const WILD: Numbers = {
  ...ORDINARY,
  positive: rarely(
    [5e-324, 1e-320, 1e-300, 1e-30, 1e-12, 1e12, 2 ** 62, 1e100, 1e300, Number.MAX_VALUE],
    ORDINARY.positive,
  ),
  part: rarely([5e-324, 1e-300, 1 - 1e-16, 1 - 1e-9], ORDINARY.part),
  epochs: rarely([1e6, 2 ** 32, Number.MAX_SAFE_INTEGER, 2 ** 53], ORDINARY.epochs),
  batch: rarely([1e6, 2 ** 32, Number.MAX_SAFE_INTEGER], ORDINARY.batch),
  rows: fc.integer({ min: 10, max: 60 }),
  range: range(
    [0, 5e-324],
    [0, 1e-320],
    [-1e300, 1e300],
    [-Number.MAX_VALUE, Number.MAX_VALUE],
    [1e16, 1e16 + 2],
    [1, 1 + 2 ** -52],
  ),
  hidden: rarely<readonly number[]>([Array<number>(17).fill(2), [2 ** 40]], ORDINARY.hidden),
  classes: rarely([33, 1000, 10_000], ORDINARY.classes),
};
/** At the ends of what a schema lets through. */
const EDGE: Numbers = {
  ...ORDINARY,
  positive: rarely([1e-9, 1e-6, 1e-3, 100, 1e3, 1e4, 1e6], ORDINARY.positive),
  part: rarely([1e-30, 1e-12, 1e-9, 1 - 1e-6], ORDINARY.part),
  epochs: rarely([1000, 1e5], ORDINARY.epochs),
  rows: rarely([1e4, 1e5], fc.integer({ min: 10, max: 60 })),
  range: range([0, 1e-50], [-1e50, 1e50], [0, 1e11], [1e12, 1e12 + 2]),
  bits: fc.constantFrom(8, 12, 16, 16, 16, 20, 24),
  columns: rarely([1000, 4000], ORDINARY.columns),
  hidden: rarely<readonly number[]>([Array<number>(16).fill(64), [4096, 4096], []], ORDINARY.hidden),
  classes: rarely([20, 32], ORDINARY.classes),
};

it.each([
  ['far beyond what a job may say', WILD, 60],
  ['at the ends of what it may say', EDGE, 25],
] as const)('values %s give a plan, or a refusal that names keys of the job', (_, numbers, numRuns) => {
  fc.assert(
    fc.property(jobs(numbers), (content) => {
      const refusal = refusalOf(content);
      if (refusal !== undefined) checkRefusal(refusal);
    }),
    { numRuns },
  );
});

const JOB = {
  trefoil: 1,
  name: 'extreme',
  trust: 'honest-majority',
  parties: ['north', 'east', 'south'].map((name) => ({ name, train: 66, test: 20 })),
  data: { label: 'y', standardise: 'range', features: { a: [-5, 5], b: [-5, 5] } },
  model: { type: 'logistic' },
  training: { epochs: 3, batch: 20, learningRate: 0.5 },
  reveal: { model: ['north'] },
};
const training = (changes: object) => ({ ...JOB, training: { ...JOB.training, ...changes } });
const mlp = (changes: object) => ({ ...training(changes), model: { type: 'mlp', hidden: [4], output: 'sigmoid' } });
const privately = (changes: object) => ({
  ...JOB,
  privacy: { epsilon: 3, delta: 1e-3, clip: 1, sampling: 'poisson', ...changes },
});
const feature = (range: readonly number[]) => ({ ...JOB, data: { ...JOB.data, features: { a: range } } });
const target = (range: readonly number[]) => ({
  ...JOB,
  data: { ...JOB.data, target: range },
  model: { type: 'mlp', hidden: [], output: 'linear' },
});

it.each([
  ['step', { factor: 1e-3, everyEpochs: 1 }, 105, '1e-312'],
  ['step', { factor: 1e-3, everyEpochs: 1 }, 200, 'less than 5e-324'],
  ['step', { factor: 0.5, everyEpochs: 1 }, 100, '1.6e-30'],
])('a rate that a schedule %s makes too small is told: %j over %i epochs', (schedule, rest, epochs, shown) => {
  const refusal = refusalOf(JSON.stringify(training({ learningRate: { schedule, initial: 1, ...rest }, epochs })));
  expect(refusal?.message).toContain(`training.learningRate comes to ${shown}, and`);
});

it.each<[job: object, key: string]>([
  [training({ learningRate: 1e-300 }), 'training.learningRate'],
  [training({ learningRate: 1e300 }), 'training.learningRate'],
  [
    training({ learningRate: { schedule: 'step', initial: 1, factor: 1e-3, everyEpochs: 1 }, epochs: 100 }),
    'training.learningRate',
  ],
  [training({ l2: 1e300 }), 'training.l2'],
  [training({ epochs: 2 ** 53 - 1 }), 'training.epochs'],
  [training({ epochs: 1e9 }), 'training.epochs'],
  [training({ batch: 199 }), 'training.batch'],
  [mlp({ optimiser: { type: 'momentum', momentum: 1 - 1e-16 } }), 'training.optimiser.momentum'],
  [mlp({ optimiser: { type: 'adam', beta2: 1 - 1e-16 } }), 'training.optimiser.beta2'],
  [mlp({ optimiser: { type: 'adam', epsilon: 1e300 } }), 'training.optimiser.epsilon'],
  [mlp({ optimiser: 'adam', epochs: 1e5, batch: 1 }), 'training.epochs'],
  [mlp({ clipGradient: 1e-300 }), 'training.clipGradient'],
  [feature([0, 1e-320]), 'data.features.a'],
  [feature([-1e300, 1e300]), 'data.features.a'],
  [feature([-Number.MAX_VALUE, Number.MAX_VALUE]), 'data.features.a'],
  [feature([1e16, 1e16 + 2]), 'data.features.a'],
  [target([-1e300, 1e300]), 'data.target'],
  [{ ...JOB, data: { ...JOB.data, standardise: 'moments', clip: 1e-300 } }, 'data.clip'],
  [privately({ clip: 1e-6 }), 'privacy.clip'],
  [privately({ clip: 1e6 }), 'privacy.clip'],
  [privately({ clip: 1e-300 }), 'privacy.clip'],
  [privately({ epsilon: 1e-300 }), 'privacy.epsilon'],
  [privately({ epsilon: 1e-3, delta: 1e-30, sampling: 'public' }), 'privacy.epsilon'],
  [privately({ epsilon: 1e300 }), 'privacy.epsilon'],
  [privately({ delta: 1e-300 }), 'privacy.delta'],
  [privately({ person: 65 }), 'privacy.person'],
  [
    {
      ...JOB,
      data: { ...JOB.data, classes: Array.from({ length: 10_000 }, (_, i) => i) },
      model: { type: 'mlp', hidden: [], output: 'softmax' },
    },
    'data.classes',
  ],
])('%j is refused by %s', (job, key) => {
  const refusal = refusalOf(JSON.stringify(job));
  expect(refusal).toBeDefined();
  if (refusal === undefined) return;
  checkRefusal(refusal);
  expect(refusal.message).toContain(key);
});
