/**
 * The report as a user reads it: how good the model is, what privacy cost, who learnt what.
 * @module
 */

import { percent, significant, upperBound } from '../../data/figures.ts';
import { isSplitByColumns, totalsOf } from '../../job/file/row-counts.ts';
import type { FoldsReport } from '../../job/report/folds-report.ts';
import { errorKey, type Quality } from '../../job/report/quality.ts';
import { type ReleaseReport, releaseInWords } from '../../job/report/release-report.ts';
import type { Report } from '../../job/report/report.ts';
import { METRIC_NAMES, METRICS, type MetricDefinition } from '../../plan/outputs/metrics.ts';
import { TRUST_MODES } from '../../trust/modes.ts';
import { confusionLines } from './confusion-screen.ts';
import { printDivergence } from './divergence-screen.ts';
import { printPrivacy } from './privacy-report-screen.ts';
import { withinResolved } from './resolution-screen.ts';
import { formatBytes, plainTable } from './text-table.ts';

type Form = MetricDefinition['form'];

/** How a number is shown; a matrix has a table of its own. */
const SHOWN: Readonly<Record<Exclude<Form, 'matrix'>, (value: number, resolved?: number) => string>> = {
  share: (value) => percent(value),
  number: (value) => significant(value),
  loss: withinResolved,
};

/** The metrics that are numbers, in the order of their names on the screen. */
const NUMBERS = METRIC_NAMES.flatMap((metric) => {
  const { form, label } = METRICS[metric];
  return form === 'matrix' ? [] : [{ metric, label, show: SHOWN[form] }];
}).sort((a, b) => a.label.localeCompare(b.label, 'en'));
const MATRICES = METRIC_NAMES.filter((metric) => METRICS[metric].form === 'matrix');

/** Shorter phases are shown as one. */
const SHOWN_SECONDS = 0.05;

export function printReport(report: Report): void {
  const { job, trust, parties, contributors, steps, earlyStopping, folds } = report;
  const ofRows =
    folds === undefined ? 'training + held-out rows' : `rows, each held out of one of ${folds.rows.length} trainings`;
  console.log(`\n${job.name}: ${steps} steps; ${ofRows}: ${rowsInWords(parties, contributors, folds !== undefined)}`);
  console.log(`trust mode ${trust}: ${TRUST_MODES[trust].words}\n`);
  if (earlyStopping !== undefined) {
    const { metric, epochs, best, bestInTheClear } = earlyStopping;
    const twin = bestInTheClear === undefined ? '' : `; in the clear ${bestInTheClear}`;
    console.log(
      `  stopped by ${metric} on the validation rows after ${epochs} epochs: the model is that of epoch ${best}${twin}\n`,
    );
  }
  if (report.privacy !== undefined) printPrivacy(report.privacy);
  if (report.release !== undefined) printRelease(report.release);
  printQuality(report);
  if (report.folds !== undefined) printFolds(report, report.folds);
  if (report.fills !== undefined) console.log(`  missing values were filled with ${fillsInWords(report.fills)}`);
  if (report.divergence !== undefined) printDivergence(report.divergence);
  printAlignment(report);
  printCost(report);
  printLearnt(report);
  if (report.warnings.length > 0) console.log('');
  for (const warning of report.warnings) console.log(`warning: ${warning}`);
  console.log(`\njob ${job.digest.slice(0, 16)}…, plan ${report.plan.digest.slice(0, 16)}…`);
}

/** `age 54.3, weight 71` */
const fillsInWords = (fills: NonNullable<Report['fills']>): string =>
  Object.entries(fills)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** `north 20 + 5, east 30 + 5`, with folds `north 20, east 30`, or `50 + 10, with columns of north (10 and the label), east (10)` */
function rowsInWords(parties: Report['parties'], contributors: Report['contributors'] = [], hasFolds: boolean): string {
  const counted = (train: number, test: number) => (hasFolds ? `${train}` : `${train} + ${test}`);
  if (!isSplitByColumns(parties)) {
    const words = [
      ...parties.map(({ name, train, test }) => `${name} ${counted(train, test)}`),
      ...contributors.map(({ name, train, test }) => `${name} ${counted(train, test)}, contributed`),
    ];
    return words.join(', ');
  }
  const { train, test } = totalsOf({ parties });
  const owners = parties.flatMap(({ name, features = [], label }) => {
    const own = [...(features.length > 0 ? [`${features.length}`] : []), ...(label === true ? ['the label'] : [])];
    return own.length === 0 ? [] : [`${name} (${own.join(' and ')})`];
  });
  return `${counted(train, test)}, with columns of ${owners.join(', ')}`;
}

function printRelease(release: ReleaseReport): void {
  console.log(`${releaseInWords(release)}\n`);
  if (release.evidence === undefined) return;
  const rows = release.evidence.map(({ threshold, truePositiveRate, falsePositiveRate }) => [
    `${threshold}`,
    percent(truePositiveRate),
    percent(falsePositiveRate),
  ]);
  console.log(`${plainTable(['confidence at least', 'training rows', 'test rows'], rows)}\n`);
}

