/**
 * From a job to its plan: what the parties do, before anybody does anything.
 * @module
 */

import { TrefoilError } from '../../errors.ts';
import type { Architecture } from '../../graph/mlp.ts';
import type { Folds } from '../../plan/folds.ts';
import { forEachMetric } from '../../plan/outputs/metrics.ts';
import { type Plan, type Roles, rolesOf } from '../../plan/plan.ts';
import type { ColumnOwners, TrainingTask } from '../../plan/training/task.ts';
import { trainingPlan } from '../../plan/training/training-plan.ts';
import { requireRoom } from '../node/node-room.ts';
import { columnOwnersOf } from './column-owners.ts';
import { type Job, ownersOf, type ReleaseAudit, type RowKind, thresholdOf, totalRows } from './job.ts';
import { withRemedies } from './planning-advice.ts';
import { fillsTask } from './pooled-fills.ts';
import { type JobPrivacy, privacyOf } from './privacy.ts';
import { weightsTask } from './row-weights.ts';

export function architectureOf(job: Job): Architecture {
  const { data, model } = job;
  const threshold = thresholdOf(job);
  return {
    ...{ inputs: data.features.length, image: model.input, layers: model.layers },
    ...{ output: model.output, outputs: data.classes?.length ?? 1 },
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** How many rows there are, and whose. */
interface Layout {
  readonly rowsOf: (kind: RowKind) => Record<string, number>;
  readonly columns?: ColumnOwners;
}

function layoutOf(job: Job): Layout {
  const columns = columnOwnersOf(job);
  if (columns !== undefined) return { rowsOf: (kind) => ({ [columns.label]: totalRows(job, kind) }), columns };
  return { rowsOf: (kind) => Object.fromEntries(ownersOf(job).map((owner) => [owner.name, owner[kind]])) };
}

function trainingTask(job: Job, roles: Roles, { rowsOf, columns }: Layout, privacy?: JobPrivacy): TrainingTask {
  const { optimiser, epochs, batch, learningRate, l2, clipGradient, earlyStopping } = job.training;
  const folds = foldsOf(job);
  const weights = weightsTask(job);
  const fills = fillsTask(job, columns !== undefined);
  return {
    roles,
    architecture: architectureOf(job),
    initial: job.model.initial,
    optimiser,
    ...(clipGradient === undefined ? {} : { clipGradient }),
    ...(columns === undefined ? {} : { columns }),
    trainRows: rowsOf('train'),
    testRows: rowsOf('test'),
    ...(weights === undefined ? {} : { weights }),
    ...(earlyStopping === undefined ? {} : { earlyStopping: { ...earlyStopping, rows: rowsOf('validation') } }),
    ...(folds === undefined ? {} : { folds }),
    ...(fills === undefined ? {} : { fills }),
    moments: job.data.standardise === 'moments',
    clip: job.data.clip,
    epochs,
    batch,
    learningRate,
    l2,
    ...job.numbers,
    ...(job.privacy === undefined || privacy === undefined ? {} : { privacy: { ...privacy, norm: job.privacy.clip } }),
    // Towards a budget the gate is a proof, made when the job was read.
    ...(job.audit === undefined || job.privacy !== undefined ? {} : { gate: gateOf(job.audit) }),
    reveal: job.reveal,
  };
}

/** Rows are dealt out owner by owner; where owners have columns of the same rows, all at once. */
function foldsOf(job: Job): Folds | undefined {
  const { folds } = job.training;
  if (folds === undefined) return undefined;
  const groups = columnOwnersOf(job) === undefined ? job.parties.map(({ train }) => train) : [totalRows(job, 'train')];
  return { count: folds, groups };
}

const gateOf = ({ maxMembershipAdvantage, auditor }: ReleaseAudit): NonNullable<TrainingTask['gate']> => ({
  maxAdvantage: maxMembershipAdvantage,
  ...(auditor === undefined ? {} : { auditor }),
});

/**
 * The plan of the job among its nodes. Throws `TREFOIL_PLAN` where headroom can not be proved, with changes that help, and where a node can
 * not hold it.
 */
export function jobPlan(job: Job, privacy = privacyOf(job)): Plan {
  const roles = rolesOf(
    job.trust,
    job.parties.map(({ name }) => name),
  );
  const layout = layoutOf(job);
  const taskOf = (job: Job) => trainingTask(job, roles, layout, privacy);
  const roomy = (job: Job, plan: Plan): Plan => {
    requireRoom(plan, (batch) => trainingPlan({ ...taskOf(job), batch }));
    return plan;
  };
  let plan: Plan;
  try {
    plan = trainingPlan(taskOf(job));
  } catch (error) {
    if (!(error instanceof TrefoilError && error.code === 'TREFOIL_PLAN')) throw error;
    throw withRemedies(job, error, (changed) => roomy(changed, trainingPlan(taskOf(changed))));
  }
  return roomy(job, plan);
}

export const TWIN = 'twin';

const inPublicOrder = ({ noiseMultiplier, countsMultiplier, events }: JobPrivacy): JobPrivacy => ({
  noiseMultiplier,
  ...(countsMultiplier === undefined ? {} : { countsMultiplier }),
  events,
});

/**
 * The same work with one party that has all records: what the twins in the clear run. Of a private job they take batches in public order, and
 * the float64 one adds no noise: that is what its privacy is paid with.
 */
export function twinPlan(job: Job, privacy = privacyOf(job)): Plan {
  const roles = rolesOf('dealer', [TWIN]);
  const seen = (recipients: readonly string[]) => (recipients.length > 0 ? [TWIN] : []);
  const { metrics, trainingLoss, folds = [] } = job.reveal;
  const reveal = {
    trainingLoss: seen(trainingLoss),
    metrics: forEachMetric((metric) => seen(metrics[metric])),
    // With folds there is a model of each, and none of all rows.
    model: job.training.folds === undefined ? [TWIN] : [],
    folds: seen(folds),
  };
  const rowsOf = (kind: RowKind) => ({ [TWIN]: totalRows(job, kind) });
  // The twin is asked for its model whatever becomes of the job's.
  const { gate, ...task } = trainingTask(job, roles, { rowsOf }, privacy && inPublicOrder(privacy));
  return trainingPlan({ ...task, reveal });
}

/** The first steps of the same, within its first epoch, on their records alone, which are standardised already. Opens nothing. */
export function firstStepsPlan(job: Job, steps: number): Plan {
  const rowsOf = (kind: RowKind) => ({ [TWIN]: kind === 'train' ? steps * job.training.batch : 0 });
  const { earlyStopping, gate, weights, fills, folds, ...task } = trainingTask(job, rolesOf('dealer', [TWIN]), {
    rowsOf,
  });
  const metrics = forEachMetric((): string[] => []);
  const plan = trainingPlan({
    ...task,
    ...(weights === undefined ? {} : { weights: { ...weights, needsClassCounts: false } }),
    moments: false,
    reveal: { trainingLoss: [], metrics, model: [] },
  });
  const last = plan.sessions.findIndex(({ phase }) => plan.phases[phase].trains);
  const sessions = plan.sessions
    .slice(0, last + 1)
    .map(({ phase, repeat }, i) => ({ phase, repeat: i === last ? steps : repeat }));
  return { ...plan, sessions };
}
