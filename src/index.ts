/**
 * Trefoil as a library: three organisations train one model on records that none of them shows the others.
 *
 * Importing it starts nothing, prints nothing and changes nothing of the process. What takes a while is a `Run`: events to follow, a result to
 * wait for, and a signal that stops it. What goes wrong is a `TrefoilError` with a code.
 * @module
 */
export { type AlignmentQuote, alignmentQuote } from './alignment/quote.ts';
export type { AuditReport } from './audit/report/audit-report.ts';
export type { FeatureRange } from './data/feature-range.ts';
export type { Class, Commitments, RecordSource, Records, RecordsWanted } from './data/records.ts';
export type { Cell, Row, Rows } from './data/rows.ts';
export { type Data, type DataFile, rowSource } from './data/source.ts';
export type { OwnColumn, OwnTable } from './encoding/own-column.ts';
export { type ErrorCode, type Place, TrefoilError } from './errors.ts';
export { type AlignedRows, type AlignmentEvent, type AlignRowsOptions, alignRows } from './job/alignment/align-rows.ts';
export { checkContribution } from './job/contribution/check-contribution.ts';
export { type ContributeOptions, type Contribution, contribute } from './job/contribution/contribute.ts';
export type { ContributorDescription } from './job/contribution/contributor-config.ts';
export { createSealingKey, type SealingKey, saveSealingKey } from './job/contribution/sealing-key.ts';
export type { Job } from './job/file/job.ts';
export type { JobDescription } from './job/file/job-description.ts';
export { jobFrom, loadJob, parseJob, withTrust } from './job/file/job-file.ts';
export { type JobDigests, type PlannedJob, planJob } from './job/file/planned-job.ts';
export { writtenJob } from './job/file/written-job.ts';
export { type Model, readModel } from './job/model/model-file.ts';
export { type Prediction, type PredictOptions, predict } from './job/model/predict-records.ts';
export { checkData, type DataFindings } from './job/node/check-data.ts';
export type { ColumnFindings } from './job/node/column-survey.ts';
export type { PartyData, PartyRecords } from './job/node/data-files.ts';
export { type DescribeOptions, describeData } from './job/node/describe-data.ts';
export type { KeptRun } from './job/node/keep-run.ts';
export type { NodeDescription } from './job/node/node-config.ts';
export { type NodeOutcome, type RunNodeOptions, runNode } from './job/node/run-node.ts';
export type { TrainingEvent } from './job/node/training-event.ts';
export { type Audit, type AuditEvent, type AuditOptions, audit } from './job/rehearsal/audit.ts';
export { type Training, type TrainLocallyOptions, trainLocally } from './job/rehearsal/train-locally.ts';
export { NETWORKS, type Network, type Quote, quoteJob } from './job/report/quote.ts';
export type { Report } from './job/report/report.ts';
export type { TrustMode } from './plan/plan.ts';
export { type PrivacyAnswer, type PrivacyQuestion, privacyCost } from './privacy/accounting/training-cost.ts';
export type { Run } from './run.ts';
export { createIdentity, type NewIdentity } from './transport/create-identity.ts';
export { type Identity, saveIdentity } from './transport/identity.ts';

import type { AuditReport } from './audit/report/audit-report.ts';

/**
 * The page of an audit: one HTML document that needs nothing beside itself. What draws it is loaded when this is called.
 * @example
 * await writeFile('audit.html', await auditPage(report));
 */
export async function auditPage(report: AuditReport): Promise<string> {
  const page = await import('./audit/report/page.ts');
  return page.auditPage(report);
}
