/**
 * Jobs of every kind, as they are written: sound as a form, and ordinary in their values unless others are given.
 * @module
 */
import fc from 'fast-check';

const PARTIES = ['north', 'east', 'south'];
const ALL_OR_NONE = fc.constantFrom<string[]>([], ['east'], PARTIES);

/** Where numbers are taken from. */
export interface Numbers {
  /** Above 0: rates, bounds, strengths. */
  readonly positive: fc.Arbitrary<number>;
  /** Between 0 and 1. */
  readonly part: fc.Arbitrary<number>;
  /** How many of four jobs have a privacy budget, whose noise takes long to find. */
  readonly private: 0 | 1 | 4;
  readonly delta: fc.Arbitrary<number>;
  readonly epochs: fc.Arbitrary<number>;
  readonly batch: fc.Arbitrary<number>;
  readonly rows: fc.Arbitrary<number>;
  readonly range: fc.Arbitrary<readonly [number, number]>;
  /** Fractional bits. */
  readonly bits: fc.Arbitrary<number>;
  readonly columns: fc.Arbitrary<number>;
  readonly hidden: fc.Arbitrary<readonly number[]>;
  readonly classes: fc.Arbitrary<number>;
}

export const ORDINARY: Numbers = {
  positive: fc.constantFrom(0.01, 0.1, 0.5, 1, 2, 8),
  part: fc.constantFrom(1e-6, 1e-4, 0.1, 0.5, 0.9),
  private: 0,
  delta: fc.constantFrom(1e-12, 1e-9, 1e-6, 1e-4),
  epochs: fc.integer({ min: 1, max: 20 }),
  batch: fc.integer({ min: 1, max: 40 }),
  rows: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
  range: fc.constantFrom<(readonly [number, number])[]>([0, 1], [-5, 5], [0, 120], [0, 1e6]),
  bits: fc.integer({ min: 8, max: 24 }),
  columns: fc.integer({ min: 1, max: 12 }),
  hidden: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
  classes: fc.integer({ min: 2, max: 6 }),
};

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const sometimes = <T>(ofFour: number, value: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 - ofFour }, { arbitrary: value, weight: ofFour });

function learningRate({ positive, part, epochs }: Numbers) {
  return fc.oneof(
    { arbitrary: positive, weight: 3 },
    fc.record({ schedule: fc.constant('step'), initial: positive, factor: part, everyEpochs: epochs }),
    fc.record({ schedule: fc.constant('inverse'), initial: positive, decay: part }),
    fc.record({ schedule: fc.constant('cosine'), initial: positive, final: part }),
  );
}

function optimiser({ part }: Numbers) {
  return fc.oneof(
    fc.constant('sgd'),
    fc.record({ type: fc.constant('momentum'), momentum: part, nesterov: fc.boolean() }),
    fc.constant({ type: 'adam' }),
    fc.record({ type: fc.constant('rmsprop'), decay: part }),
    fc.record({ type: fc.constant('adam'), beta1: part, beta2: part.map((x) => 1 - x / 8) }),
  );
}

/** A job file's content. */
export function jobs(numbers: Numbers = ORDINARY): fc.Arbitrary<string> {
  const { positive, delta, epochs, batch, rows, range, bits, columns, hidden, classes } = numbers;
  const party = fc.record({ train: rows, test: rows, validation: rows });
  const kind = fc.constantFrom('logistic', 'sigmoid', 'softmax', 'linear');
  return fc
    .record({
      kind,
      trust: fc.constantFrom('honest-majority', 'dealer'),
      parties: fc.tuple(party, party, party),
      range,
      columns,
      standardise: fc.constantFrom('moments', 'range', 'range-to-unit'),
      clip: maybe(positive),
      classes,
      target: range,
      hidden,
      activation: fc.constantFrom('relu', 'sigmoid'),
      epochs,
      batch,
      learningRate: learningRate(numbers),
      l2: fc.oneof(fc.constant(0), positive),
      optimiser: optimiser(numbers),
      clipGradient: maybe(positive),
      stops: fc.boolean(),
      fractionalBits: bits,
      dataBits: maybe(bits),
      privacy: sometimes(
        numbers.private,
        fc.record({
          epsilon: positive,
          delta,
          clip: positive,
          sampling: fc.constantFrom('poisson', 'public'),
          person: fc.constantFrom(1, 1, 3),
          neighbours: fc.constantFrom('add-or-remove', 'replace'),
        }),
      ),
      audit: sometimes(1, fc.record({ maxMembershipAdvantage: fc.constantFrom(0.1, 1) })),
      trainingLoss: ALL_OR_NONE,
      alarmSites: ALL_OR_NONE,
      metrics: fc.tuple(ALL_OR_NONE, ALL_OR_NONE),
    })
    .map((of) => JSON.stringify(written(of)));
}

