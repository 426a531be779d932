/**
 * A ledger as its owner reads it: every run, what each data set has spent, and what is left.
 * @module
 */
import { relative } from 'node:path';
import { ceiling, floor } from '../job/party-ledger.ts';
import type { NodeConfig } from '../job/schema.ts';
import { type Account, accountsOf, type EpsilonOf, epsilonOn, spendingsOf, spendingsOn } from '../privacy/budget.ts';
import { epsilonLeft } from '../privacy/fitting.ts';
import type { Chain, Entry, Spending } from '../privacy/ledger.ts';
import { plainTable } from './table.ts';

/** At which ε is shown where neither a limit nor a job names a δ. */
const USUAL_DELTA = 1e-5;

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
  console.log(plainTable(['entry', 'time', 'job', 'ε', 'δ', 'unit', 'run'], entries.map(entryRow)));
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

function entryRow({ number, time, spending }: Entry): string[] {
  const when = time.slice(0, 16).replace('T', ' ');
  if (spending === undefined) return [`${number}`, when, '– taken over by a new key', '', '', '', ''];
  const { job, guarantee, unit, run } = spending;
  const unitText = unit.records === 1 ? 'a record' : `a person, ${unit.records} records`;
  const promise = guarantee === undefined ? ['without bound', '–'] : [`${guarantee.epsilon}`, `${guarantee.delta}`];
  return [`${number}`, when, job.name, ...promise, unitText, `${run.slice(0, 12)}…`];
}

/** Its names, or else the beginning of its commitment. */
function nameOf({ names, commitments }: Account): string {
  return names.size > 0
    ? [...names].join(', ')
    : [...commitments].map((digest) => `${digest.slice(0, 12)}…`).join(', ');
}

const smallestDelta = (spendings: readonly Spending[]): number =>
  spendings.reduce((least, { guarantee }) => Math.min(least, guarantee?.delta ?? least), USUAL_DELTA);
