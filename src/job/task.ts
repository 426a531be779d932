/**
 * From a job to its plan: what the parties do, before anybody does anything.
 * @module
 */
import { type Plan, type Roles, rolesOf } from '../plan/plan.ts';
import { type TrainingTask, trainingPlan } from '../plan/training-plan.ts';
import type { Job } from './schema.ts';

export const totalRows = (job: Job, kind: 'train' | 'test'): number =>
  job.parties.reduce((sum, party) => sum + party[kind], 0);

function trainingTask(
  job: Job,
  roles: Roles,
  rowsOf: (kind: 'train' | 'test') => Record<string, number>,
): TrainingTask {
  return {
    roles,
    architecture: {
      inputs: job.data.features.length,
      hidden: [],
      activation: 'relu',
      output: 'sigmoid',
      outputs: 1,
    },
    initial: 'he',
    optimiser: { type: 'sgd' },
    dataBits: job.numbers.fractionalBits,
    trainRows: rowsOf('train'),
    testRows: rowsOf('test'),
    moments: job.data.standardise === 'moments',
    clip: job.data.clip,
    ...job.training,
    fractionalBits: job.numbers.fractionalBits,
    reveal: job.reveal,
  };
}

/** The plan of the job among its nodes. Throws `TREFOIL_PLAN` where headroom can not be proved. */
export function jobPlan(job: Job): Plan {
  const names = job.parties.map(({ name }) => name);
  return trainingPlan(
    trainingTask(job, rolesOf(job.trust, names), (kind) =>
      Object.fromEntries(job.parties.map((party) => [party.name, party[kind]])),
    ),
  );
}

export const TWIN = 'twin';

/** The same work with one party that has all records: what the twins in the clear run. */
export function twinPlan(job: Job): Plan {
  const roles = rolesOf('dealer', [TWIN]);
  const seen = (recipients: readonly string[]) => (recipients.length > 0 ? [TWIN] : []);
  const { metrics, trainingLoss } = job.reveal;
  const reveal = {
    trainingLoss: seen(trainingLoss),
    metrics: { accuracy: seen(metrics.accuracy), auc: seen(metrics.auc), logLoss: seen(metrics.logLoss) },
    model: [TWIN],
  };
  const rows = (kind: 'train' | 'test') => ({ [TWIN]: totalRows(job, kind) });
  return trainingPlan({ ...trainingTask(job, roles, rows), reveal });
}
