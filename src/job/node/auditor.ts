/**
 * The work of a job's auditor: it gets the model first, and attacks it with what it has, its own training and test rows.
 * @module
 */
import { attackModel } from '../../audit/membership/membership.ts';
import { firstRecords, joinedRecords } from '../../audit/models/chosen-records.ts';
import { trainPlainly } from '../../audit/models/plain-training.ts';
import { membershipScore } from '../../audit/statistics/roc.ts';
import { ADVANTAGE_CONFIDENCE, type Advantage } from '../../privacy/accounting/membership-advantage.ts';
import type { Revealed } from '../../runtime/node.ts';
import { plainTrainingOf, standardisedRecords } from '../audit/audit-subject.ts';
import type { Job } from '../file/job.ts';
import { architectureOf } from '../file/task.ts';
import type { OwnRecords } from './own-records.ts';
import { layersOf } from './owner.ts';

/** Rows of either kind: the others wait while shadow models are trained. */
const MOST_ROWS = 1000;
const SHADOWS = 16;

/**
 * The largest advantage of all attacks, and the largest of their upper bounds, which all hold together with `ADVANTAGE_CONFIDENCE`. `seed` is public.
 */
export async function auditOf(job: Job, own: OwnRecords, revealed: Revealed, seed: string): Promise<Advantage> {
  const { train, test } = standardisedRecords(job, own, revealed);
  const [members, others] = [train, test].map((records) => firstRecords(records, MOST_ROWS));
  const architecture = architectureOf(job);
  const training = plainTrainingOf(job);
  const isMember = new Uint8Array(members.rows + others.rows).fill(1, 0, members.rows);
  const { scores } = await attackModel(layersOf(revealed, 'audited'), joinedRecords(members, others), isMember, {
    ...{ architecture, models: SHADOWS, seed },
    train: (records, run) => trainPlainly(architecture, training, records, run),
  });
  const attacks = Object.values(scores);
  // Each gets its part of the permitted error.
  const confidence = 1 - (1 - ADVANTAGE_CONFIDENCE) / attacks.length;
  const found = attacks.map((of) => {
    const where = (membership: number) => of.filter((_, i) => isMember[i] === membership);
    return membershipScore(where(1), where(0), confidence).advantage;
  });
  return { value: Math.max(...found.map(({ value }) => value)), upper: Math.max(...found.map(({ upper }) => upper)) };
}
