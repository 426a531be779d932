/**
 * What a node may hear about why another one stopped: a fixed sentence for each code, completed by what is public. What else an error says stays on
 * the screen of the node that it happened to.
 * @module
 */
import type { BrokenRule, ColumnRule, ErrorCode, Failing } from '../errors.ts';

/** What a sentence may name. */
export interface Told {
  /** The node that stopped. */
  readonly origin: string;
  /** The node at fault; the one that stopped where nobody else is. */
  readonly party: string;
  readonly how: Failing | undefined;
  /** 'north, east', or 'others'. */
  readonly missing: string;
  /** ' in training, data', or nothing. */
  readonly differing: string;
  /** ' within 120 seconds', or nothing. */
  readonly within: string;
  /** ': age (…), sex (…)', or nothing. */
  readonly broken: string;
}

/** What a column that breaks a rule is told as. */
const BROKEN: Readonly<Record<ColumnRule, string>> = {
  column: 'no such column',
  missing: 'a missing value',
  type: 'a cell of another type',
  range: 'a value outside the declared range, or another unit',
  levels: 'a level that is not agreed on',
};
/** The rules in the order in which they are told. */
export const COLUMN_RULES = Object.keys(BROKEN) as readonly ColumnRule[];

/** Columns that are named. */
const NAMED = 20;

/** ': age (a missing value; a cell of another type), sex (…)', or nothing. */
export function brokenText(broken: readonly BrokenRule[]): string {
  const columns = [...new Set(broken.map(({ column }) => column))];
  const texts = columns.slice(0, NAMED).map((name) => {
    const rules = broken.filter(({ column }) => column === name).map(({ rule }) => BROKEN[rule]);
    return `${name} (${rules.join('; ')})`;
  });
  const others = columns.length - texts.length;
  return texts.length === 0 ? '' : `: ${texts.join(', ')}${others > 0 ? ` and ${others} more columns` : ''}`;
}

const FAILING: Readonly<Record<Failing, (told: Told) => string>> = {
  gone: ({ party }) => `${party} is gone: it ended or froze, or the network broke`,
  malformed: ({ party }) => `${party} sent what it must not; check that it runs the same version of Trefoil`,
  stalled: ({ party, within }) =>
    `${party} is connected but has sent nothing that was due${within}; raise stallSeconds in the configuration of all nodes if it is only slow`,
  'connected already': ({ origin }) => `${origin} is connected already`,
  SIGINT: ({ origin }) => `${origin} was stopped by SIGINT`,
  SIGTERM: ({ origin }) => `${origin} was stopped by SIGTERM`,
  SIGHUP: ({ origin }) => `${origin} was stopped by SIGHUP`,
};

/** A new code needs its sentence here. */
const SENTENCES: Readonly<Record<ErrorCode, (told: Told) => string>> = {
  TREFOIL_USAGE: ({ origin }) => `${origin} was started with wrong arguments`,
  TREFOIL_JOB: ({ origin }) => `${origin} can not use its job file`,
  TREFOIL_CONFIG: ({ origin }) => `${origin} can not use its configuration`,
  TREFOIL_DATA: ({ origin, broken }) => `${origin} can not use its records${broken}`,
  TREFOIL_IDENTITY: ({ origin, party }) =>
    origin === party
      ? `an identity at ${origin} is not in order`
      : `the certificates that ${origin} and ${party} have of each other do not fit`,
  TREFOIL_CONTRIBUTION: ({ origin }) => `${origin} can not use the contribution of an institution that runs no node`,
  TREFOIL_PLAN: ({ origin }) => `${origin} can not plan the job`,
  TREFOIL_UNREACHABLE: ({ missing, within }) =>
    `not all nodes were there${within}: it waited for ${missing}; start all nodes within the connectSeconds of each, or raise them`,
  TREFOIL_DISAGREEMENT: ({ origin, party, differing }) =>
    origin === party
      ? `${origin} does not agree with the other nodes${differing}`
      : `${origin} and ${party} do not agree${differing}`,
  TREFOIL_PEER: ({ origin, party }) => `${party === origin ? 'a peer' : party} failed, as ${origin} saw it`,
  TREFOIL_ABORTED: ({ origin }) => `${origin} was stopped`,
  TREFOIL_RANGE: () => 'a value left the range that the arithmetic is right for',
  TREFOIL_PRIVACY: ({ origin }) =>
    `${origin} does not release what the job asks for: its rules on privacy do not allow it`,
  TREFOIL_LEDGER: ({ origin }) => `${origin} can not record what the run would spend`,
  TREFOIL_OUTPUT: ({ origin }) => `${origin} can not write its results`,
  TREFOIL_WITHHELD: () => 'the release gate let no model out',
  TREFOIL_AUDIT: ({ origin }) => `${origin} can not audit the model`,
  TREFOIL_INTERNAL: ({ origin }) => `${origin} met a fault in the program itself`,
};

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(SENTENCES, code);
export const isFailing = (how: string): how is Failing => Object.hasOwn(FAILING, how);

/** The sentence; a code that this version does not have gets one too. */
export function publicReason(code: string, told: Told): string {
  if (!isErrorCode(code)) return `${told.origin} stopped for a reason that this version of Trefoil does not know`;
  return told.how === undefined ? SENTENCES[code](told) : FAILING[told.how](told);
}
