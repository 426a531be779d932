/**
 * A ledger as its owner reads it: every run, what each data set has spent, and what is left.
 * @module
 */
import { relative } from 'node:path';
import type { NodeConfig } from '../../job/file/job.ts';
import { ceiling, floor } from '../../job/node/party-ledger.ts';
import { epsilonLeft } from '../../privacy/accounting/fitting.ts';
import {
  type Account,
  accountsOf,
  type EpsilonOf,
  epsilonOn,
  type Standing,
  spendingsOf,
  spendingsOn,
  standingsOf,
} from '../../privacy/ledger/budget.ts';
import type { Chain, Entry, Spending } from '../../privacy/ledger/ledger.ts';
import { plainTable } from './text-table.ts';

/** At which ε is shown where neither a limit nor a job names a δ. */
const USUAL_DELTA = 1e-5;

const PENDING = `
  pending: the run has released nothing yet, and counts as spent. It is under way, or was killed. Where it was killed, --void NUMBER gives back what
  it took; should it be under way after all, it ends before it releases anything.`;

export function printLedger({ node, file, privacy }: NodeConfig, chain: Chain, epsilonOf: EpsilonOf): void {
  const { ledger: folder, limit } = privacy;
  const { entries } = chain;
  console.log(`ledger of ${node}: ${relative('', folder)}`);
  if (limit === undefined) console.log(`  no limit is set: see privacy.limit in ${file}`);
  else console.log(`  limit for each data set: ε ${limit.epsilon} at δ ${limit.delta}`);
  if (entries.length === 0) {
    console.log(`  nothing was spent yet${limit === undefined ? '' : `: a job of ε ${limit.epsilon} would fit`}`);
    return;
  }
  console.log(`  verified: ${entries.length} entries, all signed, none altered or removed before the last\n`);
  const standings = standingsOf(entries);
  // What settles an entry shows in the line of that entry.
  const shown = entries.filter(({ settles }) => settles === undefined);
  const lines = shown.map((entry) => entryRow(entry, standings.get(entry.number)));
  console.log(plainTable(['entry', 'time', 'job', 'ε', 'δ', 'unit', 'run', ''], lines));
  if ([...standings.values()].includes('pending')) console.log(PENDING);
  const spendings = spendingsOf(entries);
  const delta = limit?.delta ?? smallestDelta(spendings);
  const rows = accountsOf(spendings).map((account) => {
    const jobs = spendingsOn(account, spendings).length;
    const left = limit === undefined ? [] : [`ε ${floor(epsilonLeft(account, spendings, limit, epsilonOf))}`];
    return [nameOf(account), `${jobs}`, `ε ${ceiling(epsilonOn(account, spendings, delta, epsilonOf))}`, ...left];
  });
  const head = ['data set', 'jobs', `spent at δ ${delta}`, ...(limit === undefined ? [] : ['a job would fit with'])];
  console.log(`\n${plainTable(head, rows)}`);
}

function entryRow({ number, time, spending }: Entry, standing: Standing | undefined): string[] {
  const when = time.slice(0, 16).replace('T', ' ');
  if (spending === undefined) return [`${number}`, when, '– taken over by a new key', '', '', '', '', ''];
  const { job, guarantee, unit, run } = spending;
  const unitText = unit.records === 1 ? 'a record' : `a person, ${unit.records} records`;
  const promise = guarantee === undefined ? ['without bound', '–'] : [`${guarantee.epsilon}`, `${guarantee.delta}`];
  return [`${number}`, when, job.name, ...promise, unitText, `${run.slice(0, 12)}…`, standing ?? ''];
}

/** Its names, or else the beginning of its commitment. */
function nameOf({ names, commitments }: Account): string {
  return names.size > 0
    ? [...names].join(', ')
    : [...commitments].map((digest) => `${digest.slice(0, 12)}…`).join(', ');
}

const smallestDelta = (spendings: readonly Spending[]): number =>
  spendings.reduce((least, { guarantee }) => Math.min(least, guarantee?.delta ?? least), USUAL_DELTA);
