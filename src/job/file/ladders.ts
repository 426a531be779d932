/**
 * The changes of a job that planning advice tries: for each key one ladder in each direction, the nearest change first.
 * @module
 */
import { layersOf, shortFormOf } from '../../graph/layers/short-form.ts';
import { kindOf, type Optimiser } from '../../graph/optimisers/index.ts';
import type { Setting } from '../../graph/optimisers/optimiser.ts';
import { METRICS, STOPPING } from '../../plan/outputs/metrics.ts';
import type { LearningRate } from '../../plan/training/learning-rate.ts';
import { LARGEST, LEAST_DIVISOR, SMALLEST } from './bounds.ts';
import { HAS_SETTINGS, type Job, totalRows } from './job.ts';

/** One change of a job, in its own keys. */
export interface Rung {
  /** `training.learningRate: 0.25` */
  readonly says: string;
  readonly apply: (job: Job) => Job;
}

/** Changes of one key in one direction, the nearest first. */
export interface Ladder {
  readonly key: string;
  readonly rungs: readonly Rung[];
}

const FACTORS = [2, 4, 16, 64, 256, 4096, 65_536, 2 ** 20];

const rounded = (value: number) => Number(value.toPrecision(3));
const down = (value: number) => FACTORS.map((factor) => rounded(value / factor)).filter((to) => to >= SMALLEST);
const up = (value: number) => FACTORS.map((factor) => rounded(value * factor)).filter((to) => to <= LARGEST);
const whole = (values: readonly number[], value: number) => [...new Set(values)].filter((to) => to !== value);
const between = (from: number, to: number) =>
  Array.from({ length: Math.abs(to - from) }, (_, i) => from + (i + 1) * Math.sign(to - from));

/** Changes of one key, to each of these values. */
function ladder<T>(key: string, values: readonly T[], put: (job: Job, value: T) => Job): Ladder {
  const written = (value: T) => (Array.isArray(value) ? `[${value.join(', ')}]` : `${value}`);
  const rungs = values.map((value) => ({ says: `${key}: ${written(value)}`, apply: (job: Job) => put(job, value) }));
  return { key, rungs };
}

/** A number that may as well be smaller or larger. */
function scaled(key: string, value: number, put: (job: Job, value: number) => Job, least = SMALLEST): Ladder[] {
  const smaller = down(value).filter((to) => to >= least);
  return [ladder(key, smaller, put), ladder(key, up(value), put)];
}

function leftOut(key: string, isThere: boolean, apply: (job: Job) => Job): Ladder {
  return { key, rungs: isThere ? [{ says: `${key} left out`, apply }] : [] };
}

const inTraining = (job: Job, changes: Partial<Job['training']>): Job => ({
  ...job,
  training: { ...job.training, ...changes },
});

/** All changes of a job. */
export function laddersOf(job: Job): Ladder[] {
  return [
    ...openingLadders(job),
    ...rateLadders(job.training.learningRate),
    ...trainingLadders(job),
    ...optimiserLadders(job.training.optimiser),
    ...numberLadders(job),
    ...modelLadders(job),
  ];
}

function openingLadders({ reveal, training }: Job): Ladder[] {
  const metrics = Object.entries(reveal.metrics).map(([metric, recipients]) =>
    leftOut(`reveal.metrics.${metric}`, recipients.length > 0, (job) => ({
      ...job,
      reveal: { ...job.reveal, metrics: { ...job.reveal.metrics, [metric]: [] } },
    })),
  );
  const loss = leftOut('reveal.trainingLoss', reveal.trainingLoss.length > 0, (job) => ({
    ...job,
    reveal: { ...job.reveal, trainingLoss: [] },
  }));
  const { earlyStopping } = training;
  const stopping =
    earlyStopping === undefined || METRICS[earlyStopping.metric].isCount
      ? []
      : [
          ladder(
            'training.earlyStopping.metric',
            STOPPING.filter((metric) => METRICS[metric].isCount),
            (job, metric) => inTraining(job, { earlyStopping: { ...earlyStopping, metric } }),
          ),
        ];
  return [...metrics, loss, ...stopping];
}

function rateLadders(rate: LearningRate): Ladder[] {
  const put = (changed: LearningRate) => (job: Job) => inTraining(job, { learningRate: changed });
  const initial = (job: Job, value: number) => put({ ...rate, initial: value })(job);
  const key = 'training.learningRate';
  switch (rate.schedule) {
    case 'constant':
      return scaled(key, rate.initial, initial);
    case 'step': {
      const factors = whole(
        [1 / 2, 1 / 4, 0].map((power) => rounded(rate.factor ** power)),
        rate.factor,
      );
      return [
        ...scaled(`${key}.initial`, rate.initial, initial),
        ladder(`${key}.factor`, factors, (job, factor) => put({ ...rate, factor })(job)),
      ];
    }
    case 'inverse':
      return [
        ...scaled(`${key}.initial`, rate.initial, initial),
        ladder(`${key}.decay`, rate.decay > 0 ? [...down(rate.decay), 0] : [], (job, decay) =>
          put({ ...rate, decay })(job),
        ),
      ];
    case 'cosine':
      return [
        ...scaled(`${key}.initial`, rate.initial, initial),
        ...scaled(`${key}.final`, rate.final, (job, final) => put({ ...rate, final })(job)),
      ];
  }
}

