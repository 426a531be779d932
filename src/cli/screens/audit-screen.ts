/**
 * What an audit found, in the terminal: the table at the top of its page.
 * @module
 */
import type { AuditReport } from '../../audit/report/audit-report.ts';
import { summaryOf } from '../../audit/report/summary.ts';
import { SYSTEMS } from '../../audit/report/wording.ts';

export function printAudit(report: AuditReport): void {
  console.log(`\nwhat an adversary gets from ${report.job.name}${report.isQuick ? ', by a quick audit' : ''}:`);
  for (const { adversary, wants, found } of summaryOf(report)) {
    console.log(`\n${adversary}, who wants ${wants}`);
    for (const system of ['federated', 'trefoil', 'trefoilPrivate'] as const) {
      console.log(`  ${SYSTEMS[system]}: ${found[system]}`);
    }
  }
  console.log('');
}
