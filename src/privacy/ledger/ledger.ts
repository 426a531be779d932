/**
 * The ledger of a party: what its records have spent, as a chain of entries, each with the digest of the one before and a signature by the
 * party's identity key (ECDSA P-256 with SHA-256).
 *
 * An entry is one line of JSON: `{"entry":…,"signature":…}`. The signature is over the entry's text after a prefix that no other use of
 * the key has. This file knows no folder and no clock; `src/job/node/ledger-folder.ts` does.
 * @module
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { TrefoilError } from '../../errors.ts';
import type { PrivacyEvent, PrivacyUnit } from '../accounting/events.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const data = z.enum(['train', 'test', 'validation']);
const release = { what: z.string(), data, noiseMultiplier: z.number().positive(), count: z.int().positive() };
const event = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gaussian'), ...release }),
  z.strictObject({ kind: z.literal('sampled gaussian'), ...release, rate: z.number(), overflow: z.number() }),
]) satisfies z.ZodType<PrivacyEvent>;

const unit = z.strictObject({
  records: z.int().positive(),
  neighbours: z.enum(['add-or-remove', 'replace']),
}) satisfies z.ZodType<PrivacyUnit>;

const dataSet = z.strictObject({
  data,
  /** The name by which its owner knows it, so that other extracts of the same records share its budget. */
  name: z.string().optional(),
  /** Over the columns that the job uses; in entries of earlier versions over all columns of the file. */
  commitment: digest,
  /** Over all columns of the file, so that jobs on other columns of it share its budget. */
  table: digest.optional(),
  rows: z.int(),
});

const spending = z.strictObject({
  /** The public seed of the run, which every party of it has. */
  run: z.string(),
  job: z.strictObject({ name: z.string(), digest }),
  /** What the job promises; nothing for one without a guarantee. */
  guarantee: z.strictObject({ epsilon: z.number().positive(), delta: z.number().positive() }).optional(),
  unit,
  dataSets: z.array(dataSet),
  /** `unbounded` for a job without a guarantee. */
  events: z.union([z.array(event), z.literal('unbounded')]),
});

/** What became of an intent. */
const settlement = z.strictObject({ entry: z.int().positive(), as: z.enum(['spent', 'void']) });

const content = z.strictObject({
  /** Version of the format. */
  ledger: z.literal(1),
  /** From 1, without a gap. */
  number: z.int().positive(),
  time: z.iso.datetime(),
  party: z.string(),
  /** What a run takes. An entry that has neither this nor `settles` says that the party has a new key, and takes over the entries before. */
  spending: spending.optional(),
  /** Says of a spending that the run can not have released anything yet. It counts as spent unless a later entry makes it void. */
  stage: z.literal('intent').optional(),
  settles: settlement.optional(),
  /** SHA-256 of the line before; zeros in the first. */
  previous: digest,
  /** The signer's public key: SPKI in base64. */
  key: z.string(),
});

const entry = content.refine(
  ({ spending, stage, settles }) => (stage === undefined || spending !== undefined) && (!settles || !spending),
);

const line = z.strictObject({ entry, signature: z.string() });

/** Rows of one kind that a job uses, by their commitments and perhaps a name. */
export type DataSet = z.output<typeof dataSet>;
/** What one run took from the records of this party. */
export type Spending = z.output<typeof spending>;
export type Entry = z.output<typeof entry>;
export type Settlement = z.output<typeof settlement>;

/** The entries so far, and the digest that the next one continues. */
export interface Chain {
  readonly entries: readonly Entry[];
  readonly digest: string;
}

export const EMPTY: Chain = { entries: [], digest: '0'.repeat(64) };

/** TLS 1.3, the other use of the key, signs texts that begin with 64 spaces. */
const signed = (text: string) => Buffer.from(`trefoil ledger entry 1\n${text}`);

const spki = (certificate: string): string =>
  new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** What an entry says beside its place in the chain. */
export type Content = Pick<Entry, 'party' | 'spending' | 'stage' | 'settles'> & { readonly time: Date };

/** The line that continues `chain`. `identity` is the party's, in PEM. */
export function lineAfter(
  chain: Chain,
  { time, party, spending, stage, settles }: Content,
  identity: { readonly key: string; readonly certificate: string },
): string {
  const next = entry.parse({
    ledger: 1,
    number: chain.entries.length + 1,
    time: time.toISOString(),
    party,
    ...(spending === undefined ? {} : { spending }),
    ...(stage === undefined ? {} : { stage }),
    ...(settles === undefined ? {} : { settles }),
    previous: chain.digest,
    key: spki(identity.certificate),
  });
  const signature = sign('sha256', signed(JSON.stringify(next)), createPrivateKey(identity.key)).toString('base64');
  return `${JSON.stringify({ entry: next, signature })}\n`;
}

/**
 * The chain that the lines make, each checked: its form, number, signature, signer, and the digest of the line before. The key may change
 * only at an entry that says so, which vouches for those before; and only an open intent is settled. `label` names a line by its number in errors: `TREFOIL_LEDGER`.
 */
export function verifyChain(lines: readonly string[], label: (number: number) => string): Chain {
  const entries: Entry[] = [];
  const open = new Set<number>();
  let previous = EMPTY.digest;
  for (const text of lines) {
    const number = entries.length + 1;
    const problem = (what: string) => new TrefoilError('TREFOIL_LEDGER', `${label(number)} ${what}; ${REMEDY}`);
    const read = parsed(text);
    if (read === undefined) throw problem('is not an entry of a ledger that this version of trefoil can read');
    const { entry, signature } = read;
    if (!isSignedBy(entry, signature)) throw problem('was altered: its signature does not fit');
    if (entry.number !== number)
      throw problem(`has the number ${entry.number} in place of ${number}: entries were removed`);
    if (entry.previous !== previous)
      throw problem('does not continue the entry before it, which was altered or removed');
    const takesOver = entry.spending === undefined && entry.settles === undefined;
    if (number > 1 && entry.key !== entries[number - 2].key && !takesOver) {
      throw problem('is signed by another key than the entry before it');
    }
    if (entry.settles !== undefined && !open.delete(entry.settles.entry)) {
      throw problem(`says what became of entry ${entry.settles.entry}, which is no open intent`);
    }
    if (entry.stage === 'intent') open.add(number);
    entries.push(entry);
    previous = digestOf(text);
  }
  return { entries, digest: previous };
}

const REMEDY = 'restore the ledger from a backup';

/** Throws `TREFOIL_LEDGER` unless the last entry is signed by the key of this certificate. `where` names the ledger. */
export function checkSigner({ entries }: Chain, certificate: string, where: string): void {
  const last = entries.at(-1);
  if (last === undefined || last.key === spki(certificate)) return;
  throw new TrefoilError(
    'TREFOIL_LEDGER',
    `${where} is signed by another key than that of this identity. If you have replaced the identity, look through the ledger and ` +
      'take it over with: trefoil ledger --config FILE --take-over',
  );
}

function parsed(text: string): z.output<typeof line> | undefined {
  try {
    const raw: unknown = JSON.parse(text);
    line.parse(raw);
    // What was signed has its keys in the order in which they were written.
    return raw as z.output<typeof line>;
  } catch {
    return undefined;
  }
}

function isSignedBy(entry: Entry, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(entry.key, 'base64'), type: 'spki', format: 'der' });
    return verify('sha256', signed(JSON.stringify(entry)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
