/**
 * The file of a contribution: a public header, the part of each evaluator, sealed piece by piece, and the contributor's signature over all of it.
 *
 *     trefoil-contribution 1\n | length of the header | header (JSON) | parts, in the order of the header | signature | its length
 *
 * Lengths are little-endian words of 32 bits. The header is bound into every part (HPKE's info), and a piece's place into the piece. Who has the file
 * learns from it the job, who contributed, how many rows and columns, and for which keys it is sealed.
 * @module
 */
import { createHash, createPrivateKey, randomBytes, sign, verify, X509Certificate } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { TrefoilError } from '../../errors.ts';
import { readProblem, unwritable } from '../../file-problem.ts';
import type { Identity } from '../../transport/identity.ts';
import { canonicalJson } from '../file/digest.ts';
import { type NextPiece, opening, sealing, TAG_BYTES } from './hpke.ts';
import { keyFingerprint } from './sealing-key.ts';

const MAGIC = 'trefoil-contribution 1\n';
const PIECE_BYTES = 2 ** 20;
const LONGEST_HEADER = 2 ** 20;
const LONGEST_SIGNATURE = 2 ** 10;
const WORD = 4;

const count = z.int().min(0);
const headerSchema = z.strictObject({
  /** Random: two contributions are never the same. */
  number: z.string().regex(/^[0-9a-f]{32}$/),
  contributor: z.string(),
  job: z.strictObject({ name: z.string(), digest: z.string() }),
  trefoil: z.string(),
  created: z.string(),
  /** PEM. */
  certificate: z.string(),
  inputs: z.array(z.strictObject({ name: z.string(), rows: count, cols: count, fractionalBits: count })),
  sealed: z.array(z.strictObject({ node: z.string(), key: z.string(), encapsulated: z.base64(), bytes: count })),
});

export type ContributionHeader = z.output<typeof headerSchema>;
export type Described = Omit<ContributionHeader, 'number' | 'sealed' | 'certificate'>;

/** What an evaluator gets: so many bytes, piece by piece. */
export interface Part {
  readonly node: string;
  /** Of the evaluator, in PEM. */
  readonly publicKey: string;
  readonly bytes: number;
  readonly pieces: Iterable<Uint8Array>;
}

/** What seals of a part are bound to. */
const infoOf = ({ sealed: _, ...header }: ContributionHeader, node: string, bytes: number): Uint8Array =>
  sha256(utf8ToBytes(canonicalJson({ what: MAGIC, header, node, bytes })));

const placeOf = (piece: number): Uint8Array => utf8ToBytes(`piece ${piece}`);
const wordOf = (value: number): Uint8Array => {
  const bytes = new Uint8Array(WORD);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};
const numberAt = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);

/** The pieces of a part as they are sealed: all of the same length but the last. */
function* evenPieces(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void, void> {
  const room = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = Math.min(PIECE_BYTES - filled, piece.length - at);
      room.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < PIECE_BYTES) continue;
      yield room.slice();
      filled = 0;
    }
  }
  if (filled > 0) yield room.slice(0, filled);
}

const sealedLength = (bytes: number): number => bytes + TAG_BYTES * Math.ceil(bytes / PIECE_BYTES);

/** What is signed: the digest of everything before the signature. */
const signed = (digest: Uint8Array): Uint8Array => Buffer.concat([utf8ToBytes('trefoil contribution\0'), digest]);

/** Writes a new file, and gives the SHA-256 of what is signed. Throws `TREFOIL_OUTPUT`; what was written by then is removed. */
export async function writeContribution(
  path: string,
  described: Described,
  parts: readonly Part[],
  { key, certificate }: Identity,
): Promise<string> {
  const unsealed: ContributionHeader = {
    ...described,
    number: randomBytes(16).toString('hex'),
    certificate,
    sealed: [],
  };
  const sealers = await Promise.all(
    parts.map(({ node, publicKey, bytes }) => sealing(publicKey, infoOf(unsealed, node, bytes))),
  );
  const header: ContributionHeader = {
    ...unsealed,
    sealed: parts.map(({ node, publicKey, bytes }, i) => ({
      node,
      key: keyFingerprint(publicKey),
      encapsulated: Buffer.from(sealers[i].encapsulated).toString('base64'),
      bytes,
    })),
  };
  const hash = createHash('sha256');
  let file: FileHandle | undefined;
  try {
    const opened = await open(path, 'wx', 0o644);
    file = opened;
    const write = async (bytes: Uint8Array) => {
      hash.update(bytes);
      await opened.writeFile(bytes);
    };
    const head = utf8ToBytes(JSON.stringify(header));
    for (const bytes of [utf8ToBytes(MAGIC), wordOf(head.length), head]) await write(bytes);
    for (const [i, { pieces }] of parts.entries()) {
      let piece = 0;
      for (const bytes of evenPieces(pieces)) await write(await sealers[i].seal(bytes, placeOf(piece++)));
    }
    const digest = hash.digest();
    const signature = sign('sha256', signed(digest), createPrivateKey(key));
    for (const bytes of [signature, wordOf(signature.length)]) await opened.writeFile(bytes);
    await opened.sync();
    await opened.close();
    return digest.toString('hex');
  } catch (error) {
    await file?.close();
    // Only what was made here: an earlier file makes the opening fail.
    if (file !== undefined) await rm(path, { force: true });
    throw error instanceof TrefoilError
      ? error
      : unwritable('TREFOIL_OUTPUT', 'contribution', path, error, 'name another file as output in the configuration');
  }
}

