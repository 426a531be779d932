/**
 * The table at the top: who attacks, and what that brings against each system, in plain words.
 * @module
 */
import type { MembershipReport } from '../membership/membership.ts';
import type { Adversary, AuditReport, MembershipOfSystem, ReconstructionResult, System } from './audit-report.ts';
import { count, decimal, interval, percent, share } from './wording.ts';

export interface SummaryRow {
  readonly adversary: string;
  readonly wants: string;
  readonly found: Readonly<Record<System, string>>;
}

export function summaryOf(report: AuditReport): SummaryRow[] {
  return [
    ...rebuildingRows(report),
    {
      adversary: 'A party that keeps all that its node receives',
      wants: 'anything about the others’ records',
      found: {
        federated: 'The updates themselves: see above.',
        trefoil: viewsInWords(report),
        trefoilPrivate: 'The same protocol; noise is added inside it, and no party knows more than its own part.',
      },
    },
    membershipRow(report),
  ];
}

function rebuildingRows({ reconstruction, views }: AuditReport): SummaryRow[] {
  const against = (adversary: Adversary) => reconstruction.results.filter((result) => result.adversary === adversary);
  const nodes = views.attacks.length === 0 ? 'nothing was attacked in this audit.' : nodesInWords(views.attacks);
  const rows: readonly [Adversary, string, string][] = [
    [
      'server',
      'A server that is curious',
      `There is no server and no update. Given what a node receives instead, ${nodes}`,
    ],
    ['malicious server', 'A server that sends a planted model', 'There is no server that could send a model.'],
    [
      'participant',
      'A hospital that takes part',
      `Nobody sees a model before it is finished. Given what its node receives, ${nodes}`,
    ],
  ];
  return rows.flatMap(([adversary, who, trefoil]) => {
    const results = against(adversary);
    if (results.length === 0) return [];
    const found = { federated: rebuiltInWords(results), trefoil, trefoilPrivate: 'As for Trefoil: the same protocol.' };
    return [{ adversary: who, wants: 'the records of the others', found }];
  });
}

/** Of the attack with most batch sizes: the smallest, the largest that still gives half, and the largest. */
function rebuiltInWords(results: readonly ReconstructionResult[]): string {
  const { attack } = results.reduce((most, result) =>
    countOf(results, result.attack) > countOf(results, most.attack) ? result : most,
  );
  const sizes = results.filter((result) => result.attack === attack).sort((a, b) => a.batch - b.batch);
  const half = sizes.findLast(({ score }) => score.recognised.value >= 0.5);
  const shown = new Set([sizes[0], half, sizes.at(-1)].filter((result) => result !== undefined));
  const phrases = [...shown].map(({ batch, score: { recognised, exact } }) => {
    const records = batch === 1 ? 'of the records that are sent alone' : `of the records, ${batch} at once`;
    const how = exact.value === recognised.value && exact.value > 0 ? 'exactly' : 'recognisably';
    return recognised.value === 0 ? `none ${records}` : `${share(recognised)} ${records}, ${how}`;
  });
  return results.every(({ score }) => score.recognised.value === 0)
    ? `Rebuilds none of the records, with ${sizes[0].batch} at once or more.`
    : `Rebuilds ${phrases.join('; ')}.`;
}

const countOf = (results: readonly ReconstructionResult[], attack: string) =>
  results.filter((result) => result.attack === attack).length;

function nodesInWords(attacks: readonly ReconstructionResult[]): string {
  const most = attacks.reduce((a, b) => (b.score.recognised.value > a.score.recognised.value ? b : a));
  const guessing = Math.max(...most.baselines.map(({ score }) => score.recognised.value));
  const rebuilt = most.score.recognised;
  const found = rebuilt.value === 0 ? 'none' : share(rebuilt);
  return `the best attack rebuilds ${found} of the records. A guess that has seen nothing gets ${percent(guessing)} of them right.`;
}

function viewsInWords({ views: { uniformity, twoWorlds } }: AuditReport): string {
  if (uniformity.length === 0 || twoWorlds.length === 0) return 'Not tested in this audit.';
  const values = uniformity.reduce((sum, view) => sum + view.values, 0);
  const failed = uniformity.filter((view) => view.failed.length > 0).length;
  const noise =
    failed === 0 ? 'all of them noise to every test' : `and ${failed} of ${uniformity.length} views are NOT uniform`;
  const most = twoWorlds.reduce((a, b) => (b.advantage.value > a.advantage.value ? b : a));
  return `${count(values, 'value')}, ${noise}. The best attempt to tell it from a run on other records had an advantage of ${interval(most.advantage)}, where 0 is a coin and 1 is always right.`;
}

function membershipRow({ membership }: AuditReport): SummaryRow {
  const of = (system: MembershipOfSystem['system']) => membership.find((each) => each.system === system);
  const [plain, withPrivacy] = [of('trefoil'), of('trefoilPrivate')];
  const allowed = withPrivacy?.allowed;
  const bound =
    allowed === undefined
      ? ''
      : ` ε = ${decimal(allowed.epsilon, 2)} allows no attack an advantage above ${percent(allowed.advantage)}.`;
  return {
    adversary: 'Anybody who gets the finished model',
    wants: 'who was in the training',
    found: {
      federated: plain === undefined ? 'Not attacked.' : `The same model as Trefoil’s: ${inWords(plain.report)}`,
      trefoil: plain === undefined ? 'Not attacked.' : `NOT prevented by the computation: ${inWords(plain.report)}`,
      trefoilPrivate: withPrivacy === undefined ? 'Not attacked.' : `${inWords(withPrivacy.report)}${bound}`,
    },
  };
}

/** The attack that finds most where few are accused wrongly. */
function inWords({ results }: MembershipReport): string {
  const rate = ({ score }: MembershipReport['results'][number]) => score.ratesAt[score.ratesAt.length - 1];
  const best = results.reduce((a, b) => (rate(b).truePositiveRate.value > rate(a).truePositiveRate.value ? b : a));
  const { limit, truePositiveRate } = rate(best);
  return `${best.attack} finds ${share(truePositiveRate)} of the members while accusing ${percent(limit)} of others wrongly.`;
}