function printQuality({
  quality: { test, plaintext, classes = [], threshold, resolved },
  parity,
  privacy,
}: Report): void {
  const clear = privacy === undefined ? 'in the clear' : 'without noise, in the clear';
  const rows = NUMBERS.flatMap(({ metric, label, show }) => {
    const shown = (quality: Quality, least?: number): string[] => {
      const [value, error] = [quality[metric], quality[errorKey(metric)]];
      if (value === null) return ['none'];
      if (typeof value !== 'number') return [];
      return [[show(value, least), ...(error === undefined ? [] : [`± ${upperBound(error, 2)}`])].join(' ')];
    };
    const here = shown(test, resolved[metric]);
    return here.length === 0 ? [] : [[label, ...here, ...(plaintext === undefined ? [] : shown(plaintext))]];
  });
  if (rows.length > 0) {
    console.log(
      plainTable(
        [
          'held-out rows',
          privacy === undefined ? 'Trefoil' : 'Trefoil, counts with noise',
          ...(plaintext === undefined ? [] : [clear]),
        ],
        rows,
      ),
    );
  }
  for (const { metric, label } of NUMBERS) {
    const reason = test.reasons?.[metric];
    if (reason !== undefined) console.log(`  ${label}: none, since ${reason}`);
  }
  for (const metric of MATRICES) {
    const matrix = test[metric];
    if (Array.isArray(matrix)) console.log(confusionLines(matrix, classes, threshold));
  }
  if (parity === undefined) return;
  const { maxWeightDifference, maxRawWeightDifference: raw } = parity;
  console.log(
    `  largest difference of a weight to float64: ${significant(maxWeightDifference, 2)}; in units of the records ${significant(raw.value, 2)} (${raw.of})`,
  );
  console.log('  "In the clear" needs everybody’s records: it exists because this is a rehearsal on one machine.');
}

/** Fold by fold, where somebody learns that. The report as JSON has the same of the twin. */
function printFolds({ quality: { resolved } }: Report, { rows, test }: FoldsReport): void {
  if (test === undefined) return;
  const shown = NUMBERS.filter(({ metric }) => test.some((quality) => quality[metric] !== undefined));
  const lines = rows.map((count, fold) => [
    `${fold + 1}`,
    `${count}`,
    ...shown.map(({ metric, show }) => {
      const value = test[fold][metric];
      return typeof value === 'number' ? show(value, resolved[metric]) : 'none';
    }),
  ]);
  console.log(`\n${plainTable(['fold', 'rows', ...shown.map(({ label }) => label)], lines)}`);
}

/** What finding the rows took before the run. */
function printAlignment({ alignment }: Report): void {
  const all = Object.entries(alignment ?? {});
  const [first] = all;
  if (first === undefined) return;
  const [, { kinds, rounds, seconds }] = all.find(([, { kinds }]) => kinds[0]?.common !== undefined) ?? first;
  for (const { kind, sizes, common } of kinds) {
    const own = Object.entries(sizes).map(([name, size]) => `${name} ${size}`);
    console.log(`\n${kind} rows with keys: ${own.join(', ')}${common === undefined ? '' : `; in common ${common}`}`);
  }
  const sent = all.map(([name, { counted, planned }]) => [name, formatBytes(counted), formatBytes(planned)]);
  console.log(plainTable(['sent to align', 'counted', 'planned'], sent));
  const isSame = all.every(([, { counted, planned }]) => counted === planned);
  console.log(`  ${rounds} rounds, ${seconds.toFixed(1)} s; bytes ${isSame ? 'exactly as planned' : 'NOT as planned'}`);
}

function printCost({ cost: { planned, counted }, seconds, stepsPerSecond, roundsPerStep }: Report): void {
  const all = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const long = Object.entries(seconds).filter(([, value]) => value >= SHOWN_SECONDS);
  const others = all - long.reduce((sum, [, value]) => sum + value, 0);
  const phases = [...long, ['others', others] as const].map(([name, value]) => `${name} ${value.toFixed(2)}`);
  console.log(`\n${all.toFixed(1)} s: ${phases.join(', ')}`);
  const rate = stepsPerSecond === undefined ? '' : `${stepsPerSecond.toFixed(0)} steps/s, `;
  console.log(`${rate}${roundsPerStep} rounds a step`);

  const head = ['sent by', 'opened', 'inputs', 'outputs', 'corrections', 'counted', 'planned'];
  const rows = Object.entries(counted.bytes).map(([node, { opening, input, output, correction, total }]) => [
    node,
    ...[opening, input, output, correction, total, planned.bytes[node].total].map(formatBytes),
  ]);
  console.log(plainTable(head, rows));
  const isSame = Object.entries(counted.bytes).every(([node, { total }]) => total === planned.bytes[node].total);
  const rounds = counted.rounds === 0 ? '' : `${counted.rounds} counted, `;
  console.log(
    `  rounds: ${rounds}${planned.rounds} planned; bytes ${isSame ? 'exactly as planned' : 'NOT as planned'}\n`,
  );
}

function printLearnt({ learnt }: Report): void {
  console.log('who learnt what, beside its own records and everybody’s row counts:');
  for (const [parties, what] of alike(learnt)) {
    console.log(`  ${parties.join(', ')}${parties.length > 1 ? ', each' : ''}`);
    for (const each of what.length > 0 ? what : ['nothing']) console.log(`    - ${each}`);
  }
}

/** Parties that learnt the same, together. */
function alike(learnt: Report['learnt']): [parties: string[], learnt: readonly string[]][] {
  const groups = new Map<string, [string[], readonly string[]]>();
  for (const [party, what] of Object.entries(learnt)) {
    const group = groups.get(what.join('\n'));
    if (group === undefined) groups.set(what.join('\n'), [[party], what]);
    else group[0].push(party);
  }
  return [...groups.values()];
}
