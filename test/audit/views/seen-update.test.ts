/** What is attacked in place of an update would be the very gradient if there were no masks. */
import { expect, it } from 'vitest';
import { chosenRecords } from '../../../src/audit/models/chosen-records.ts';
import { meanGradient } from '../../../src/audit/models/gradient.ts';
import type { Parameters } from '../../../src/audit/models/network.ts';
import { seenUpdate } from '../../../src/audit/views/seen-update.ts';
import { invariant } from '../../../src/errors.ts';
import { auditSubject } from '../../../src/job/audit/audit-subject.ts';
import { auditedJob } from '../../../src/job/audit/audited-job.ts';
import { loadJob, withTrust } from '../../../src/job/file/job-file.ts';
import { jobPlan } from '../../../src/job/file/task.ts';
import { ownerInputs } from '../../../src/job/node/owner.ts';
import { joined } from '../../../src/job/rehearsal/all-records.ts';
import { TrainingOrder } from '../../../src/runtime/training-order.ts';
import { madeUpRecords } from '../../job/made-up-records.ts';
import { memoryRun } from './memory-run.ts';
import { type Mutant, SEEN_BY_ALL } from './mutants.ts';

async function seenAndTrue(example: string, trust: 'dealer' | 'honest-majority', mutant?: Mutant) {
  const job = withTrust(auditedJob(loadJob(`examples/${example}.yaml`)), trust);
  const records = madeUpRecords(job);
  const plan = jobPlan(job);
  const run = await memoryRun(plan, (node) => ownerInputs(job, records.get(node) ?? {}), 'run', mutant);
  const view = run.get('east');
  invariant(view !== undefined, 'east took part');
  const { parameters, update } = seenUpdate(plan, [view]);
  const { architecture, owners } = auditSubject(
    job,
    job.parties.map(({ name }) => records.get(name) ?? {}),
  );
  const all = joined(
    job,
    owners.map(({ train }) => ({ train })),
    'train',
  );
  const batch = chosenRecords(all, new TrainingOrder(plan, view.publicStreams).batch(0));
  return { update, gradient: meanGradient(architecture, parameters, batch) };
}

const largestDifference = (a: Parameters, b: Parameters) =>
  Math.max(
    ...a.flatMap(({ weights, bias }, layer) => [
      ...weights.map((x, i) => Math.abs(x - b[layer].weights[i])),
      ...bias.map((x, i) => Math.abs(x - b[layer].bias[i])),
    ]),
  );

/** What the fitted series for softmax and sigmoid are wrong by, times the largest feature and amply. */
const SERIES = 0.01;

it.each([
  ['digits-mlp', 'honest-majority'],
  ['breast-cancer-logistic', 'dealer'],
] as const)('%s in %s', async (example, trust) => {
  const bare = await seenAndTrue(example, trust, SEEN_BY_ALL['no masks']);
  expect(largestDifference(bare.update, bare.gradient)).toBeLessThan(SERIES);
  const masked = await seenAndTrue(example, trust);
  expect(largestDifference(masked.update, masked.gradient)).toBeGreaterThan(2 ** 8);
});
