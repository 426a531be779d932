/**
 * What nodes of Trefoil see, under test.
 * @module
 */
import type { ReconstructionReport, ViewsReport } from './audit-report.ts';
import { type Content, details, html, type Markup, table } from './markup.ts';
import { resultBlock } from './reconstruction-section.ts';
import { interval } from './wording.ts';

export function viewsSection(views: ViewsReport, reconstruction: ReconstructionReport): Markup {
  const { method, limits, uniformity, twoWorlds, attacks } = views;
  return html`<section id="views">
<h2>What a node of Trefoil sees</h2>
<p>Nodes exchange masked numbers. Everything that each node received in real runs was recorded, tested, and handed to the adversaries above in place of a federated update.</p>
<h3>Are the numbers noise?</h3>
${table(
  ['seen by', 'values', 'tests', 'result', 'false alarms'],
  uniformity.map(({ view, values, tests, failed, falseAlarm }) => [
    view,
    values.toLocaleString('en'),
    tests,
    noiseInWords(values, failed),
    falseAlarm.toExponential(0),
  ]),
)}
<h3>Can it tell two sets of records apart?</h3>
<p>The same run was made again and again, of the real records and of others. A classifier that learns from half of the runs guesses the other half; an advantage of 0 is a coin, 1 is always right.</p>
${table(
  ['seen by', 'pairs of runs', 'advantage', ''],
  twoWorlds.map(({ view, pairs, advantage }) => [
    view,
    pairs,
    interval(advantage),
    advantage.lower > 0 ? html`<strong class="alarm">tells them apart</strong>` : 'no better than a coin',
  ]),
)}
${attacks.map((result) => resultBlock(result, reconstruction))}
${details('Method and limits', html`<p>${method}</p><ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`)}
</section>`;
}

function noiseInWords(values: number, failed: readonly string[]): Content {
  if (values === 0) return 'it is shown no masked number at all';
  return failed.length === 0
    ? 'noise to all of them'
    : html`<strong class="alarm">not uniform: ${failed.join(', ')}</strong>`;
}
