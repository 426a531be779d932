/**
 * What the alignment of a job sends: planned for the numbers of rows that are known, and counted where it ran.
 * @module
 */
import { alignmentQuote, type Find, pairName, type Shared } from '../../alignment/quote.ts';
import type { Sizes } from '../../alignment/setting.ts';
import { TRUST_MODES } from '../../trust/modes.ts';
import type { Job } from '../file/job.ts';
import type { RowKind } from '../file/row-counts.ts';
import { keysToAlign } from './aligned-job.ts';
import type { AlignedKind, AlignmentOutcome } from './run-alignment.ts';

/** Planned for as many rows as the job gives each party, of which as many as possible are shared. */
export interface PlannedAlignment {
  /** Messages that follow each other at least. */
  readonly rounds: number;
  /** Bytes that each party sends. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Products on the curve of each party. */
  readonly points: Sizes;
}

/** How many rows there were of one kind, which all parties learn. */
export interface AlignedSizes {
  readonly kind: RowKind;
  /** Rows with keys of each party. */
  readonly sizes: Sizes;
  /** Rows that all owners of columns have. Absent at a party without columns, which hears what is used of them. */
  readonly common?: number;
}

/** What one party sent. */
export interface AlignmentCost {
  readonly rounds: number;
  /** Bytes, exact for the sizes that were found. */
  readonly planned: number;
  readonly counted: number;
  readonly seconds: number;
  readonly kinds: readonly AlignedSizes[];
}

const partiesOf = ({ parties: [a, b, c] }: Job) => [a.name, b.name, c.name] as const;

const pairsOf = ([a, b, c]: readonly [string, string, string]) =>
  [
    [a, b],
    [a, c],
    [b, c],
  ] as const;

function quoteOf(job: Job, sizes: Sizes, shared: Shared, find: Find) {
  return alignmentQuote([...partiesOf(job)], sizes, shared, find, TRUST_MODES[job.trust].colluding);
}

/** The most that aligning the rows of a job sends. Nothing where it aligns none. */
export function plannedAlignment(job: Job): PlannedAlignment | undefined {
  const rules = keysToAlign(job);
  if (rules === undefined) return undefined;
  const names = partiesOf(job);
  const kinds = (['train', 'test', 'validation'] as const).filter((kind) => job.parties.some((each) => each[kind] > 0));
  const quotes = kinds.map((kind) => {
    const sizes = Object.fromEntries(job.parties.map((party) => [party.name, party[kind]]));
    const least = (of: readonly string[]) => Math.min(...of.map((name) => sizes[name]));
    const shared =
      rules.find === 'all'
        ? least(names)
        : Object.fromEntries(pairsOf(names).map(([a, b]) => [pairName(a, b), least([a, b])]));
    return quoteOf(job, sizes, shared, rules.find);
  });
  const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
  const byParty = (of: (name: string) => readonly number[]) =>
    Object.fromEntries(names.map((name) => [name, sum(of(name))]));
  return {
    rounds: sum(quotes.map(({ rounds }) => rounds)),
    bytes: byParty((name) => quotes.flatMap(({ traffic }) => traffic.map((t) => (t.from === name ? t.bytes : 0)))),
    points: byParty((name) => quotes.map(({ points }) => points[name])),
  };
}

/** What `self` sent, beside what it had to send for the rows that were found. */
export function alignmentCost(
  self: string,
  job: Job,
  find: Find,
  { kinds, bytes, seconds }: AlignmentOutcome,
  commonOf: (kind: AlignedKind) => number | undefined,
): AlignmentCost {
  const quotes = kinds.map(({ sizes, common, shared }) =>
    quoteOf(job, sizes, sharedAt(self, job, common, shared), find),
  );
  const sent = quotes.flatMap(({ traffic }) => traffic.filter(({ from }) => from === self));
  return {
    rounds: quotes.reduce((sum, { rounds }) => sum + rounds, 0),
    planned: sent.reduce((sum, each) => sum + each.bytes, 0),
    counted: bytes.sent,
    seconds,
    kinds: kinds.map((found) => {
      const common = commonOf(found);
      return { kind: found.kind, sizes: found.sizes, ...(common === undefined ? {} : { common }) };
    }),
  };
}

/** Of rows that two share a party knows those that it is one of: what it sends depends on no others. */
function sharedAt(self: string, job: Job, common: AlignedKind['common'], shared: AlignedKind['shared']): Shared {
  if (shared === undefined) return common?.rows.length ?? 0;
  const pairs = pairsOf([...partiesOf(job)]).filter((pair) => pair.includes(self));
  return Object.fromEntries(
    pairs.map(([a, b]) => [pairName(a, b), shared.with.get(a === self ? b : a)?.rows.length ?? 0]),
  );
}
