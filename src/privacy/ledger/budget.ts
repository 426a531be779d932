/**
 * What the entries of a ledger have spent of each data set, whether a job still fits below a limit, and which one would.
 * @module
 */
import type { PrivacyEvent, PrivacyUnit } from '../accounting/events.ts';
import type { DataSet, Entry, Spending } from './ledger.ts';

/** What may be spent of one data set over all jobs. */
export interface Limit {
  readonly epsilon: number;
  readonly delta: number;
}

/** The accountant: the least ε it can prove of these events together. */
export type EpsilonOf = (events: readonly PrivacyEvent[], delta: number, unit: PrivacyUnit) => number;

/** What a job asks for: a spending before its run exists. */
export type LedgerRequest = Omit<Spending, 'run'>;

/** Rows that count as the same: all that share a commitment, a table or a name, also by way of others. */
export interface Account {
  readonly names: ReadonlySet<string>;
  readonly commitments: ReadonlySet<string>;
  readonly tables: ReadonlySet<string>;
}

/** The least that is protected. */
export const RECORD: PrivacyUnit = { records: 1, neighbours: 'add-or-remove' };

function isOf({ names, commitments, tables }: Account, { name, commitment, table }: DataSet): boolean {
  // What an earlier version called a commitment is over the whole table.
  const isKnown = (digest: string) => commitments.has(digest) || tables.has(digest);
  return isKnown(commitment) || (table !== undefined && isKnown(table)) || (name !== undefined && names.has(name));
}

/** The account of a data set, given all spendings so far. */
export function accountOf(dataSet: DataSet, spendings: readonly LedgerRequest[]): Account {
  const names = new Set(dataSet.name === undefined ? [] : [dataSet.name]);
  const commitments = new Set([dataSet.commitment]);
  const tables = new Set(dataSet.table === undefined ? [] : [dataSet.table]);
  const known = spendings.flatMap(({ dataSets }) => dataSets);
  for (let size = 0; size < names.size + commitments.size + tables.size; ) {
    size = names.size + commitments.size + tables.size;
    for (const other of known) {
      if (!isOf({ names, commitments, tables }, other)) continue;
      commitments.add(other.commitment);
      if (other.table !== undefined) tables.add(other.table);
      if (other.name !== undefined) names.add(other.name);
    }
  }
  return { names, commitments, tables };
}

/** The accounts of all data sets of these spendings, in the order of their first one, each once. */
export function accountsOf(spendings: readonly LedgerRequest[]): Account[] {
  const accounts: Account[] = [];
  for (const dataSet of spendings.flatMap(({ dataSets }) => dataSets)) {
    if (!accounts.some((account) => isOf(account, dataSet))) accounts.push(accountOf(dataSet, spendings));
  }
  return accounts;
}

/** `pending`: intended, and nothing says yet whether the run could release anything; it counts as spent. */
export type Standing = 'spent' | 'pending' | 'void';

/** What became of each spending, by the number of its entry. */
export function standingsOf(entries: readonly Entry[]): ReadonlyMap<number, Standing> {
  const standings = new Map<number, Standing>();
  for (const { number, spending, stage, settles } of entries) {
    if (spending !== undefined) standings.set(number, stage === 'intent' ? 'pending' : 'spent');
    if (settles !== undefined) standings.set(settles.entry, settles.as);
  }
  return standings;
}

/** All that counts: every spending that is not void. */
export function spendingsOf(entries: readonly Entry[]): Spending[] {
  const standings = standingsOf(entries);
  return entries.flatMap(({ number, spending }) => (standings.get(number) === 'void' ? [] : (spending ?? [])));
}

/** Those that touch the account. */
export const spendingsOn = <S extends LedgerRequest>(account: Account, spendings: readonly S[]): S[] =>
  spendings.filter(({ dataSets }) => dataSets.some((dataSet) => isOf(account, dataSet)));

/**
 * ε that these spendings take from the account together, at δ; infinite where one has no guarantee.
 *
 * The unit is the largest that any of them names: what hides a person with k records hides one record too. A record is in one of the kinds of
 * a job, but rows of one account may be training rows of one job and test rows of another, so all that touches the account is added up.
 * A person's records may be in any file of any party, so for persons every event counts.
 */
export function epsilonOn(
  account: Account,
  spendings: readonly LedgerRequest[],
  delta: number,
  epsilonOf: EpsilonOf,
): number {
  const touching = spendingsOn(account, spendings);
  const unit = unitOf(touching);
  const events: PrivacyEvent[] = [];
  for (const { events: own, dataSets, unit: ownUnit } of touching) {
    if (own === 'unbounded') return Number.POSITIVE_INFINITY;
    const kinds = new Set(dataSets.filter((dataSet) => isOf(account, dataSet)).map(({ data }) => data));
    const isOwnUnit = ownUnit.records === unit.records && ownUnit.neighbours === unit.neighbours;
    for (const event of own) {
      if (unit.records === 1 && !kinds.has(event.data)) continue;
      const counted: PrivacyEvent = { ...event, data: 'train' };
      // The chance that a batch is full was worked out for the unit of its job.
      events.push(counted.kind === 'gaussian' || isOwnUnit ? counted : { ...counted, overflow: 1 });
    }
  }
  return events.length === 0 ? 0 : epsilonOf(events, delta, unit);
}

/** The largest unit of these spendings, one record if there are none. */
export function unitOf(spendings: readonly LedgerRequest[]): PrivacyUnit {
  return spendings.reduce<PrivacyUnit>(
    ({ records, neighbours }, { unit }) => ({
      records: Math.max(records, unit.records),
      neighbours: neighbours === 'replace' ? neighbours : unit.neighbours,
    }),
    RECORD,
  );
}

/** A data set of a job that the limit has no room for. */
export interface Excess {
  readonly dataSet: DataSet;
  /** So far, at the limit's δ, and with the job. */
  readonly spent: number;
  readonly total: number;
  /** How many kinds of the job's rows are in the account: 2 where train and test rows are. */
  readonly kinds: number;
}

/** The data sets of the job that would exceed the limit; to meet it exactly is allowed. One account is named once. */
export function excessOf(
  request: LedgerRequest,
  spendings: readonly LedgerRequest[],
  limit: Limit,
  epsilonOf: EpsilonOf,
): readonly Excess[] {
  const all = [...spendings, request];
  const seen: Account[] = [];
  return request.dataSets.flatMap((dataSet) => {
    if (seen.some((account) => isOf(account, dataSet))) return [];
    const account = accountOf(dataSet, all);
    seen.push(account);
    const total = epsilonOn(account, all, limit.delta, epsilonOf);
    if (total <= limit.epsilon) return [];
    const spent = epsilonOn(account, spendings, limit.delta, epsilonOf);
    const kinds = new Set(request.dataSets.filter((each) => isOf(account, each)).map(({ data }) => data)).size;
    return [{ dataSet, spent, total, kinds }];
  });
}
