/**
 * What a run that failed reports: why, where, and what had been opened by then.
 * @module
 */
import { type ErrorCode, type Place, TrefoilError } from '../../errors.ts';
import type { OwnPart, Report, RunFacts } from './report.ts';

export interface FailedReport
  extends OwnPart,
    Pick<
      Report,
      'format' | 'version' | 'created' | 'trefoil' | 'job' | 'plan' | 'trust' | 'parties' | 'contributors' | 'warnings'
    > {
  readonly outcome: 'failed';
  readonly failure: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly problems: readonly string[];
    readonly place: Place;
    /** The code of the node that stopped the run, where this one was told to stop. */
    readonly toldCode?: ErrorCode;
  };
  /** How often this node learnt each output before the failure, by its name. */
  readonly learntBefore: Readonly<Record<string, number>>;
  /** Nothing of a run that failed before its nodes had agreed on one. */
  readonly publicSeed?: string;
}

export function failedReport(
  facts: Omit<RunFacts, 'publicSeed'> & Partial<Pick<RunFacts, 'publicSeed'>>,
  { code, message, problems, place, cause }: TrefoilError,
  { learntBefore, warnings }: Pick<FailedReport, 'learntBefore' | 'warnings'>,
): FailedReport {
  const { planned, publicSeed, trefoil } = facts;
  const { job, plan, digests } = planned;
  return {
    format: 'trefoil-report',
    version: 1,
    outcome: 'failed',
    created: new Date().toISOString(),
    trefoil,
    job: { name: job.name, digest: digests.job },
    plan: { digest: digests.plan, headroomBits: plan.headroomBits },
    trust: job.trust,
    parties: job.parties,
    ...(job.contributors === undefined ? {} : { contributors: job.contributors }),
    failure: {
      ...{ code, message, problems, place },
      ...(code === 'TREFOIL_ABORTED' && cause instanceof TrefoilError ? { toldCode: cause.code } : {}),
    },
    learntBefore,
    ...(publicSeed === undefined ? {} : { publicSeed }),
    warnings,
  };
}
