/**
 * What no audit may find: each is a bug of Trefoil, or a run that is not what it says.
 * @module
 */
import type { AuditReport } from './audit-report.ts';
import { decimal, interval } from './wording.ts';

/** Sentences; none where all is as it should be. */
export function contradictions({ views, membership }: Pick<AuditReport, 'views' | 'membership'>): string[] {
  const uneven = views.uniformity
    .filter(({ failed }) => failed.length > 0)
    .map(({ view, failed }) => `what ${view} saw is not uniform: ${failed.join(', ')}`);
  const told = views.twoWorlds
    .filter(({ advantage }) => advantage.lower > 0)
    .map(
      ({ view, advantage }) =>
        `from what ${view} saw, two sets of records can be told apart: advantage ${interval(advantage)}`,
    );
  const rebuilt = views.attacks
    .filter(({ score, baselines }) =>
      baselines.every((baseline) => score.recognised.lower > baseline.score.recognised.upper),
    )
    .map(({ attack }) => `records came out of what a node saw, by ${attack}`);
  const bounds = membership
    .flatMap(({ epsilon = [] }) => epsilon)
    .filter(({ holds }) => !holds)
    .map(
      ({ lower, upper, how }) =>
        `ε is at least ${decimal(lower)}, though the accountant proved at most ${decimal(upper)} (${how}): the training adds less noise than was accounted for`,
    );
  return [...uneven, ...told, ...rebuilt, ...bounds];
}
