/**
 * Who was in the training: ROC curves of the attacks, what the budget allows, and the bounds on ε from both sides.
 * @module
 */
import type { MembershipReport } from '../membership/membership.ts';
import { mostTruePositives } from '../membership/privacy-allowance.ts';
import type { MembershipScore } from '../statistics/roc.ts';
import type { EpsilonBound, MembershipOfSystem } from './audit-report.ts';
import { chart, type Line } from './chart.ts';
import { details, html, type Markup, table } from './markup.ts';
import { count, decimal, interval, percent, SYSTEMS, share } from './wording.ts';

/** Points of a curve that is a formula. */
const SAMPLES = 60;

export function membershipSection(systems: readonly MembershipOfSystem[]): Markup {
  return html`<section id="membership">
<h2>Who was in the training</h2>
<p>Whoever gets the finished model can ask it about a record and guess whether that was in the training. Secure computation does not stop this, and neither does federated learning: it is the same model.
Differential privacy limits it.</p>
${systems.map(systemBlock)}
</section>`;
}

function systemBlock(findings: MembershipOfSystem): Markup {
  const { system, report, released, allowed, epsilon = [] } = findings;
  const budget =
    allowed === undefined
      ? undefined
      : html`<p>${allowed.isSupposed ? 'The job asks for no privacy; this is what ε = 1 towards each party would do. ' : ''}Towards
somebody outside ε is ${decimal(allowed.epsilon, 2)} at δ = ${allowed.delta}: no attack whatever has an advantage above ${percent(allowed.advantage)}.</p>`;
  const bounds = epsilon.length === 0 ? undefined : html`<h4>ε from both sides</h4>${boundsTable(epsilon)}`;
  return html`<article>
<h3>${SYSTEMS[system]}</h3>
${budget}
<p class="key">${count(report.targets, 'model')} attacked, with ${count(report.shadowModels, 'shadow model')} each.</p>
${rocChart(SYSTEMS[system], report, allowed)}
${scoresTable(report)}
${released === undefined ? undefined : html`<h4>The model that a real run released</h4><p class="key">All training rows against all test rows.</p>${scoresTable(released)}`}
${bounds}
${details('Method and limits', methods(report, findings.limits))}
</article>`;
}

function methods({ results, limits }: MembershipReport, further: readonly string[]): Markup {
  return html`<ul>${results.map(({ attack, method }) => html`<li>${attack}: ${method}</li>`)}${[...limits, ...further].map((limit) => html`<li>${limit}</li>`)}</ul>`;
}

function scoresTable({ results }: MembershipReport): Markup {
  const rates = results[0]?.score.ratesAt ?? [];
  const head = ['attack', ...rates.map(({ limit }) => `members found at ${percent(limit)} false positives`)];
  return table(
    [...head, 'area', 'largest advantage', 'balanced accuracy'],
    results.map(({ attack, score: { ratesAt, auc, advantage, balancedAccuracy } }) => [
      attack,
      ...ratesAt.map(({ truePositiveRate }) => share(truePositiveRate)),
      interval(auc),
      `${percent(advantage.value)}, at most ${percent(advantage.upper)}`,
      percent(balancedAccuracy.value),
    ]),
  );
}

function rocChart(name: string, report: MembershipReport, allowed: MembershipOfSystem['allowed']): Markup {
  const smallest = Math.min(0.1, ...report.results.map(({ score }) => 1 / score.nonMembers));
  const from = 10 ** Math.floor(Math.log10(smallest));
  const formula = (rate: (x: number) => number): Line['points'] =>
    Array.from({ length: SAMPLES + 1 }, (_, i) => {
      const x = from ** (1 - i / SAMPLES);
      return [x, Math.min(1, Math.max(from, rate(x)))];
    });
  const attacks = report.results.map(({ attack, score }): Line => ({ name: attack, points: logPoints(score, from) }));
  const chance: Line = { name: 'chance', points: formula((x) => x), isDashed: true };
  const bound: Line[] =
    allowed === undefined
      ? []
      : [{ name: 'what ε allows', points: formula((x) => mostTruePositives(x, allowed)), isDashed: true }];
  return chart({
    title: `${name}: members found against others accused wrongly`,
    description:
      'The higher a curve lies above chance at the left, the surer an adversary can be; the table below has the values.',
    x: { name: 'others accused wrongly', scale: 'log', from },
    y: { name: 'members found', scale: 'log', from },
    lines: [...attacks, chance, ...bound],
  });
}

/** Both axes are logarithmic and begin at `from`: what is 0 lies there. */
export function logPoints({ points }: Pick<MembershipScore, 'points'>, from: number): Line['points'] {
  return points.map(
    ({ falsePositiveRate, truePositiveRate }) =>
      [Math.max(from, falsePositiveRate), Math.max(from, truePositiveRate)] as const,
  );
}

function boundsTable(bounds: readonly EpsilonBound[]): Markup {
  return table(
    ['found by', 'ε is at least', 'the accountant proved at most', 'at δ', ''],
    bounds.map(({ how, lower, upper, delta, holds, confidence }) => [
      `${how} (${percent(confidence)})`,
      decimal(lower),
      decimal(upper),
      delta,
      holds ? 'as it should be' : html`<strong class="alarm">contradiction</strong>`,
    ]),
  );
}
