/**
 * `trefoil data check` and `trefoil data describe`: a party's own records, looked at without any network.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { checkData, type DataFindings } from '../../job/node/check-data.ts';
import { type DescribeOptions, describeData } from '../../job/node/describe-data.ts';
import { jobFileAt } from '../packaged.ts';
import { findingLines, problemsOf } from '../screens/data-screen.ts';

export interface CheckOptions {
  readonly config: string;
  /** A job in place of the configuration's. */
  readonly job?: string;
}

/** Prints what was found, column by column. Throws `TREFOIL_DATA` with all problems that a run would refuse. */
export async function checkOwnData({ config, job }: CheckOptions): Promise<void> {
  const findings = await checkData(config, job === undefined ? undefined : loadJob(jobFileAt(job)));
  if (findings.length === 0) {
    throw new TrefoilError('TREFOIL_USAGE', `${config} names no records: it is the configuration of a dealer`);
  }
  printFindings(findings);
}

/** Column by column. Throws `TREFOIL_DATA` with all problems that a run would refuse. */
export function printFindings(findings: readonly DataFindings[]): void {
  for (const line of findings.flatMap(findingLines)) console.log(line);
  const problems = problemsOf(findings);
  if (problems.length === 0) {
    console.log('a run would take these records');
    return;
  }
  throw new TrefoilError('TREFOIL_DATA', 'a run would refuse these records:', { problems });
}

/** Prints a draft of the `data` section of a job file. */
export async function describeOwnData(file: string, options: DescribeOptions): Promise<void> {
  console.log(await describeData(file, options));
}
