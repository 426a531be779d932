/**
 * The report as a user reads it: how good the model is, what privacy cost, who learnt what.
 * @module
 */
import Table from 'cli-table3';
import type { Quality } from '../job/owner.ts';
import type { Report } from '../job/report.ts';

const TRUST = {
  'honest-majority': 'no single party can learn anything more; two that collude can',
  dealer: 'no two parties can learn anything more, nor the dealer alone; a dealer that colludes with a party can',
} as const;

const percent = (value: number | undefined) => (value === undefined ? '–' : `${(100 * value).toFixed(2)} %`);
const decimal = (digits: number) => (value: number | undefined) => (value === undefined ? '–' : value.toFixed(digits));

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}

/** A table without lines. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const blank = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
  const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'];
  const chars = Object.fromEntries([...blank, ...inner].map((name) => [name, name === 'middle' ? '  ' : '']));
  const table = new Table({
    head: [...head],
    chars,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
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

export function printReport(report: Report): void {
  const { job, trust, parties, steps, quality, parity, cost, seconds } = report;
  const rows = parties.map(({ name, train, test }) => `${name} ${train}${test > 0 ? `+${test}` : ''}`).join(', ');
  console.log(`\n${job.name}: ${steps} steps on the records of ${parties.length} parties (rows: ${rows})`);
  console.log(`trust mode ${trust}: ${TRUST[trust]}\n`);

  const metrics: [label: string, pick: (quality: Quality) => string][] = [
    ['accuracy', ({ accuracy }) => percent(accuracy)],
    ['AUC', ({ auc }) => decimal(4)(auc)],
    ['log loss', ({ logLoss }) => decimal(4)(logLoss)],
  ];
  const { test, plaintext } = quality;
  if (Object.keys(test).length > 0) {
    const head = ['held-out rows', 'Trefoil', ...(plaintext === undefined ? [] : ['in the clear'])];
    const shown = metrics.map(([label, pick]) => [label, pick(test), ...(plaintext ? [pick(plaintext)] : [])]);
    console.log(plainTable(head, shown));
  }
  if (parity !== undefined) {
    console.log(`  largest difference of a weight to float64: ${parity.maxWeightDifference.toExponential(1)}`);
    console.log('  "In the clear" needs everybody’s records: it exists because this is a rehearsal on one machine.');
  }

  const all = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const rate = report.stepsPerSecond === undefined ? '' : `, ${report.stepsPerSecond.toFixed(0)} steps/s`;
  console.log(`\n${all.toFixed(1)} s in all${rate}, ${report.roundsPerStep} rounds a step`);
  const { planned, counted } = cost;
  const same = Object.entries(counted.bytes).every(([node, { total }]) => total === planned.bytes[node].total);
  console.log(
    plainTable(
      ['sent by', 'opened', 'inputs', 'outputs', 'corrections', 'counted', 'planned'],
      Object.entries(counted.bytes).map(([node, bytes]) =>
        [node, bytes.opening, bytes.input, bytes.output, bytes.correction, bytes.total, planned.bytes[node].total].map(
          (cell) => (typeof cell === 'string' ? cell : formatBytes(cell)),
        ),
      ),
    ),
  );
  const rounds =
    counted.rounds === 0 ? `${planned.rounds} planned` : `${counted.rounds} counted, ${planned.rounds} planned`;
  console.log(`  rounds: ${rounds}; bytes ${same ? 'exactly as planned' : 'NOT as planned'}\n`);

  console.log('who learnt what, beside its own records and everybody’s row counts:');
  for (const [parties, learnt] of alike(report.learnt)) {
    console.log(`  ${parties.join(', ')}${parties.length > 1 ? ', each' : ''}`);
    for (const what of learnt.length > 0 ? learnt : ['nothing']) console.log(`    - ${what}`);
  }
  console.log('');
  for (const [party, file] of Object.entries(report.models)) console.log(`model of ${party}: ${file}`);
  for (const warning of report.warnings) console.log(`warning: ${warning}`);
  console.log(`\njob ${job.digest.slice(0, 16)}…, plan ${report.plan.digest.slice(0, 16)}…`);
}