/** A contribution whose signature is its contributor's. */
export interface SignedContribution {
  readonly header: ContributionHeader;
  /** SHA-256, in hex, of all that is signed. */
  readonly digest: string;
  /** The part that was sealed for `node`, with its private key in PEM. Rejects where that is not the key, or the part not what was sealed. */
  readonly open: (node: string, privateKey: string) => Promise<Uint8Array>;
}

/** The error of a file that is no contribution, or not the one that was signed. */
export const refused = (path: string, says: string, contributor: string): TrefoilError =>
  new TrefoilError('TREFOIL_CONTRIBUTION', `the contribution ${path} of ${contributor} ${says}`);

/** Reads a contribution and verifies that it was signed with the key of `certificate` (PEM). Throws `TREFOIL_CONTRIBUTION`. */
export async function readContribution(
  path: string,
  contributor: string,
  certificate: string,
): Promise<SignedContribution> {
  const refuse = (says: string) => refused(path, says, contributor);
  const again = `ask ${contributor} to send it again`;
  const file = await open(path, 'r').catch((error: unknown) => {
    throw refuse(`can not be read: ${readProblem(error)}; check contributions in the configuration, or ${again}`);
  });
  try {
    const { size } = await file.stat();
    const read = (from: number, length: number) => readAt(file, from, length);
    const start = await read(0, Math.min(size, MAGIC.length + WORD));
    if (Buffer.from(start.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC) {
      throw refuse(`is no contribution that this version reads; ${again}`);
    }
    const short = () => refuse(`is cut short, or something was added to it; ${again}`);
    const body = start.length < MAGIC.length + WORD ? Number.POSITIVE_INFINITY : numberAt(start.subarray(MAGIC.length));
    const parts = MAGIC.length + WORD + body;
    if (body > LONGEST_HEADER || parts > size) throw short();
    const header = headerIn(await read(MAGIC.length + WORD, body));
    if (header === undefined) throw refuse(`is no contribution that this version reads; ${again}`);
    const end = parts + header.sealed.reduce((sum, { bytes }) => sum + sealedLength(bytes), 0);
    if (end + WORD > size) throw short();
    const length = numberAt(await read(size - WORD, WORD));
    if (length > LONGEST_SIGNATURE || end + length + WORD !== size) throw short();
    if (new X509Certificate(header.certificate).fingerprint256 !== new X509Certificate(certificate).fingerprint256) {
      throw refuse(
        `is signed with another certificate than contributions.${contributor}.certificate: compare fingerprints with ${contributor} over another channel, and take its present .crt`,
      );
    }
    const hash = createHash('sha256');
    for (let at = 0; at < end; at += PIECE_BYTES) hash.update(await read(at, Math.min(PIECE_BYTES, end - at)));
    const digest = hash.digest();
    const signature = await read(end, length);
    if (!verify('sha256', signed(digest), new X509Certificate(certificate).publicKey, signature)) {
      throw refuse(`was altered after ${contributor} had signed it; ${again}`);
    }
    return { header, digest: digest.toString('hex'), open: (node, key) => openPart(path, header, parts, node, key) };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes;
}

function headerIn(bytes: Uint8Array): ContributionHeader | undefined {
  try {
    const header = headerSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
    // A certificate that is none is told of as a header that is none.
    if (header !== undefined) new X509Certificate(header.certificate);
    return header;
  } catch {
    return undefined;
  }
}

async function openPart(
  path: string,
  header: ContributionHeader,
  parts: number,
  node: string,
  privateKey: string,
): Promise<Uint8Array> {
  let from = parts;
  const own = header.sealed.find(({ node: name, bytes }) => {
    if (name === node) return true;
    from += sealedLength(bytes);
    return false;
  });
  if (own === undefined) throw new Error(`nothing is sealed for ${node}`);
  const info = infoOf(header, node, own.bytes);
  const next: NextPiece = await opening(privateKey, Buffer.from(own.encapsulated, 'base64'), info);
  const file = await open(path, 'r');
  try {
    const all = new Uint8Array(own.bytes);
    for (let piece = 0, done = 0; done < own.bytes; piece++) {
      const length = Math.min(PIECE_BYTES, own.bytes - done);
      all.set(await next(await readAt(file, from, length + TAG_BYTES), placeOf(piece)), done);
      done += length;
      from += length + TAG_BYTES;
    }
    return all;
  } finally {
    await file.close();
  }
}
