/** A job that can not be planned is told what it can be planned with, and every change that is named works. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jobs, type Numbers, ORDINARY } from './arbitrary-jobs.ts';
import { changed, checkRefusal, refusalOf, remediesIn } from './planning.ts';

/** Sound values that go badly together. */
const BOLD: Numbers = {
  ...ORDINARY,
  positive: fc.constantFrom(1e-6, 0.001, 0.1, 1, 30, 1000),
  rows: fc.integer({ min: 10, max: 60 }),
  epochs: fc.constantFrom(1, 20, 1000),
};

it('every remedy that a refusal names gives a plan', () => {
  fc.assert(
    fc.property(jobs(BOLD), (content) => {
      const refusal = refusalOf(content);
      if (refusal?.code !== 'TREFOIL_PLAN') return;
      checkRefusal(refusal);
      for (const remedy of remediesIn(refusal)) {
        expect(
          refusalOf(changed(content, remedy))?.message,
          `${refusal.message}\n${remedy.join(', ')}`,
        ).toBeUndefined();
      }
    }),
    { numRuns: 25 },
  );
});

const PARTIES = ['north', 'east', 'south'];
const softmax = (training: object, rest: object = {}) =>
  JSON.stringify({
    trefoil: 1,
    name: 'separable',
    trust: 'honest-majority',
    parties: PARTIES.map((name) => ({ name, train: 150, test: 50 })),
    data: { label: 'y', standardise: 'range', features: { a: [-1, 1], b: [-1, 1] }, classes: ['a', 'b', 'c'] },
    model: { type: 'mlp', hidden: [], output: 'softmax' },
    training: { epochs: 40, batch: 50, learningRate: 4, ...training },
    reveal: { model: PARTIES, metrics: { accuracy: PARTIES, logLoss: PARTIES }, trainingLoss: PARTIES },
    ...rest,
  });

it('a softmax without hidden layers has room for the log loss of many rows', () => {
  for (const batch of [10, 50, 150, 450]) expect(refusalOf(softmax({ batch }))?.message).toBeUndefined();
});

const keysOf = (content: string) => {
  const refusal = refusalOf(content);
  expect(refusal).toMatchObject({ code: 'TREFOIL_PLAN' });
  return refusal === undefined ? [] : remediesIn(refusal).map(([change]) => change.replace(/(?:: .*| left out)$/, ''));
};

it('advice fits the job: keys that it has, in the direction that helps', () => {
  const fine = softmax({}, { numbers: { fractionalBits: 22 } });
  expect(keysOf(fine)).toContain('numbers.fractionalBits');
  for (const key of keysOf(fine)) expect(['data.clip', 'training.l2']).not.toContain(key);
  const privately = (clip: number) =>
    JSON.stringify({
      trefoil: 1,
      name: 'private',
      trust: 'honest-majority',
      parties: PARTIES.map((name) => ({ name, train: 66, test: 20 })),
      data: { label: 'y', standardise: 'range', features: { a: [-5, 5], b: [-5, 5] } },
      model: { type: 'logistic' },
      training: { epochs: 3, batch: 20, learningRate: 0.5 },
      privacy: { epsilon: 3, delta: 1e-3, clip, sampling: 'poisson' },
      reveal: { model: PARTIES },
    });
  for (const [clip, helps] of [
    [1e-6, (to: number) => to > 1e-6],
    [1e6, (to: number) => to < 1e6],
  ] as const) {
    const refusal = refusalOf(privately(clip));
    const to = /privacy\.clip: (\S+?)(?:;|$)/.exec(refusal?.message ?? '')?.[1];
    expect(to, refusal?.message).toBeDefined();
    expect(helps(Number(to)), refusal?.message).toBe(true);
  }
});

it('a value of Adam that is too large has a smaller one as its remedy, and two keys far out have one together', () => {
  const huge = softmax({ learningRate: 0.01, optimiser: { type: 'adam', epsilon: 1e6 } });
  expect(keysOf(huge)).toContain('training.optimiser.epsilon');
  const logistic = softmax({ learningRate: 1e6, l2: 1e6 }, { model: { type: 'logistic' } });
  const both = JSON.stringify({
    ...JSON.parse(logistic),
    data: { label: 'y', standardise: 'range', features: { a: [0, 1] } },
  });
  for (const content of [huge, both]) {
    const refusal = refusalOf(content);
    expect(refusal?.message).not.toMatch(/\b(?:weights|bias) \d|a value\b|fractional bits and/);
    const [remedy] = refusal === undefined ? [] : remediesIn(refusal);
    expect(remedy, refusal?.message).toBeDefined();
    expect(refusalOf(changed(content, remedy))?.message).toBeUndefined();
  }
});
