/**
 * Contributions in a rehearsal: sealed and opened as in a real run, with identities and keys that last as long as it does.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { epsilonOf } from '../../privacy/accounting/accountant.ts';
import { createIdentity } from '../../transport/create-identity.ts';
import { seal } from '../contribution/contribute.ts';
import { checkContributorData, loadContributorConfig } from '../contribution/contributor-config.ts';
import { createSealingKey, saveSealingKey } from '../contribution/sealing-key.ts';
import type { ContributionFiles, Job, NodeConfig } from '../file/job.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { allOrEveryProblem } from '../node/every-problem.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { openLedger } from '../node/party-ledger.ts';
import { readRecords } from '../node/prepare.ts';

/** What a rehearsal takes of the configuration of a contributor: keys are made for it. */
export type RehearsedContributor = Pick<NodeConfig, 'data' | 'table' | 'dataSet' | 'privacy'>;
export type RehearsedContributors = ReadonlyMap<string, RehearsedContributor>;

/** The configurations NAME.yaml of a job's contributors. Throws `TREFOIL_CONFIG`. */
export function loadContributors(job: Job, folder: string): RehearsedContributors {
  return new Map(
    (job.contributors ?? []).map(({ name }) => {
      const config = loadContributorConfig(join(folder, `${name}.yaml`), job.name);
      checkContributorData(config, job);
      return [name, config];
    }),
  );
}

export interface RehearsedContributions {
  /** For the configuration of every node. */
  readonly contributions: Readonly<Record<string, ContributionFiles>>;
  /** In the order of the job. */
  readonly records: readonly OwnRecords[];
}

/**
 * Seals the records of all contributors in `folder`, where each evaluator then has its key under its own name, as beside an identity. What a ledger of
 * theirs is kept for is spent.
 */
export async function sealInFolder(
  planned: PlannedJob,
  contributors: RehearsedContributors,
  folder: string,
): Promise<RehearsedContributions> {
  const keys = new Map<string, string>();
  for (const node of contributors.size === 0 ? [] : planned.plan.roles.evaluators) {
    const key = createSealingKey();
    await saveSealingKey(join(folder, node), key);
    keys.set(node, key.publicKey);
  }
  const read = [...contributors].map(async ([name, config]) => {
    const records = await readRecords({ ...config, node: name }, planned.job, () => undefined);
    const ledger = await openLedger({ ...config, node: name }, planned, true, epsilonOf);
    ledger?.check();
    return { name, records, ledger };
  });
  const contributions: Record<string, ContributionFiles> = {};
  const all = await allOrEveryProblem(read);
  for (const { name, records, ledger } of all) {
    const identity = await createIdentity({ name, days: IDENTITY_DAYS });
    const [file, certificate] = [join(folder, `${name}.contribution`), join(folder, `${name}.crt`)];
    await writeFile(certificate, identity.certificate);
    const digest = await seal(planned, name, records, keys, identity, file);
    ledger?.intend(digest);
    ledger?.charge();
    contributions[name] = { file, certificate };
  }
  return { contributions, records: all.map(({ records }) => records) };
}

/** Longer than the warning of an ending certificate reaches. */
const IDENTITY_DAYS = 60;
