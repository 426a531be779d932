/** Class weights and a column of weights: what a job may say of them, and a run that uses both. */
import { describe, expect, it } from 'vitest';
import type { TrefoilError } from '../../src/errors.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom } from '../../src/job/file/job-file.ts';
import { MOST_BALANCED, weightsTask } from '../../src/job/file/row-weights.ts';
import { classFactors, rowWeights } from '../../src/job/node/row-weights.ts';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';

const PARTIES = ['north', 'east', 'south'];
const ROWS = 60;

interface Changes {
  readonly data?: object;
  readonly model?: object;
  readonly training?: object;
  readonly reveal?: object;
  readonly rest?: object;
}

const described = ({ data, model, training, reveal, rest }: Changes = {}) =>
  ({
    trefoil: 1,
    name: 'weights',
    trust: 'honest-majority',
    parties: PARTIES.map((name) => ({ name, train: ROWS, test: 20 })),
    data: { label: 'ill', standardise: 'range', features: { a: [0, 1], b: [-1, 1] }, ...data },
    model: { type: 'logistic', ...model },
    training: { epochs: 6, batch: 30, learningRate: 0.5, ...training },
    reveal: { model: PARTIES, ...reveal },
    ...rest,
  }) as unknown as JobDescription;

const problemsOf = (changes: Changes): string => {
  try {
    jobFrom(described(changes));
    return '';
  } catch (error) {
    return (error as TrefoilError).problems.join('\n');
  }
};

const BALANCED: Changes = { training: { classWeights: 'balanced' }, reveal: { classCounts: PARTIES } };
const SOFTMAX = { type: 'mlp', hidden: [4], output: 'softmax' };

describe('the job file', () => {
  it.each<[what: string, Changes, says: string]>([
    [
      'weights for other classes',
      { training: { classWeights: { 0: 1, 2: 3 } } },
      'is no class of the label, but 0, 1 are',
    ],
    [
      'a class without one',
      { training: { classWeights: { 1: 3 } } },
      'must have a weight for each class, and 0 lack one',
    ],
    ['nothing but 0', { training: { classWeights: { 0: 0, 1: 0 } } }, 'must have a weight above 0'],
    ['a negative one', { training: { classWeights: { 0: -1, 1: 1 } } }, 'must be a number from 0 to 1000'],
    ['another word', { training: { classWeights: 'equal' } }, 'must be balanced'],
    [
      'weights of a target',
      {
        data: { target: [0, 1] },
        model: { type: 'mlp', hidden: [], output: 'linear' },
        training: { classWeights: { 0: 1, 1: 2 } },
      },
      'whose label has no classes',
    ],
    ['counts that not all learn', { ...BALANCED, reveal: { classCounts: ['east'] } }, 'must name all three parties'],
    [
      'counts that nothing needs',
      { reveal: { classCounts: PARTIES } },
      'must be empty without training.classWeights: balanced',
    ],
    [
      'counts without noise',
      {
        ...BALANCED,
        rest: { privacy: { epsilon: 3, delta: 1e-4, clip: 1, sampling: 'full' } },
        training: { classWeights: 'balanced', batch: 180 },
      },
      'the counts that balanced weights are made from would leave without noise',
    ],
    ['the label as weight', { data: { weight: { column: 'ill', high: 2 } } }, 'must not be the label'],
    ['a feature as weight', { data: { weight: { column: 'a', high: 2 } } }, 'must not be a feature'],
  ])('refuses %s', (_, changes, says) => {
    expect(problemsOf(changes)).toContain(says);
  });

  it('knows how large a weight can be', () => {
    const largest = (changes: Changes) => weightsTask(jobFrom(described(changes)));
    expect(largest({})).toBeUndefined();
    expect(largest({ training: { classWeights: { 0: 0.5, 1: 3 } } })).toEqual({ largest: 3, needsClassCounts: false });
    expect(largest({ data: { weight: { column: 'w', high: 2.5 } } })).toEqual({
      largest: 2.5,
      needsClassCounts: false,
    });
    expect(
      largest({ data: { weight: { column: 'w', high: 2.5 } }, training: { classWeights: { 0: 0.5, 1: 3 } } }),
    ).toEqual({ largest: 7.5, needsClassCounts: false });
    expect(largest(BALANCED)).toEqual({ largest: MOST_BALANCED, needsClassCounts: true });
    const classes = { data: { classes: ['a', 'b', 'c'] }, model: SOFTMAX };
    expect(largest({ ...BALANCED, ...classes })).toEqual({ largest: 60, needsClassCounts: true });
  });
});

describe('the weights of rows', () => {
  const records = { features: new Float64Array(6), labels: Float64Array.of(0, 1, 1), rows: 3, columns: 2 };

  it('balanced ones are rows over classes times rows of the class, and 1 in the mean over all rows', () => {
    const job = jobFrom(described(BALANCED));
    const factors = classFactors(job, new Map([['class counts', Float64Array.of(150, 30)]]));
    expect([...(factors ?? [])]).toEqual([0.6, 3]);
    const ofOne = classFactors(job, new Map([['class counts', Float64Array.of(180, 0)]]));
    expect([...(ofOne ?? [])]).toEqual([0.5, 0]);
    const rare = classFactors(job, new Map([['class counts', Float64Array.of(9999, 1)]]));
    expect(rare?.[1]).toBe(MOST_BALANCED);
  });

  it('that of its class times that of its column', () => {
    const job = jobFrom(described({ training: { classWeights: { 0: 1, 1: 4 } } }));
    expect([...rowWeights(job, records, new Map())]).toEqual([1, 4, 4]);
    expect([...rowWeights(job, { ...records, weights: Float64Array.of(2, 0, 0.5) }, new Map())]).toEqual([2, 0, 2]);
    expect([...rowWeights(jobFrom(described()), records, new Map())]).toEqual([1, 1, 1]);
  });
});

/** One row in six is ill, where a + b is large; each row with a weight. */
const rows = (salt: number, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const [a, b] = [((i * 37 + salt * 11) % 60) / 60, ((i * 23 + salt * 7) % 50) / 25 - 1];
    return { a, b, ill: a + b / 2 > 0.9 ? 1 : 0, w: [0, 1, 1.5, 2][i % 4] };
  });
const data = Object.fromEntries(PARTIES.map((name, i) => [name, { train: rows(i, ROWS), test: rows(i + 3, 20) }]));

describe.each(['honest-majority', 'dealer'])('a run in %s', (trust) => {
  it.each([
    { model: { type: 'logistic' }, learningRate: 0.3 },
    { model: { type: 'mlp', hidden: [4], output: 'sigmoid' }, learningRate: 0.05 },
  ])(
    'with balanced classes and a column of weights trains $model.type as its twins do',
    async ({ model, learningRate }) => {
      const job = jobFrom(
        described({
          data: { weight: { column: 'w', high: 2 } },
          model,
          training: { classWeights: 'balanced', learningRate },
          reveal: { classCounts: PARTIES, trainingLoss: ['north'], metrics: { confusionMatrix: ['east'] } },
          rest: { trust },
        }),
      );
      const { report, model: trained } = await trainLocally(job, { data, compare: true }).result;
      expect(report.cost.counted).toEqual(report.cost.planned);
      expect(report.parity?.maxWeightDifference).toBeLessThan(0.01);
      expect(report.quality.test.confusionMatrix).toEqual(report.quality.plaintext?.confusionMatrix);
      expect(report.learnt.south).toContain('number of training rows of each class (for balanced weights) (2 numbers)');
      expect(trained?.features).toHaveLength(2);
    },
  );
});
