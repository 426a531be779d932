/**
 * What adversaries rebuilt: pictures or features beside the originals, how it falls with the batch, and all figures.
 * @module
 */
import type { ReconstructedExample, ReconstructionReport, ReconstructionResult } from './audit-report.ts';
import { chart } from './chart.ts';
import { details, html, type Markup, table } from './markup.ts';
import { pngUri } from './picture.ts';
import { ADVERSARIES, count, decimal, percent, share } from './wording.ts';

/** Features of a table that are shown of each record. */
const SHOWN_FEATURES = 6;
const SHOWN_RECORDS = 3;

export function reconstructionSection(report: ReconstructionReport): Markup {
  const { results, curves, recognisable } = report;
  return html`<section id="federated">
<h2>Records rebuilt from federated learning</h2>
<p>Hospitals that learn a model federatedly send updates in place of records. The audit trained this job’s network that way and attacked what was sent. A record counts as
recognised from ${recognisable} dB on: a picture that anybody recognises.</p>
${results.map((result) => resultBlock(result, report))}
${curves.length === 0 ? undefined : curveChart(curves)}
${details('All figures', figuresTable(results))}
</section>`;
}

/** One attack: who, how, what came out. */
export function resultBlock(result: ReconstructionResult, report: ReconstructionReport): Markup {
  const { attack, adversary, batch, batches, score, method, limits } = result;
  const at = batch === 1 ? 'one record at a time' : `${batch} records at once`;
  return html`<article>
<h3>${ADVERSARIES[adversary]}: ${attack}, ${at}</h3>
<p class="finding"><strong>${share(score.recognised)}</strong> of the records recognised, ${share(score.exact)} exact
(${count(batches, 'batch', 'batches')} attacked; the mean record alone: ${percent(result.baselines[0]?.score.recognised.value ?? 0)}).</p>
${examples(result.examples, report)}
${details('Method and limits', html`<p>${method}</p><ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`)}
</article>`;
}

function examples(all: readonly ReconstructedExample[], report: ReconstructionReport): Markup | undefined {
  if (all.length === 0) return undefined;
  const { picture, range, featureNames } = report;
  if (picture !== undefined) {
    const image = (pixels: readonly number[], alt: string) =>
      html`<img src="${pngUri(pixels, picture, range)}" alt="${alt}" width="56" height="56">`;
    return html`<div class="pictures">${all.map(
      ({ original, reconstruction, psnr }, i) => html`<figure>
${image(original, `original ${i + 1}`)}${
  reconstruction === undefined
    ? html`<span class="nothing" role="img" aria-label="nothing rebuilt">–</span>`
    : image(reconstruction, `what was rebuilt of original ${i + 1}`)
}
<figcaption>${reconstruction === undefined ? 'nothing' : decibels(psnr)}</figcaption></figure>`,
    )}</div>
<p class="key">Left of each pair the original, right what was rebuilt.</p>`;
  }
  const names = featureNames.slice(0, SHOWN_FEATURES);
  const cell = (values: readonly number[] | undefined, j: number) =>
    values === undefined ? '–' : decimal(values[j], 2);
  const rows = all
    .slice(0, SHOWN_RECORDS)
    .map(({ original, reconstruction, psnr }, i) => [
      `record ${i + 1}`,
      ...names.map((_, j) => html`${cell(original, j)} → ${cell(reconstruction, j)}`),
      reconstruction === undefined ? 'nothing' : decibels(psnr),
    ]);
  return html`<p class="key">Standardised features, original → rebuilt:</p>${table(['', ...names, 'PSNR'], rows)}`;
}

const decibels = (psnr: number) => (psnr >= 150 ? 'exact' : `${psnr.toFixed(0)} dB`);

function curveChart(curves: ReconstructionReport['curves']): Markup {
  const batches = [...new Set(curves.flatMap(({ points }) => points.map(({ batch }) => batch)))].sort((a, b) => a - b);
  return chart({
    title: 'Records recognised, by how many are behind an update',
    description:
      'The more records an update is made of, the fewer are rebuilt; the table of all figures has the values.',
    x: { name: 'records behind what the adversary sees', scale: 'category', categories: batches.map(String) },
    y: { name: 'recognised', scale: 'share' },
    lines: curves.map(({ attack, adversary, points }) => ({
      name: `${ADVERSARIES[adversary].replace(/^A /, '')}: ${attack}`,
      points: points.map(({ batch, recognised }) => [batch, recognised.value] as const),
    })),
  });
}

export function figuresTable(results: readonly ReconstructionResult[]): Markup {
  const head = ['attack', 'records', 'batches', 'recognised', 'exact', 'PSNR', 'SSIM', 'error'];
  const figures = ({ recognised, exact, meanPsnr, meanSsim, featureError }: ReconstructionResult['score']) => [
    share(recognised),
    share(exact),
    `${meanPsnr.toFixed(1)} dB`,
    meanSsim.toFixed(2),
    decimal(featureError),
  ];
  const rows = results.flatMap(({ attack, adversary, batch, batches, score, baselines }) => [
    [`${ADVERSARIES[adversary]}: ${attack}`, batch, batches, ...figures(score)],
    ...baselines.map((baseline) => [`– ${baseline.name}`, batch, batches, ...figures(baseline.score)]),
  ]);
  return table(head, rows);
}
