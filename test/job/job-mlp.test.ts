import { describe, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { layersOf } from '../../src/graph/layers/short-form.ts';
import { jobDigest } from '../../src/job/file/digest.ts';
import { thresholdOf } from '../../src/job/file/job.ts';
import { loadJob, parseJob } from '../../src/job/file/job-file.ts';
import { architectureOf } from '../../src/job/file/task.ts';
import { withWrittenModel } from '../../src/job/file/written-model.ts';

const VALID = `trefoil: 1
name: small
trust: honest-majority
parties:
  - { name: north, train: 30, test: 0, validation: 10 }
  - { name: east, train: 20, test: 10 }
  - { name: south, train: 10, test: 10 }
data:
  label: species
  classes: [setosa, versicolor, 3]
  features:
    age: [0, 120]
    pixel: { count: 3, range: [0, 255] }
  standardise: range-to-unit
model:
  type: mlp
  hidden: [64, 32]
  output: softmax
training:
  epochs: 4
  batch: 32
  learningRate: 0.5
  optimiser: { type: adam, beta1: 0.8 }
  clipGradient: 1
  earlyStopping: { metric: logLoss, patience: 3 }
numbers:
  dataBits: 8
reveal:
  validation: [south, north, east]
  metrics: { confusionMatrix: [north], macroF1: [south] }
  model: [north]
`;

/** The valid job with lines replaced, each of which must exist. */
function changed(...changes: readonly (readonly [line: string, replacement: string])[]): string {
  return changes.reduce((content, [line, replacement]) => {
    if (!content.includes(line)) throw new Error(`no line: ${line}`);
    return content.replace(line, () => replacement);
  }, VALID);
}

function problems(content: string): readonly string[] {
  try {
    parseJob(content, 'job.yaml');
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_JOB') return error.problems;
    throw error;
  }
  throw new Error('the job was not refused');
}

const read = (...changes: readonly (readonly [string, string])[]) => parseJob(changed(...changes), 'job.yaml');

const BINARY = [
  ['  classes: [setosa, versicolor, 3]\n', ''],
  ['output: softmax', 'output: sigmoid'],
  ['{ confusionMatrix: [north], macroF1: [south] }', '{ auc: [north] }'],
] as const;
const REGRESSION = [
  ['classes: [setosa, versicolor, 3]', 'target: [0, 100]'],
  ['output: softmax', 'output: linear'],
  ['{ confusionMatrix: [north], macroF1: [south] }', '{ squaredError: [north] }'],
  ['  earlyStopping: { metric: logLoss, patience: 3 }\n', ''],
  ['  validation: [south, north, east]\n', ''],
  [', validation: 10', ''],
] as const;
const LOGISTIC = [
  ...BINARY,
  ['  type: mlp\n  hidden: [64, 32]\n  output: sigmoid\n', '  type: logistic\n'],
  ['  optimiser: { type: adam, beta1: 0.8 }\n  clipGradient: 1\n', ''],
  ['  earlyStopping: { metric: logLoss, patience: 3 }\n', ''],
  ['  validation: [south, north, east]\n', ''],
  [', validation: 10', ''],
  ['numbers:\n  dataBits: 8\n', ''],
] as const;

describe('a job for a network', () => {
  it('is complete, with its columns spelt out', () => {
    const job = read();
    expect(job.parties.map(({ validation }) => validation)).toEqual([10, 0, 0]);
    expect(job.data).toEqual({
      label: 'species',
      classes: ['setosa', 'versicolor', 3],
      features: [
        { name: 'age', low: 0, high: 120 },
        { name: 'pixel_0', low: 0, high: 255 },
        { name: 'pixel_1', low: 0, high: 255 },
        { name: 'pixel_2', low: 0, high: 255 },
      ],
      standardise: 'range-to-unit',
      clip: 1,
      leastRows: 10,
    });
    expect(withWrittenModel(job).model).toEqual({
      ...{ type: 'mlp', hidden: [64, 32], activation: 'relu', output: 'softmax', initial: 'he' },
    });
    expect(job.training).toEqual({
      epochs: 4,
      batch: 32,
      learningRate: { schedule: 'constant', initial: 0.5 },
      l2: 0,
      optimiser: { type: 'adam', beta1: 0.8, beta2: 0.999, epsilon: 1e-3 },
      clipGradient: 1,
      earlyStopping: { metric: 'logLoss', patience: 3 },
    });
    expect(job.numbers).toEqual({ fractionalBits: 16, dataBits: 8 });
    expect(job.reveal.validation).toEqual(['north', 'east', 'south']);
    expect(job.reveal.metrics).toMatchObject({ confusionMatrix: ['north'], macroF1: ['south'], accuracy: [] });
    expect(Object.isFrozen(job.data.classes)).toBe(true);
  });

  it('can be binary, a regression, or without hidden layers', () => {
    expect(read(...BINARY).data).not.toHaveProperty('classes');
    expect(read(...REGRESSION).data.target).toEqual([0, 100]);
    expect(read(['hidden: [64, 32]', 'hidden: []']).model).toMatchObject({ layers: [] });
    expect(withWrittenModel(read(...LOGISTIC)).model).toEqual({ type: 'logistic' });
  });

  it('has a threshold where it is binary, and the metrics of classes', () => {
    const stated = ['  output: sigmoid', '  output: sigmoid\n  threshold: 0.3'] as const;
    const counts = ['{ auc: [north] }', '{ accuracy: [north], macroF1: [east], confusionMatrix: [south] }'] as const;
    const jobs = [
      read(...BINARY, stated, counts),
      read(...LOGISTIC, ['type: logistic', 'type: logistic\n  threshold: 0.3'], counts),
    ];
    for (const job of jobs) {
      expect(job.reveal.metrics).toMatchObject({ macroF1: ['east'], confusionMatrix: ['south'] });
      expect([job.model.threshold, thresholdOf(job), architectureOf(job).threshold]).toEqual([0.3, 0.3, 0.3]);
    }
    expect(read(...BINARY).model).not.toHaveProperty('threshold');
    expect(thresholdOf(read(...BINARY))).toBe(0.5);
    expect(thresholdOf(read())).toBeUndefined();
  });

  it('starts from He weights with ReLU, from Glorot weights with sigmoid, or as it says', () => {
    const initial = (line: string) => read(['hidden: [64, 32]', `hidden: [64, 32]\n  ${line}`]).model;
    expect(initial('activation: relu')).toMatchObject({ initial: 'he' });
    expect(initial('activation: sigmoid')).toMatchObject({ initial: 'glorot' });
    expect(initial('initial: glorot')).toMatchObject({
      layers: layersOf({ hidden: [64, 32], activation: 'relu' }),
      initial: 'glorot',
    });
  });

  it.each([
    ['sgd', { type: 'sgd' }],
    ['momentum', { type: 'momentum', momentum: 0.9, nesterov: false }],
    ['{ type: momentum, momentum: 0, nesterov: true }', { type: 'momentum', momentum: 0, nesterov: true }],
    ['adam', { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-3 }],
    ['rmsprop', { type: 'rmsprop', decay: 0.9, epsilon: 1e-3 }],
    ['{ type: rmsprop, decay: 0.99 }', { type: 'rmsprop', decay: 0.99, epsilon: 1e-3 }],
    ['{ type: adam, epsilon: 0.000244140625 }', { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 2 ** -12 }],
  ])('takes the optimiser %s', (written, optimiser) => {
    expect(read(['{ type: adam, beta1: 0.8 }', written]).training.optimiser).toEqual(optimiser);
  });

  it('has a digest that does not depend on whether a default is written out', () => {
    const explicit = read(
      ['hidden: [64, 32]', 'hidden: [64, 32]\n  activation: relu\n  initial: he'],
      ['beta1: 0.8', 'beta1: 0.8, epsilon: 0.001'],
      ['test: 0, validation: 10', 'validation: 10, test: 0'],
    );
    expect(jobDigest(explicit)).toBe(jobDigest(read()));
    expect(jobDigest(read(['versicolor, 3', '3, versicolor']))).not.toBe(jobDigest(read()));
  });

  it('reports everything at once, in the order of the lines', () => {
    const content = changed(
      ['validation: 10', 'validation: -1'],
      ['[setosa, versicolor, 3]', '[3, setosa, "3", 1.5]'],
      ['pixel: { count: 3, range: [0, 255] }', 'pixel: { count: 0, range: [255, 0], size: 1 }'],
      ['hidden: [64, 32]', 'hidden: [64, 5000]\n  activation: tanh'],
      ['  output: softmax\n', ''],
      ['{ type: adam, beta1: 0.8 }', '{ type: adam, beta1: 1, epsilon: 0.0001 }'],
      ['clipGradient: 1', 'clipGradient: 0'],
      ['metric: logLoss, patience: 3', 'metric: auc'],
      ['dataBits: 8', 'dataBits: 3'],
    );
    expect(problems(content)).toEqual([
      'line 5: parties[0].validation must be a whole number from 0 to 10000000',
      'line 10: data.classes[3] must be a text or a whole number',
      'line 13: data.features.pixel.count must be a whole number from 1 to 100000',
      'line 13: data.features.pixel.range must be [smallest, largest], the smallest first',
      "line 13: unknown key 'size' in data.features.pixel",
      'line 15: model.output is missing: softmax, sigmoid or linear',
      'line 17: model.hidden[1] must be a whole number from 1 to 4096',
      'line 18: model.activation must be relu or sigmoid',
      'line 23: training.optimiser.beta1 must be a number from 0 up, below 1',
      'line 23: training.optimiser.epsilon must be a finite number of at least 2^-12, for fixed point',
      'line 24: training.clipGradient must be a finite number above 0',
      'line 25: training.earlyStopping.metric must be logLoss or accuracy',
      'line 25: training.earlyStopping.patience is missing: a whole number from 1 up',
      'line 27: numbers.dataBits must be a whole number from 4 to 24',
    ]);
  });

  it.each([
    [
      [['  classes: [setosa, versicolor, 3]\n', '']],
      'data.classes is missing: output: softmax needs the list of classes',
    ],
    [[['[setosa, versicolor, 3]', '[setosa]']], 'line 10: data.classes must have at least two classes'],
    [[['[setosa, versicolor, 3]', '[3, setosa, "3"]']], "line 10: data.classes[2] must not be '3' again"],
    [[['output: softmax', 'output: sigmoid']], 'line 10: data.classes must be left out with output: sigmoid'],
    [[['output: softmax', 'output: linear']], 'data.target is missing: output: linear needs the [smallest, largest]'],
    [
      [['standardise:', 'target: [0, 1]\n  standardise:']],
      'line 14: data.target must be left out with output: softmax',
    ],
    [
      [['macroF1: [south]', 'auc: [south]']],
      'line 30: reveal.metrics.auc does not go with output: softmax, but accuracy',
    ],
    [
      [...BINARY, ['auc', 'squaredError']],
      'reveal.metrics.squaredError does not go with output: sigmoid, but accuracy, logLoss, auc, macroF1, confusionMatrix',
    ],
    [
      [['output: softmax', 'output: softmax\n  threshold: 0.3']],
      'model.threshold must be left out with output: softmax: it is of binary labels',
    ],
    [[...REGRESSION, ['output: linear', 'output: linear\n  threshold: 0.3']], 'model.threshold must be left out'],
    ...[0, 1, -0.5, 1.5].map(
      (threshold) =>
        [
          [...BINARY, ['output: sigmoid', `output: sigmoid\n  threshold: ${threshold}`]],
          'model.threshold must be a number above 0 and below 1',
        ] as const,
    ),
    [[...REGRESSION, ['squaredError', 'accuracy']], 'reveal.metrics.accuracy does not go with output: linear'],
    [
      [['age: [0, 120]', 'pixel_1: [0, 1]']],
      "line 13: data.features.pixel has the column 'pixel_1', which pixel_1 has too",
    ],
    [[['label: species', 'label: pixel_2']], "line 13: data.features.pixel has the label 'pixel_2'"],
    [[['standardise: range-to-unit', 'standardise: range-to-unit\n  clip: 3']], 'which clips to [0, 1]'],
    [[['reveal:', 'reveal:\n  moments: [north]']], 'must be empty with standardise: range-to-unit, which opens none'],
    [[['dataBits: 8', 'dataBits: 17']], 'line 27: numbers.dataBits must be at most fractionalBits, which is 16'],
    [
      [['{ type: adam, beta1: 0.8 }', '{ type: adam, beta2: 0.8 }']],
      'line 23: training.optimiser.beta2 must be above the square of beta1, which is 0.81',
    ],
    [
      [['{ type: adam, beta1: 0.8 }', 'adagrad']],
      'line 23: training.optimiser.type must be sgd, momentum, adam or rmsprop',
    ],
    [
      [['{ type: adam, beta1: 0.8 }', '3']],
      'line 23: training.optimiser must be sgd, momentum, adam or rmsprop, or a mapping',
    ],
    [[[', validation: 10', '']], 'line 25: training.earlyStopping needs validation rows, and no party has any'],
    [
      [['[south, north, east]', '[south, north]']],
      'line 29: reveal.validation must name all three parties with training',
    ],
    [
      [['  earlyStopping: { metric: logLoss, patience: 3 }\n', '']],
      'line 5: parties[0].validation must be left out without',
    ],
    [
      [['  earlyStopping: { metric: logLoss, patience: 3 }\n', '']],
      'reveal.validation must be empty without training.earlyS',
    ],
    [[['type: mlp', 'type: forest']], 'line 16: model.type must be logistic or mlp'],
  ] as const)('refuses %j', (changes, problem) => {
    expect(problems(changed(...changes))).toContainEqual(expect.stringContaining(problem));
  });

  it('refuses early stopping for a regression, which has neither of its metrics', () => {
    const keeps = REGRESSION.filter(([line]) => !/earlyStopping|validation/.test(line));
    expect(problems(changed(...keeps))).toEqual([
      'line 25: training.earlyStopping must be left out with output: linear: it has no logLoss',
    ]);
  });
});

describe('a logistic job', () => {
  const needsLayers = 'needs model type mlp; with hidden: [] and output: sigmoid that is logistic regression too';

  it.each([
    ['  learningRate: 0.5\n', '  optimiser: momentum\n', 'training.optimiser'],
    ['  learningRate: 0.5\n', '  clipGradient: 1\n', 'training.clipGradient'],
    ['  learningRate: 0.5\n', '  earlyStopping: { metric: accuracy, patience: 1 }\n', 'training.earlyStopping'],
    ['reveal:\n', 'numbers: { dataBits: 8 }\nreveal:\n', 'numbers.dataBits'],
  ])('has nothing that only layers have: %j, %j', (line, addition, path) => {
    const replacement = addition.startsWith('numbers') ? addition : `${line}${addition}`;
    expect(problems(changed(...LOGISTIC, [line, replacement]))).toContainEqual(
      expect.stringMatching(new RegExp(`line \\d+: ${path} ${needsLayers.replaceAll('[]', '\\[\\]')}`)),
    );
  });

  it('has neither classes nor a target', () => {
    for (const key of ['classes: [0, 1]', 'target: [0, 1]']) {
      expect(problems(changed(...LOGISTIC, ['  features:\n', `  ${key}\n  features:\n`]))).toEqual([
        `line 10: data.${key.slice(0, key.indexOf(':'))} must be left out with model type logistic`,
      ]);
    }
  });
});

describe('the examples', () => {
  it('describe the networks that they are named for', () => {
    const [digits, mnist] = ['digits', 'mnist'].map((name) => loadJob(`examples/${name}-mlp.yaml`));
    expect(digits.data.features).toHaveLength(64);
    expect(digits.model).toMatchObject({ layers: layersOf({ hidden: [32], activation: 'relu' }), output: 'softmax' });
    expect(mnist.data.features).toHaveLength(784);
    expect(mnist.model).toMatchObject({
      layers: layersOf({ hidden: [128, 128], activation: 'relu' }),
      output: 'softmax',
    });
  });
});
