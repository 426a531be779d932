/**
 * `trefoil contribute JOB FILE`: the records of an institution that runs no node, checked and sealed.
 * @module
 */
import { relative } from 'node:path';
import { checkContribution } from '../../job/contribution/check-contribution.ts';
import { contribute } from '../../job/contribution/contribute.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { planJob } from '../../job/file/planned-job.ts';
import type { TrustMode } from '../../plan/plan.ts';
import { jobFileAt } from '../packaged.ts';
import { openingLines, termLines } from '../screens/openings-screen.ts';
import { printFindings } from './data.ts';

export interface ContributeCommandOptions {
  readonly trust?: TrustMode;
  readonly check: boolean;
}

export async function contributeRecords(
  jobFile: string,
  file: string,
  { trust, check }: ContributeCommandOptions,
): Promise<void> {
  const job = loadJob(jobFileAt(jobFile), trust);
  if (check) {
    printFindings(await checkContribution(job, file));
    return;
  }
  const planned = planJob(job);
  console.log(`${job.name}, trust mode ${job.trust}, with ${planned.plan.roles.nodes.join(', ')}`);
  for (const line of termLines(job, planned.plan)) console.log(`  ${line}`);
  console.log('what will leave the computation, and who learns it:');
  for (const line of openingLines(job, planned.plan)) console.log(`  ${line}`);
  const { file: written, digest, contributor, nodes, rows, warnings } = await contribute(planned, file);
  for (const warning of warnings) console.error(`warning: ${warning}`);
  const kinds = [`${rows.train} training rows`, `${rows.test} test rows`, `${rows.validation} validation rows`];
  const counted = kinds.filter((words) => !words.startsWith('0 '));
  console.log(`\n${contributor}: ${counted.join(', ')}, sealed for ${nodes.join(', ')}`);
  console.log(`  ${relative('', written)}`);
  console.log(`  SHA-256 ${digest}`);
  console.log(`\nSend this file to ${nodes.join(' and ')}. Each can open its own share alone.`);
}