function trainingLadders(job: Job): Ladder[] {
  const { l2, epochs, batch, clipGradient } = job.training;
  const rows = totalRows(job, 'train');
  const smaller = (value: number) =>
    whole(
      FACTORS.map((factor) => Math.max(1, Math.floor(value / factor))),
      value,
    );
  const larger = whole(
    FACTORS.map((factor) => Math.min(rows, batch * factor)),
    batch,
  );
  const decay = (job: Job, l2: number) => inTraining(job, { l2 });
  const resized = (job: Job, batch: number) => inTraining(job, { batch });
  const clips = clipGradient === undefined ? [[8, 1, 0.1, 0.01]] : [down(clipGradient), up(clipGradient)];
  const isClippable = HAS_SETTINGS[job.model.type] && job.privacy === undefined;
  return [
    ...(l2 === 0 ? [] : [ladder('training.l2', [...down(l2), 0], decay), ladder('training.l2', up(l2), decay)]),
    ladder('training.epochs', smaller(epochs), (job, epochs) => inTraining(job, { epochs })),
    ladder('training.batch', smaller(batch), resized),
    ladder('training.batch', larger, resized),
    ...(isClippable ? clips : []).map((values) =>
      ladder('training.clipGradient', values, (job, clipGradient) => inTraining(job, { clipGradient })),
    ),
  ];
}

/** Settings of the optimiser, each by what it is: a shorter memory, another divisor. */
function optimiserLadders(optimiser: Optimiser): Ladder[] {
  const kind = kindOf(optimiser);
  const put = (key: string, value: number): Optimiser => ({ ...optimiser, [key]: value });
  return Object.entries<Setting>(kind.settings).flatMap(([key, { is }]) => {
    const value: unknown = Object.entries(optimiser).find(([name]) => name === key)?.[1];
    if (typeof value !== 'number') return [];
    const apply = (job: Job, to: number) => inTraining(job, { optimiser: put(key, to) });
    const path = `training.optimiser.${key}`;
    if (is === 'divisor') return scaled(path, value, apply, LEAST_DIVISOR);
    const shorter = [0.999, 0.99, 0.9, 0.5, 0].filter((to) => to < value);
    const sound = shorter.filter((to) => kind.problem?.(put(key, to)) === undefined);
    return [ladder(path, sound, apply)];
  });
}

const FEWEST_FRACTIONAL_BITS = 8;
const FEWEST_DATA_BITS = 4;
/** With fewer digits still, a plan is worth nothing. */
const MOST_LOST_BITS = 5;
const MOST_BITS = 24;

function numberLadders({ data, numbers, model, privacy }: Job): Ladder[] {
  const { fractionalBits, dataBits } = numbers;
  // With layers the file may say both.
  const bits = (value: number): Rung => {
    const own = dataBits === fractionalBits ? value : Math.min(dataBits, value);
    const both = HAS_SETTINGS[model.type] && own !== dataBits ? ` and numbers.dataBits: ${own}` : '';
    const apply = (job: Job): Job => ({ ...job, numbers: { fractionalBits: value, dataBits: own } });
    return { says: `numbers.fractionalBits: ${value}${both}`, apply };
  };
  const key = 'numbers.fractionalBits';
  const ofData = (job: Job, value: number): Job => ({
    ...job,
    numbers: { ...job.numbers, dataBits: Math.min(value, job.numbers.fractionalBits) },
  });
  return [
    { key, rungs: between(fractionalBits, FEWEST_FRACTIONAL_BITS).slice(0, MOST_LOST_BITS).map(bits) },
    { key, rungs: between(fractionalBits, MOST_BITS).map(bits) },
    ...(HAS_SETTINGS[model.type] ? [ladder('numbers.dataBits', between(dataBits, FEWEST_DATA_BITS), ofData)] : []),
    ...(data.standardise === 'moments'
      ? scaled('data.clip', data.clip, (job, clip) => ({ ...job, data: { ...job.data, clip } }))
      : []),
    ...(privacy === undefined
      ? []
      : scaled('privacy.clip', privacy.clip, (job, clip) => ({ ...job, privacy: { ...privacy, clip } }))),
  ];
}

function modelLadders({ model }: Job): Ladder[] {
  const form = shortFormOf(model.layers);
  if (form === undefined || form.hidden.length === 0) return [];
  const { hidden } = form;
  const put = (job: Job, hidden: readonly number[]) => ({
    ...job,
    model: { ...model, layers: layersOf({ ...form, hidden }) },
  });
  const narrower = [2, 4, 8].map((factor) => hidden.map((width) => Math.max(1, Math.floor(width / factor))));
  const fewer = hidden.map((_, i) => hidden.slice(0, hidden.length - 1 - i));
  return [ladder('model.hidden', narrower, put), ladder('model.hidden', fewer, put)];
}
