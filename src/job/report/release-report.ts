/**
 * What the release gate of a job decided, with the evidence.
 * @module
 */
import { mostAdvantage } from '../../audit/membership/privacy-allowance.ts';
import { percent } from '../../data/figures.ts';
import { GATE_OUTPUTS } from '../../plan/outputs/gate-counts.ts';
import { gateThresholds } from '../../plan/training/gate-counting.ts';
import { ADVANTAGE_CONFIDENCE, type Advantage } from '../../privacy/accounting/membership-advantage.ts';
import type { Revealed } from '../../runtime/node.ts';
import { type Job, totalRows } from '../file/job.ts';
import { architectureOf } from '../file/task.ts';

/** What a node learnt of the gate. */
export interface GateFindings {
  readonly advantage: Advantage;
  /** Rows at or above each threshold, where the attack was counted on shares. */
  readonly counts?: { readonly members: readonly number[]; readonly others: readonly number[] };
}

export interface ReleaseReport {
  readonly isReleased: boolean;
  readonly maxMembershipAdvantage: number;
  /** `shares`: all parties learnt the counts. `auditor`: the party of that name had a copy of the model. `budget`: proved, before the run. */
  readonly by: 'shares' | 'auditor' | 'budget';
  readonly auditor?: string;
  /** TPR − FPR as it was measured, and its upper bound; of a budget the bound that (ε, δ) leaves. */
  readonly advantage: { readonly value?: number; readonly upper: number };
  /** The confidence with which the bound holds. Absent for a budget, whose bound always holds. */
  readonly confidence?: number;
  readonly evidence?: readonly Evidence[];
}

export interface Evidence {
  /** Thresholds of the label's probability, or of its logit where the label is binary. */
  readonly threshold: number;
  readonly truePositiveRate: number;
  readonly falsePositiveRate: number;
}

export function gateFindings(advantage: Advantage, revealed: Revealed): GateFindings {
  const [members, others] = [GATE_OUTPUTS.members, GATE_OUTPUTS.others].map((name) => revealed.get(name));
  if (members === undefined || others === undefined) return { advantage };
  return { advantage, counts: { members: [...members], others: [...others] } };
}

/** None of a job without a gate, and of a dealer service, which learns the decision alone. */
export function releaseReport(job: Job, findings: GateFindings | undefined): ReleaseReport | undefined {
  const { audit, privacy } = job;
  if (audit === undefined) return undefined;
  const { maxMembershipAdvantage, auditor } = audit;
  if (privacy !== undefined) {
    return { isReleased: true, maxMembershipAdvantage, by: 'budget', advantage: { upper: mostAdvantage(privacy) } };
  }
  if (findings === undefined) return undefined;
  const { advantage, counts } = findings;
  const decided = { isReleased: advantage.upper <= maxMembershipAdvantage, maxMembershipAdvantage, advantage };
  if (auditor !== undefined) return { ...decided, by: 'auditor', auditor, confidence: ADVANTAGE_CONFIDENCE };
  const [members, others] = (['train', 'test'] as const).map((kind) => totalRows(job, kind));
  const evidence = gateThresholds(architectureOf(job)).flatMap((threshold, i) =>
    counts === undefined
      ? []
      : [
          {
            threshold,
            truePositiveRate: counts.members[i] / members,
            falsePositiveRate: counts.others[i] / others,
          },
        ],
  );
  return { ...decided, by: 'shares', confidence: ADVANTAGE_CONFIDENCE, evidence };
}

/** What was decided, and what it was decided on. */
export function releaseInWords({ isReleased, by, auditor, advantage, maxMembershipAdvantage }: ReleaseReport): string {
  const who = {
    shares: 'an attack counted on shares',
    auditor: `the attacks of the auditor, ${auditor},`,
    budget: 'any attack, by the privacy budget,',
  }[by];
  const measured = advantage.value === undefined ? '' : ` (measured ${percent(advantage.value, 1)})`;
  return (
    `the model is ${isReleased ? 'released' : 'withheld from all recipients'}: ${who} can reach an advantage of up to ${percent(advantage.upper, 1)}` +
    `${measured}, and the job allows ${percent(maxMembershipAdvantage, 1)}`
  );
}
