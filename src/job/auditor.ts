/**
 * The work of a job's auditor: it gets the model first, and attacks it with what it has, its own training and test rows.
 * @module
 */
import { attackModel } from '../audit/membership/membership.ts';
import { chosenRecords, joinedRecords } from '../audit/models/chosen-records.ts';
import { trainPlainly } from '../audit/models/plain-training.ts';
import type { Records } from '../data/records.ts';
import { invariant } from '../errors.ts';
import { AUDITED } from '../plan/release-gate.ts';
import type { Advantage } from '../privacy/membership-advantage.ts';
import type { Revealed } from '../runtime/node.ts';
import { plainTrainingOf, standardisedRecords } from './audit-subject.ts';
import { layersOf, type OwnRecords } from './owner.ts';
import type { Job } from './schema.ts';
import { architectureOf } from './task.ts';

/** Rows of either kind: the others wait while shadow models are trained. */
const MOST_ROWS = 1000;
const SHADOWS = 16;

/**
 * The largest advantage of all attacks, and the largest of their upper bounds: 95 % for each attack by itself. `seed` is public.
 */
export async function auditOf(job: Job, own: OwnRecords, revealed: Revealed, seed: string): Promise<Advantage> {
  const { train, test } = standardisedRecords(job, own, revealed);
  const [members, others] = [train, test].map((records) => beginning(records, MOST_ROWS));
  const architecture = architectureOf(job);
  const training = plainTrainingOf(job);
  const isMember = new Uint8Array(members.rows + others.rows).fill(1, 0, members.rows);
  const { report } = await attackModel(layersOf(revealed, AUDITED), joinedRecords(members, others), isMember, {
    ...{ architecture, models: SHADOWS, seed },
    train: (records, run) => trainPlainly(architecture, training, records, run),
  });
  invariant(report.results.length > 0, 'every model is attacked by its loss');
  const most = (of: (advantage: Advantage) => number) =>
    report.results.reduce((largest, { score }) => Math.max(largest, of(score.advantage)), 0);
  return { value: most(({ value }) => value), upper: most(({ upper }) => upper) };
}

function beginning(records: Records, most: number): Records {
  const rows = Math.min(records.rows, most);
  return chosenRecords(
    records,
    Uint32Array.from({ length: rows }, (_, i) => i),
  );
}
