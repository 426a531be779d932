/**
 * What the nodes of a job see, audited: hundreds of real runs of the job cut down, on its records and on others, in both trust modes.
 * @module
 */

import type {
  ReconstructionResult,
  TwoWorlds,
  UniformityOfView,
  ViewsReport,
} from '../../audit/report/audit-report.ts';
import { CONFIDENCE, ViewTests } from '../../audit/views/view-tests.ts';
import type { Plan } from '../../plan/plan.ts';
import { planCost } from '../../plan/quote/cost.ts';
import type { InputsOf } from '../../runtime/clear/simulate.ts';
import { TRUST_NAMES } from '../../trust/modes.ts';
import { adversaries } from '../../trust/roles.ts';
import { holdingOf } from '../file/column-owners.ts';
import type { Job } from '../file/job.ts';
import { withTrust } from '../file/job-file.ts';
import { jobPlan } from '../file/task.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { ownerInputs } from '../node/owner.ts';
import { auditIdentities, recordedRun } from '../rehearsal/recorded-run.ts';
import { attackedViews, type SeenRun } from './attacked-views.ts';
import { auditedJob, auditedRecords, otherRecords } from './audited-job.ts';

export interface AuditViews {
  readonly job: Job;
  /** By party, in the order of the job. */
  readonly owners: readonly OwnRecords[];
  readonly seed: string;
  readonly isQuick: boolean;
  /** Runs that are done, and in all. */
  readonly onProgress: (done: number, of: number) => void;
  readonly stop?: AbortSignal;
}

/** Pairs of runs, one of each world, and runs whose views are attacked. */
const FULL = { pairs: 200, attacked: 4 };
const QUICK = { pairs: 12, attacked: 1 };
/** All runs of a trust mode together send about this much at the most: a wide network gets fewer pairs. */
const MOST_BYTES = 2 ** 32;
const LEAST_PAIRS = 8;

const LIMITS = [
  'That no node and, in dealer mode, no two parties learn anything is argued protocol by protocol in SECURITY.md, for nodes that follow the protocol; tests can only find where the program strays from it.',
  'Outputs that the job reveals are not part of what is tested: they tell what they tell, whoever computes them.',
  'Times at which messages arrive are not recorded. The order and length of all messages is fixed by the plan, which all parties agree on.',
  'A private job runs without clipping and noise here, so that noise covers nothing; what these add to the program is not tested. Early stopping is left out.',
];

const IS_QUICK = `A quick audit makes ${QUICK.pairs} pairs of runs, so that its intervals are wide; a full one makes ${FULL.pairs}.`;

export async function auditViews({ job, owners, seed, isQuick, onProgress, stop }: AuditViews): Promise<ViewsReport> {
  const small = auditedJob(job);
  const records = auditedRecords(small, owners);
  const modes = [job.trust, ...TRUST_NAMES.filter((trust) => trust !== job.trust)];
  const plans = modes.map((trust) => jobPlan(withTrust(small, trust)));
  const amounts = isQuick ? QUICK : FULL;
  const pairs = plans.map((plan) => Math.min(amounts.pairs, affordablePairs(plan)));
  const views = plans.reduce((sum, { roles }) => sum + adversaries(roles).length, 0);
  const of = 2 * pairs.reduce((sum, count) => sum + count, 0);
  let done = 0;
  const uniformity: UniformityOfView[] = [];
  const twoWorlds: TwoWorlds[] = [];
  const attacks: ReconstructionResult[] = [];
  for (const [i, plan] of plans.entries()) {
    const tests = new ViewTests(plan);
    const attacked: SeenRun[] = [];
    const identities = await auditIdentities(plan);
    const worlds = { a: inputsOf(small, records), b: inputsOf(small, otherRecords(small, records)) } as const;
    for (let pair = 0; pair < pairs[i]; pair++) {
      for (const world of ['a', 'b'] as const) {
        const run = await recordedRun(plan, worlds[world], identities, stop);
        tests.add(world, run);
        if (world === 'a' && attacked.length < amounts.attacked) attacked.push(run);
        onProgress(++done, of);
      }
    }
    uniformity.push(...tests.uniformity());
    twoWorlds.push(...tests.twoWorlds(views));
    attacks.push(attackedViews({ job: small, owners: records, plan, runs: attacked, isQuick, seed }));
  }
  const limits = isQuick ? [...LIMITS, IS_QUICK] : LIMITS;
  return { method: methodOf(small, plans[0]), limits, uniformity, twoWorlds, attacks };
}

const inputsOf = (job: Job, owners: readonly OwnRecords[]): InputsOf => {
  const byName = new Map(
    job.parties.map(({ name }, i) => [name, ownerInputs(job, owners[i], undefined, holdingOf(job, name))]),
  );
  const none = ownerInputs(job, {});
  return (node) => byName.get(node) ?? none;
};

function affordablePairs(plan: Plan): number {
  const bytes = Object.values(planCost(plan).bytes).reduce(
    (sum, kinds) => sum + Object.values(kinds).reduce((all, count) => all + count, 0),
    0,
  );
  return Math.max(LEAST_PAIRS, Math.floor(MOST_BYTES / (2 * bytes)));
}

function methodOf({ parties }: Job, { training }: Plan): string {
  const rows = parties.map(({ name, train }) => `${name} ${train}`).join(', ');
  return (
    `Real runs of the job in both trust modes, with the parties and the network of the job, over gRPC and mutual TLS on the loopback interface with keys of their own each time, cut down to few training records (${rows}) ` +
    `and ${training.epochs * training.stepsPerEpoch} steps of ${training.batch}. Every message that a node receives, and every share that it sends, is kept, with the keys that it has. ` +
    'Tested are each node alone and, in dealer mode, every two parties together. From the opened values each takes off the masks that it knows, ' +
    'and compares steps; the words that come out must be uniform and far from each other. In the two-world game half of the runs are made of the real records, half of records that are all as low as they can be; ' +
    `a classifier learns from half of each, and guesses the others. Its intervals hold all together with ${100 * CONFIDENCE} %.`
  );
}
