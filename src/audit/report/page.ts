/**
 * The audit as one page that needs nothing beside itself: no script, no network, light and dark.
 * @module
 */
import type { AuditReport } from './audit-report.ts';
import { html, Markup, table } from './markup.ts';
import { membershipSection } from './membership-section.ts';
import { reconstructionSection } from './reconstruction-section.ts';
import { STYLE } from './style.ts';
import { summaryOf } from './summary.ts';
import { contradictions } from './verdict.ts';
import { viewsSection } from './views-section.ts';
import { SYSTEMS } from './wording.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function auditPage(report: AuditReport): string {
  const { job, created, isQuick, reconstruction, views, membership } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Audit of ${job.name}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<p class="kicker">Trefoil audit</p>
<h1>What an adversary gets from ${job.name}</h1>
<p>${job.model}; trust mode ${job.trust}; ${created.slice(0, 10)}.
${isQuick ? 'A quick audit: attacks had less time and fewer tries than they can use.' : 'All attacks in full.'}</p>
</header>
<main>
${verdict(report)}
<section id="summary">
<h2>In short</h2>
${summary(report)}
</section>
${reconstructionSection(reconstruction)}
${viewsSection(views, reconstruction)}
${membershipSection(membership)}
${reproduction(report)}
</main>
</body>
</html>
`;
  return page.text;
}

function verdict(report: AuditReport): Markup | undefined {
  const problems = contradictions(report);
  if (problems.length === 0) return undefined;
  return html`<section class="failed" role="alert">
<h2>The audit failed</h2>
<p>It found what must not be. Do not release this model, and report this as a bug of Trefoil:</p>
<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>
</section>`;
}

function summary(report: AuditReport): Markup {
  const systems = ['federated', 'trefoil', 'trefoilPrivate'] as const;
  return html`<div class="summary">${summaryOf(report).map(
    ({ adversary, wants, found }) => html`<article>
<h3>${adversary}</h3><p class="key">wants ${wants}</p>
<dl>${systems.map((system) => html`<div><dt>${SYSTEMS[system]}</dt><dd>${found[system]}</dd></div>`)}</dl>
</article>`,
  )}</div>`;
}

function reproduction({ job, seed, isQuick, trefoil, created, seconds }: AuditReport): Markup {
  const times = Object.entries(seconds).map(([stage, time]) => [stage, `${time.toFixed(1)} s`]);
  return html`<section id="reproduction">
<h2>To do it again</h2>
<p><code>npx trefoil-mpc audit JOB --out FOLDER --seed ${seed} --trust ${job.trust}${isQuick ? ' --quick' : ''}</code></p>
<p>The same seed gives the same attacks; keys and masks of Trefoil’s own runs are fresh each time. Trefoil ${trefoil}, ${created}, job ${job.digest.slice(0, 16)}….
The figures of this page, and more, are in <code>audit.json</code>.</p>
${table(['stage', 'took'], times)}
</section>`;
}
