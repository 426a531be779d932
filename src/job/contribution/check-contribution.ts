/**
 * Everything that a job asks of a contributor's records, looked at where they lie.
 * @module
 */
import type { Job } from '../file/job.ts';
import { checkRecords, type DataFindings } from '../node/check-data.ts';
import { type ContributorDescription, checkContributorData, loadContributorConfig } from './contributor-config.ts';

/** Looks at the records of a contributor for a job, and writes nothing. Throws `TREFOIL_CONFIG` where the configuration does not fit the job. */
export async function checkContribution(
  job: Job,
  from: string | ContributorDescription,
): Promise<readonly DataFindings[]> {
  const config = loadContributorConfig(from, job.name);
  checkContributorData(config, job);
  return checkRecords({ ...config, node: config.contributor }, job);
}
