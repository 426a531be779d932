/**
 * A job cut down to its noise: the same network, budget and sampling, a row for each feature, and a training of a second on shares, by all executors of the
 * program over links in memory. Its noise is what its own rows and steps need for the budget of the job.
 * @module
 */
import type { CanaryTraining } from '../../audit/membership/lone-features.ts';
import type { Parameters } from '../../audit/models/network.ts';
import { invariant } from '../../errors.ts';
import { forEachMetric } from '../../plan/outputs/metrics.ts';
import type { Plan } from '../../plan/plan.ts';
import { publicStreams } from '../../prg/session-keys.ts';
import type { Streams } from '../../prg/stream.ts';
import { RowSampler } from '../../privacy/noise/row-sampler.ts';
import { runFloat64 } from '../../runtime/clear/plaintext.ts';
import { type InputsOf, simulate } from '../../runtime/clear/simulate.ts';
import { initialValues } from '../../runtime/initial.ts';
import { type Job, type JobParty, type Privacy, totalRows } from '../file/job.ts';
import { jobPlan } from '../file/task.ts';
import { layersOf, ownerInputs } from '../node/owner.ts';

/** Rows of a training, at most: more coins come from more trainings. */
const MOST_ROWS = 64;
/** Each row is in half of so many times two steps, or in all of so many. */
const EPOCHS = 8;
/** What a row moves a weight by in a step, about, in units of its last place: far above rounding, and with much noise far within the range of weights. */
const MOVE = 32;
/** The norm of a canary's gradient, where the clip does not shorten it. */
const NORM = 0.5;

export function canaryJob(job: Job, privacy: Privacy): Job {
  const { audit, ...rest } = job;
  const { earlyStopping, clipGradient, classWeights, ...training } = job.training;
  const { weight, ...data } = job.data;
  const rows = Math.min(MOST_ROWS, job.data.features.length);
  const batch = privacy.sampling === 'poisson' ? Math.ceil(rows / 2) : rows;
  const part = (i: number): JobParty => ({
    name: job.parties[i].name,
    train: Math.floor((rows + i) / 3),
    ...{ test: 0, validation: 0 },
  });
  const initial = (MOVE * 2 ** -job.numbers.fractionalBits * batch) / Math.min(NORM, privacy.clip);
  return Object.freeze({
    ...rest,
    parties: [part(0), part(1), part(2)] as const,
    // A canary takes the place of a row of zeros, so that row counts do not tell of it.
    privacy: { ...privacy, person: 1, neighbours: 'replace' as const },
    data: { ...data, ...(job.data.standardise === 'moments' ? { standardise: 'range' as const, clip: 1 } : {}) },
    training: { ...training, epochs: EPOCHS, batch, l2: 0, learningRate: { schedule: 'constant' as const, initial } },
    reveal: {
      ...{ fills: [], moments: [], classCounts: [], trainingLoss: [], validation: [], alarmSites: [] },
      metrics: forEachMetric(() => []),
      model: job.parties.map(({ name }) => name),
    },
  });
}

export const canariesOfJob = (job: Job): number => totalRows(job, 'train');

/** Trains the cut job: row i is canary i, or has the middle of each feature's range, which is zero to the model. */
export function canaryTraining(job: Job): CanaryTraining {
  const plan = jobPlan(job);
  const inputsWith = (included: Uint8Array): InputsOf => {
    const inputs = new Map(partsOf(job).map((part) => [part.name, inputsOf(job, part, included)]));
    return (name) => inputs.get(name) ?? none;
  };
  return async (included, seed) => {
    const order = () => publicStreams(new TextEncoder().encode(seed));
    const { outcomes } = await simulate(plan, inputsWith(included), { publicStreams: order() });
    const trained = layersOf(outcomes.get(job.parties[0].name)?.revealed ?? new Map());
    // The float64 twin adds no noise.
    const expected = layersOf(runFloat64(plan, inputsWith(included.map(() => 1)), order()));
    return { initial: initialOf(plan, order(), trained.length), trained, expected };
  };
}

const none = () => new Float64Array(0);

interface PartOfRows {
  readonly name: string;
  readonly first: number;
  readonly rows: number;
}

function partsOf({ parties }: Job): PartOfRows[] {
  let first = 0;
  return parties.map(({ name, train }) => {
    first += train;
    return { name, first: first - train, rows: train };
  });
}

function inputsOf(job: Job, { first, rows }: PartOfRows, included: Uint8Array) {
  const { features: ranges, standardise, classes, target } = job.data;
  const columns = ranges.length;
  const zero = ranges.map(({ low, high }) => (standardise === 'range-to-unit' ? low : low / 2 + high / 2));
  const features = Float64Array.from({ length: rows * columns }, (_, i) => zero[i % columns]);
  const labels = new Float64Array(rows).fill(target?.[0] ?? 0);
  for (let row = 0; row < rows; row++) {
    const canary = first + row;
    if (included[canary] === 0) continue;
    features[row * columns + canary] = ranges[canary].high;
    labels[row] = target?.[1] ?? 1 + (canary % ((classes?.length ?? 2) - 1));
  }
  const sampler =
    job.privacy?.sampling === 'poisson'
      ? new RowSampler({ expected: job.training.batch, rows: totalRows(job, 'train') }, rows)
      : undefined;
  return ownerInputs(job, { train: { features, labels, rows, columns } }, sampler);
}

/** Parameters at the start, which are public: read from the same streams again. */
function initialOf(plan: Plan, streams: Streams, layers: number): Parameters {
  const state = (name: string) => {
    const found = plan.state.find(({ value }) => plan.values[value].name === name);
    invariant(found !== undefined, `${name} is a state of the plan`);
    return initialValues(plan, found, streams);
  };
  return Array.from({ length: layers }, (_, i) => ({
    weights: state(`weights ${i + 1}`),
    bias: state(`bias ${i + 1}`),
  }));
}
