/**
 * `trefoil audit JOB`: attacks federated learning of the job's model, a Trefoil run of it, and one with privacy, and writes down what was found.
 * @module
 */
import { join, resolve } from 'node:path';
import type { ExposedRecord } from '../../audit/membership/exposure.ts';
import { auditPage } from '../../audit/report/page.ts';
import { TrefoilError } from '../../errors.ts';
import type { Job } from '../../job/file/job.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { planJob } from '../../job/file/planned-job.ts';
import { checkWritable } from '../../job/node/output-folder.ts';
import { type AuditEvent, auditJob } from '../../job/rehearsal/audit.ts';
import type { TrustMode } from '../../plan/plan.ts';
import { configsOf, jobFileAt } from '../packaged.ts';
import { AuditFiles } from '../screens/audit-files.ts';
import { printAudit } from '../screens/audit-screen.ts';
import { eventDisplay } from '../screens/event-display.ts';
import { ProgressDisplay } from '../screens/progress.ts';
import { outliveOutput } from '../standard-output.ts';
import { stopOnSignals } from '../stop.ts';

export interface AuditOptions {
  readonly out: string;
  readonly quick: boolean;
  readonly trust?: TrustMode;
  /** Folder with a configuration for each node. */
  readonly configs: string;
  readonly seed?: string;
}

/** Page and report of an audit take less. */
const AUDIT_BYTES = 2 ** 22;

export async function audit(given: string, { out, quick, trust, configs, seed }: AuditOptions) {
  outliveOutput();
  const file = jobFileAt(given);
  const job = loadJob(file, trust);
  const nodes = configsOf(job, file, configs);
  const [page, data] = ['audit.html', 'audit.json'].map((name) => join(out, name));
  for (const path of [page, data]) checkWritable(path, AUDIT_BYTES);
  const { signal: stop } = stopOnSignals();
  const display = new ProgressDisplay();
  const show = eventDisplay(display);
  const tell = (event: AuditEvent) => {
    if (event.kind === 'stage') display.line(event.name);
    // The run is one of the attacks, of which nobody wants to know more.
    else if (event.kind !== 'starting' && event.kind !== 'warning') show(event);
  };
  try {
    const planned = planJob(job);
    const setting = { planned, nodes, jobFile: resolve(file), processes: 'each', quick } as const;
    const found = await auditJob(seed === undefined ? setting : { ...setting, seed }, tell, stop);
    const { report, exposed, contradictions } = found;
    display.stop();
    // What was found is on the screen even where it can not be written.
    printAudit(report);
    const files = new AuditFiles();
    await files.writeJson('report', data, report);
    files.write('page', page, [auditPage(report)]);
    for (const [owner, records] of exposed) {
      await files.writeJson('list', join(out, `most-exposed-${owner}.json`), listOf(owner, job, report.seed, records));
    }
    files.throw();
    refuse(contradictions);
  } finally {
    display.stop();
  }
}

/** For one owner, about its own records alone. */
function listOf(owner: string, job: Job, seed: string, records: readonly ExposedRecord[]): object {
  const about = `for ${owner} alone: rows of its training file, counted from 0, that an adversary is surest were in the training`;
  return { format: 'trefoil-exposed', version: 1, job: job.name, owner, about, seed, records };
}

/** After everything is written, so that the evidence is at hand. */
function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new TrefoilError(
    'TREFOIL_AUDIT',
    'the audit found what must not be; do not release this model, and report this as a bug with audit.json:',
    { problems },
  );
}
