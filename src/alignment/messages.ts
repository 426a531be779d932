/**
 * What travels between the parties of an alignment, and where each message stands: both ends know the counts, so they know every message.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { Link, Position } from '../transport/link.ts';
import { ELEMENT_BYTES, isCanonical } from './group/field.ts';

/** The phase of all messages of an alignment: beyond every session of a plan. */
export const ALIGNMENT_PHASE = 2 ** 31;
/** How it is called. */
export const ALIGNMENT = 'alignment';

/** What a message is, by its place among the rounds. */
export const ROUNDS = {
  size: 0,
  key: 8,
  blinded: 1,
  raised: 2,
  store: 3,
  tags: 4,
  found: 5,
  shared: 6,
  digest: 7,
} as const;
export type Content = keyof typeof ROUNDS;

/** Points of one message. */
export const PIECE_POINTS = 2048;
/** Bytes of one message of anything else at most. */
const PIECE_BYTES = 1 << 16;
/** Bytes of the largest message. */
export const LARGEST_MESSAGE = Math.max(PIECE_BYTES, PIECE_POINTS * ELEMENT_BYTES);
const SIZE_BYTES = 4;

const at = (content: Content, piece: number): Position => ({
  phase: ALIGNMENT_PHASE,
  step: piece,
  round: ROUNDS[content],
});

/** A peer that broke the protocol. */
export function fault(peer: string, what: string): TrefoilError {
  return new TrefoilError(
    'TREFOIL_PEER',
    `${peer} ${what}, in the alignment; check that ${peer} runs the same version of Trefoil, then start all nodes again`,
    { place: { party: peer, phase: ALIGNMENT }, facts: { how: 'malformed' } },
  );
}

/** How many messages so many bytes take: none for no bytes. */
export const pieces = (bytes: number): number => Math.ceil(bytes / PIECE_BYTES);

export function sendSize(link: Link, content: 'size' | 'found', size: number): void {
  const bytes = new Uint8Array(SIZE_BYTES);
  new DataView(bytes.buffer).setUint32(0, size, true);
  link.send('blinded', at(content, 0), bytes);
}

/** A number of at most `most`. */
export async function receiveSize(link: Link, content: 'size' | 'found', most: number): Promise<number> {
  const bytes = await link.receive('blinded', at(content, 0), SIZE_BYTES);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (size > most) throw fault(link.peer, `announced ${size} identifiers where ${most} are the most`);
  return size;
}

/** Sends bytes of which the receiver knows the number. */
export function sendAll(link: Link, content: Content, bytes: Uint8Array): void {
  for (let piece = 0; piece < pieces(bytes.length); piece++) {
    link.send('blinded', at(content, piece), bytes.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES));
  }
}

export async function receiveAll(link: Link, content: Content, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let piece = 0; piece < pieces(length); piece++) {
    const from = piece * PIECE_BYTES;
    bytes.set(await link.receive('blinded', at(content, piece), Math.min(PIECE_BYTES, length - from)), from);
  }
  return bytes;
}

/** How many messages so many points take. */
export const pointPieces = (points: number): number => Math.ceil(points / PIECE_POINTS);

/** The points of one message. */
export const pointsOfPiece = (points: Uint8Array, piece: number): Uint8Array =>
  points.subarray(piece * PIECE_POINTS * ELEMENT_BYTES, (piece + 1) * PIECE_POINTS * ELEMENT_BYTES);

export function sendPoints(link: Link, content: 'key' | 'blinded' | 'raised', points: Uint8Array, piece: number): void {
  link.send('blinded', at(content, piece), points);
}

/** The points of message `piece` of `total` points, each encoded canonically. */
export async function receivePoints(
  link: Link,
  content: 'key' | 'blinded' | 'raised',
  total: number,
  piece: number,
): Promise<Uint8Array> {
  const points = Math.min(PIECE_POINTS, total - piece * PIECE_POINTS);
  const bytes = (await link.receive('blinded', at(content, piece), points * ELEMENT_BYTES)).slice();
  for (let i = 0; i < points; i++) {
    if (!isCanonical(bytes.subarray(i * ELEMENT_BYTES, (i + 1) * ELEMENT_BYTES))) {
      throw fault(link.peer, 'sent a point that is not encoded canonically');
    }
  }
  return bytes;
}