type Drawn = Record<string, unknown> & {
  readonly kind: string;
  readonly parties: readonly { readonly train: number; readonly test: number; readonly validation: number }[];
};

const METRICS: Readonly<Record<string, readonly string[]>> = {
  logistic: ['accuracy', 'auc'],
  sigmoid: ['logLoss', 'auc'],
  softmax: ['logLoss', 'confusionMatrix'],
  linear: ['squaredError'],
};
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  ...METRICS,
  logistic: ['accuracy'],
  sigmoid: ['accuracy'],
  softmax: ['accuracy', 'macroF1'],
  linear: [],
};

/** Only what belongs to the kind of model and to a job with privacy or without, so that most jobs are sound. */
function written(of: Drawn) {
  const { kind, privacy } = of;
  const isPrivate = privacy !== undefined;
  const hasLayers = kind !== 'logistic';
  const stops = of.stops === true && hasLayers && kind !== 'linear' && !isPrivate;
  const standardise = isPrivate && of.standardise === 'moments' ? 'range' : of.standardise;
  const recipients = of.metrics as readonly string[][];
  const metrics = (isPrivate ? COUNTED : METRICS)[kind].map((metric, i) => [metric, recipients[i]]);
  return {
    trefoil: 1,
    name: 'drawn',
    trust: of.trust,
    parties: of.parties.map(({ train, test, validation }, i) => ({
      name: PARTIES[i],
      train,
      test,
      ...(stops ? { validation } : {}),
    })),
    data: {
      label: 'y',
      features: { x: { count: of.columns, range: of.range } },
      standardise,
      ...(standardise === 'moments' && of.clip !== undefined ? { clip: of.clip } : {}),
      ...(kind === 'softmax' ? { classes: Array.from({ length: of.classes as number }, (_, i) => i) } : {}),
      ...(kind === 'linear' ? { target: of.target } : {}),
    },
    model: hasLayers
      ? { type: 'mlp', hidden: of.hidden, activation: of.activation, output: kind }
      : { type: 'logistic' },
    training: {
      epochs: of.epochs,
      batch: of.batch,
      learningRate: of.learningRate,
      l2: of.l2,
      ...(hasLayers ? { optimiser: of.optimiser } : {}),
      ...(hasLayers && !isPrivate && of.clipGradient !== undefined ? { clipGradient: of.clipGradient } : {}),
      ...(stops ? { earlyStopping: { metric: 'logLoss', patience: 2 } } : {}),
    },
    numbers: {
      fractionalBits: of.fractionalBits,
      ...(hasLayers && of.dataBits !== undefined
        ? { dataBits: Math.min(of.dataBits as number, of.fractionalBits as number) }
        : {}),
    },
    ...(isPrivate ? { privacy } : {}),
    ...(of.audit === undefined || (kind === 'linear' && !isPrivate) ? {} : { audit: of.audit }),
    reveal: {
      ...(standardise === 'moments' ? { moments: PARTIES } : {}),
      ...(stops ? { validation: PARTIES } : {}),
      ...(isPrivate ? {} : { trainingLoss: of.trainingLoss, alarmSites: of.alarmSites }),
      metrics: Object.fromEntries(metrics),
      model: ['east'],
    },
  };
}
