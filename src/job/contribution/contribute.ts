/**
 * Records of an institution that runs no node, checked at home and sealed for the evaluators of one job.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { TrefoilError } from '../../errors.ts';
import { isThere } from '../../file-problem.ts';
import { epsilonOf } from '../../privacy/accounting/accountant.ts';
import { allBytes, lastShare, SEED_BYTES, sharedInputs } from '../../runtime/contributed-shares.ts';
import { type Identity, loadIdentities } from '../../transport/identity.ts';
import { programVersion } from '../../version.ts';
import type { Job } from '../file/job.ts';
import { type PlannedJob, plannedOf } from '../file/planned-job.ts';
import type { RowCounts } from '../file/row-counts.ts';
import { coarseRecords } from '../node/coarse-records.ts';
import { lastingData, type PartyData } from '../node/data-files.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { ownerInputs } from '../node/owner.ts';
import { openLedger } from '../node/party-ledger.ts';
import { readRecords } from '../node/prepare.ts';
import { writeContribution } from './contribution-file.ts';
import { type ContributorDescription, checkContributorConfig, loadContributorConfig } from './contributor-config.ts';
import { readPublicKey } from './sealing-key.ts';

/** How `contribute` works: where records are. */
export interface ContributeOptions {
  /** Records, in place of the files that the configuration names. */
  readonly data?: PartyData;
}

/** What `contribute` has written: where, for whom, of how many rows. */
export interface Contribution {
  readonly file: string;
  /** SHA-256 of what is signed: the evaluators compare it before a run. */
  readonly digest: string;
  readonly contributor: string;
  /** The evaluators, of which each can open its own part. */
  readonly nodes: readonly string[];
  readonly rows: RowCounts;
  /** What the contributor should know of its certificate and its records. */
  readonly warnings: readonly string[];
}

/**
 * Checks the records of a contributor as a run would, and writes them as shares: sealed for each evaluator, signed, and of use for this job alone.
 * `config` is the path of the contributor's configuration, or what that file would say. Under `privacy` its ledger is charged. Throws with every problem
 * that it finds; then nothing is written.
 * @example
 * const { file, digest } = await contribute(loadJob('job.yaml'), 'clinic.yaml');
 */
export async function contribute(
  job: Job | PlannedJob,
  config: string | ContributorDescription,
  { data }: ContributeOptions = {},
): Promise<Contribution> {
  const planned = plannedOf(job);
  const { evaluators } = planned.plan.roles;
  const read = loadContributorConfig(config, planned.job.name);
  const own = data === undefined ? read : { ...read, data: { ...read.data, ...lastingData(data) } };
  checkContributorConfig(own, planned.job, evaluators);
  const { contributor, output } = own;
  if (isThere(output)) {
    const remedy = 'move it away, or name another file as output in the configuration';
    throw new TrefoilError('TREFOIL_OUTPUT', `the contribution ${output} is there already: ${remedy}`);
  }
  const { identity, warnings } = await loadIdentities(contributor, own.identity, {});
  const keys = publicKeys(own.nodes, evaluators);
  const records = await readRecords({ ...own, node: contributor }, planned.job, () => undefined);
  const ledger = await openLedger({ ...own, node: contributor }, planned, false, epsilonOf);
  ledger?.check();
  ledger?.intend(randomBytes(32).toString('hex'));
  try {
    const digest = await seal(planned, contributor, records, keys, identity, output);
    // From now on the nodes can use it.
    ledger?.charge();
    const all = [...warnings, ...coarseRecords(planned.job, contributor, records)];
    return { file: output, digest, contributor, nodes: evaluators, rows: rowsOf(records), warnings: all };
  } catch (error) {
    ledger?.void();
    throw error;
  }
}

const rowsOf = ({ train, test, validation }: OwnRecords): RowCounts => ({
  train: train?.rows ?? 0,
  test: test?.rows ?? 0,
  validation: validation?.rows ?? 0,
});

function publicKeys(files: Readonly<Record<string, string>>, evaluators: readonly string[]): Map<string, string> {
  const problems: string[] = [];
  const keys = new Map(
    evaluators.flatMap((node) => {
      const key = readPublicKey(node, files[node], problems);
      return key === undefined ? [] : [[node, key] as const];
    }),
  );
  if (problems.length === 0) return keys;
  throw new TrefoilError('TREFOIL_IDENTITY', 'the keys of nodes have problems:', { problems });
}

/** Writes the records of a contributor, sealed for the holders of `keys`, who are the evaluators of the plan. Gives the digest. */
export function seal(
  { job, plan, digests }: PlannedJob,
  contributor: string,
  records: OwnRecords,
  keys: ReadonlyMap<string, string>,
  identity: Identity,
  output: string,
): Promise<string> {
  const inputs = sharedInputs(plan, contributor);
  const others = [...keys]
    .slice(0, -1)
    .map(([node, publicKey]) => ({ node, publicKey, seed: randomBytes(SEED_BYTES) }));
  const seeds = others.map(({ seed }) => seed);
  const last = [...keys].slice(-1).map(([node, publicKey]) => ({
    ...{ node, publicKey, bytes: allBytes(inputs) },
    pieces: lastShare(inputs, ownerInputs(job, records), seeds),
  }));
  const seeded = others.map(({ seed, ...to }) => ({ ...to, bytes: SEED_BYTES, pieces: [seed] }));
  const described = {
    contributor,
    job: { name: job.name, digest: digests.job },
    trefoil: programVersion(),
    created: new Date().toISOString(),
    inputs,
  };
  return writeContribution(output, described, [...seeded, ...last], identity);
}
