import { describe, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { loadJob, parseJob, withTrust } from '../../src/job/file/job-file.ts';
import { forEachMetric } from '../../src/plan/outputs/metrics.ts';
import { learningRateAt } from '../../src/plan/training/learning-rate.ts';

const VALID = `trefoil: 1
name: small
trust: honest-majority
parties:
  - { name: north, train: 30, test: 0 }
  - { name: east, train: 20, test: 10 }
  - { name: south, train: 10, test: 10 }
data:
  label: malignant
  features:
    age: [0, 120]
    mean_area: [0, 5000]
  standardise: moments
model:
  type: logistic
training:
  epochs: 4
  batch: 32
  learningRate: 0.5
reveal:
  moments: [south, east, north]
  metrics: { accuracy: [east] }
  model: [south, north]
`;

/** The valid job with one line replaced, which must exist. */
function changed(line: string, replacement: string): string {
  if (!VALID.includes(line)) throw new Error(`no line: ${line}`);
  return VALID.replace(line, () => replacement);
}

function refusal(content: string): TrefoilError {
  try {
    parseJob(content, 'job.yaml');
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_JOB') return error;
    throw error;
  }
  throw new Error('the job was not refused');
}

describe('parseJob', () => {
  it('gives a complete job, with defaults filled in and recipients in the order of the parties', () => {
    expect(parseJob(VALID, 'job.yaml')).toEqual({
      trefoil: 1,
      name: 'small',
      trust: 'honest-majority',
      parties: [
        { name: 'north', train: 30, test: 0, validation: 0 },
        { name: 'east', train: 20, test: 10, validation: 0 },
        { name: 'south', train: 10, test: 10, validation: 0 },
      ],
      data: {
        label: 'malignant',
        features: [
          { name: 'age', low: 0, high: 120 },
          { name: 'mean_area', low: 0, high: 5000 },
        ],
        standardise: 'moments',
        clip: 10,
        leastRows: 10,
      },
      model: {
        ...{ type: 'logistic', input: { height: 1, width: 1, channels: 2 }, layers: [] },
        ...{ output: 'sigmoid', initial: 'he' },
      },
      training: {
        epochs: 4,
        batch: 32,
        learningRate: { schedule: 'constant', initial: 0.5 },
        l2: 0,
        optimiser: { type: 'sgd' },
      },
      numbers: { fractionalBits: 16, dataBits: 16 },
      reveal: {
        moments: ['north', 'east', 'south'],
        fills: [],
        classCounts: [],
        trainingLoss: [],
        alarmSites: [],
        validation: [],
        metrics: { ...forEachMetric(() => []), accuracy: ['east'] },
        model: ['north', 'south'],
      },
    });
  });

  it('tells all or nobody where the alarm tripped', () => {
    const naming = (names: string) => VALID.replace('reveal:\n', `reveal:\n  alarmSites: ${names}\n`);
    expect(parseJob(naming('[south, east, north]'), 'job.yaml').reveal.alarmSites).toEqual(['north', 'east', 'south']);
    expect(refusal(naming('[south, east]')).problems).toEqual([
      expect.stringContaining('reveal.alarmSites must name all three parties or nobody'),
    ]);
  });

  it('gives an immutable job', () => {
    const job = parseJob(VALID, 'job.yaml');
    expect(Object.isFrozen(job)).toBe(true);
    expect(Object.isFrozen(job.data.features[0])).toBe(true);
    expect(Object.isFrozen(job.reveal.metrics.accuracy)).toBe(true);
    expect(withTrust(job, 'dealer')).toEqual({ ...job, trust: 'dealer' });
    expect(job.trust).toBe('honest-majority');
  });

  it('clips to 1 with standardise: range', () => {
    const content = changed('standardise: moments', 'standardise: range').replace(/ {2}moments: .*\n/, '');
    expect(parseJob(content, 'job.yaml').data).toMatchObject({ standardise: 'range', clip: 1 });
  });

  it('reports everything at once, in the order of the lines', () => {
    const error = refusal(`trefoil: 2
name: Small Job
parties:
  - { name: north, train: 30, test: 0 }
  - { name: north, train: -1, test: 0.5 }
  - { name: dealer, train: many }
data:
  label: age
  features:
    age: [120, 0]
    mean_area: [0, .inf]
    height: 3
  standardize: moments
model: { type: forest }
training:
  epochs: 0
  epochs: 4
  batch: 1000
  learning_rate: 0.5
numbers:
  fractionalBits: 30
reveal:
  moments: north
  metrics: { acuracy: [] }
  model: []
`);
    expect(error.problems).toEqual([
      'line 1: trefoil must be 1, the version of the file format',
      'line 1: trust is missing: honest-majority or dealer (there is no default)',
      'line 2: name must be a name of lower-case letters, digits and hyphens, a letter first',
      'line 5: parties[1].train must be a whole number from 0 to 10000000',
      'line 5: parties[1].test must be a whole number from 0 to 10000000',
      'line 6: parties[2].train must be a whole number from 0 to 10000000',
      'line 6: parties[2].test is missing: a whole number from 0 to 10000000',
      'line 7: data.standardise is missing: moments, range or range-to-unit',
      'line 10: data.features.age must be [smallest, largest], the smallest first',
      'line 11: data.features.mean_area[1] must be a finite number',
      'line 12: data.features.height must be [smallest, largest]',
      "line 13: unknown key 'standardize' in data; did you mean 'standardise'?",
      'line 14: model.type must be logistic or mlp',
      'line 15: training.learningRate is missing: a number above 0, or a schedule',
      "line 17: duplicate key 'epochs'",
      "line 19: unknown key 'learning_rate' in training; did you mean 'learningRate'?",
      'line 21: numbers.fractionalBits must be a whole number from 8 to 24',
      'line 23: reveal.moments must be a list of parties',
      "line 24: unknown key 'acuracy' in reveal.metrics; did you mean 'accuracy'?",
      'line 25: reveal.model must name at least one party: somebody has to learn the model, unless training.folds asks for cross-validation',
    ]);
    expect(error.message).toContain('the job file job.yaml has 20 problems:\n  - line 1: trefoil must be');
  });

  it('checks what spans sections beside other problems', () => {
    const content = changed('batch: 32', 'batch: 61')
      .replace('name: south,', 'name: east,')
      .replace('label: malignant', 'label: age')
      .replace('accuracy: [east]', 'accuracy: [esat, east, east]')
      .replace('moments: [south, east, north]', 'moments: [north]')
      .replace('trust: honest-majority', 'trust: nobody');
    expect(refusal(content).problems).toEqual([
      'line 3: trust must be honest-majority or dealer (there is no default)',
      "line 7: parties[2].name must not be 'east' again",
      'line 11: data.features.age must not be the label',
      'line 18: training.batch must be at most 60, the number of training rows of all owners',
      'line 21: reveal.moments must name all three parties with standardise: moments, or use standardise: range',
      "line 22: reveal.metrics.accuracy names 'esat', which is no party; did you mean 'east'?",
      "line 22: reveal.metrics.accuracy names 'east' twice",
      "line 23: reveal.model names 'south', which is no party; did you mean 'north'?",
    ]);
  });

  it.each([
    ['', 'line 1: the file is empty'],
    ['# nothing\n', 'line 1: the file is empty'],
    ['- 1\n', 'line 1: the file must be a mapping with trefoil, name, trust, parties,'],
    ['name: [1\n', 'line 2: Flow sequence'],
    [changed('trust: honest-majority\n', ''), 'trust is missing: honest-majority or dealer (there is no default)'],
    [changed('name: south', 'name: dealer'), "line 7: parties[2].name must not be 'dealer', which is reserved"],
    [changed('  - { name: south, train: 10, test: 10 }\n', ''), 'line 4: parties'],
    [changed('test: 10 }\ndata', 'test: 10 }\n  - { name: west, train: 1, test: 0 }\ndata'), 'list of exactly three'],
    [changed('standardise: moments', 'standardise: range'), 'reveal.moments must be empty with standardise: range'],
    [
      changed('standardise: moments', 'standardise: range\n  clip: 3'),
      'line 14: data.clip must be left out with standard',
    ],
    [changed('standardise: moments', 'standardise: moments\n  clip: 0'), 'data.clip must be a finite number above 0'],
    [VALID.replaceAll('test: 10', 'test: 0'), 'line 22: reveal.metrics.accuracy needs test rows, and no party has any'],
    [changed('    age: [0, 120]\n    mean_area: [0, 5000]', '    {}'), 'data.features must name at least one column'],
    [changed('age: [0, 120]', 'age: [0, 120]\n    age: [0, 1]'), "line 12: duplicate key 'age'"],
    [
      changed(
        'age: [0, 120]',
        Array.from({ length: 500 }, (_, i) => `x${i}: { count: 100000, range: [0, 1] }`).join('\n    '),
      ),
      'line 10: data.features must have at most 100000 columns in all, not 50000001',
    ],
    [
      changed('age: [0, 120]', 'age: { range: [0, 120], unit: 5 }'),
      'data.features.age.unit must be a text, such as mg/dL',
    ],
    [changed('name: small', `name: ${'a'.repeat(101)}`), 'line 2: name must have at most 100 characters: folders'],
    [changed('name: south', `name: ${'s'.repeat(101)}`), 'line 7: parties[2].name must have at most 100 characters'],
    [changed('age: [0, 120]', '" age": [0, 120]'), "line 11: data.features.' age' must have no spaces at its ends"],
    [changed('age: [0, 120]', '"": [0, 120]'), "line 11: data.features.'' must have a name"],
    [changed('label: malignant', 'label: "y "'), 'line 9: data.label must have no spaces at its ends'],
    [
      changed('label: malignant', 'label: y\n  classes: [ok, " hi"]'),
      'line 10: data.classes[1] must have no spaces at its ends',
    ],
    [changed('age: [0, 120]', 'age: [0]'), 'data.features.age must be [smallest, largest]'],
    [changed('age: [0, 120]', '__proto__: [0, 1]'), "the key '__proto__' is not allowed"],
    [changed('epochs: 4', 'epochs: 1.5'), 'training.epochs must be a whole number from 1 up'],
    [
      changed('rate: 0.5'.replace('rate', 'learningRate'), 'learningRate: .nan'),
      'training.learningRate must be a finite',
    ],
    [changed('learningRate: 0.5', 'learningRate: fast'), 'learningRate must be a number above 0, or a schedule'],
    [
      changed('learningRate: 0.5', 'learningRate: { schedule: linear, initial: 1 }'),
      'training.learningRate.schedule must be constant, step, inverse or cosine',
    ],
    [
      changed('learningRate: 0.5', 'learningRate: { schedule: step, initial: 1, factor: 0.5 }'),
      'training.learningRate.everyEpochs is missing: a whole number from 1 up',
    ],
    [
      changed('learningRate: 0.5', 'learningRate: { schedule: cosine, initial: 1, finale: 0.5, final: 1 }'),
      "unknown key 'finale' in training.learningRate; did you mean 'final'?",
    ],
  ])('refuses %j', (content, problem) => {
    expect(refusal(content).problems).toContainEqual(expect.stringContaining(problem));
  });

  it('names one problem as one', () => {
    expect(refusal('').message).toBe('the job file job.yaml has a problem:\n  - line 1: the file is empty');
  });
});

describe('loadJob', () => {
  it('names a file that is not there', () => {
    expect(() => loadJob('no/such.yaml')).toThrow('can not read the job file no/such.yaml: there is no such file');
  });

  it.each([
    ['breast-cancer-logistic', 'moments', 3],
    ['breast-cancer-range', 'range', 1],
    ['overflow', 'moments', 3],
  ])('reads examples/%s.yaml', (name, standardise, clip) => {
    const job = loadJob(`examples/${name}.yaml`);
    expect(job.name).toBe(name);
    expect(job.data).toMatchObject({ standardise, clip });
    expect(job.data.features).toHaveLength(30);
  });
});

describe('learning rates of a job', () => {
  const rates = (learningRate: string, epochs = 4) => {
    const text = changed('learningRate: 0.5', `learningRate: ${learningRate}`).replace(
      'epochs: 4',
      `epochs: ${epochs}`,
    );
    const rate = parseJob(text, '').training.learningRate;
    return Array.from({ length: epochs }, (_, epoch) => learningRateAt(rate, epoch, epochs));
  };

  it('follow the schedules', () => {
    expect(rates('0.5')).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(rates('{ schedule: step, initial: 1, factor: 0.5, everyEpochs: 2 }')).toEqual([1, 1, 0.5, 0.5]);
    expect(rates('{ schedule: inverse, initial: 1, decay: 1 }')).toEqual([1, 1 / 2, 1 / 3, 1 / 4]);
    const cosine = rates('{ schedule: cosine, initial: 3, final: 1 }', 3);
    [3, 2, 1].forEach((rate, epoch) => {
      expect(cosine[epoch]).toBeCloseTo(rate, 15);
    });
    expect(rates('{ schedule: cosine, initial: 3, final: 1 }', 1)).toEqual([3]);
  });
});
