/**
 * A pseudo-random function F(x) = H(x)^k of identifiers, k known to one party alone, evaluated for another one that shows no identifier
 * (Jarecki and Liu 2009; the hash of the result is left to its user).
 *
 * The client sends H(x)^r, the server gives back H(x)^{rk}, and the client takes r off. Under the decisional Diffie–Hellman assumption, with H a random
 * oracle, the server sees uniform points, and F of everything that the client did not ask for is uniform to it.
 * @module
 */
import type { Link } from '../transport/link.ts';
import { Exponent } from './group/exponent.ts';
import { ELEMENT_BYTES } from './group/field.ts';
import { freshBlinding, freshScalar } from './group/scalars.ts';
import { pointPieces, pointsOfPiece, receivePoints, sendPoints } from './messages.ts';
import type { Worker } from './worker.ts';

/** The key of a function, fresh and for one client: its scalar, and what raises to it. */
export interface Key {
  readonly scalar: Uint8Array;
  readonly exponent: Exponent;
}

export function freshKey(): Key {
  const scalar = freshScalar();
  return { scalar, exponent: new Exponent(scalar) };
}

/** What a client asks for: its points under one secret exponent, the same towards every server. */
export interface Question {
  readonly blinded: Uint8Array;
  readonly off: Exponent;
}

/** Blinds points. `key`: an exponent that the answers get in the place of the blinding, so that H(x)^{k} becomes H(x)^{k·key}. */
export async function blind(worker: Worker, points: Uint8Array, self: string, key?: Key): Promise<Question> {
  const { scalar, off } = freshBlinding(key?.scalar);
  return { blinded: await worker.raise(points, new Exponent(scalar), self), off: new Exponent(off) };
}

/** What a server answers: questions of so many points, under a key. */
export interface Service {
  readonly points: number;
  readonly key: Key;
}

const NOTHING = new Uint8Array(0);

/**
 * Asks a peer and answers it over one link, each where it is wanted: piece by piece, the next question leaving before the answer to the last one, so that
 * at most two pieces wait. Gives F of all own points, or of none where nothing is asked.
 */
export async function exchange(
  worker: Worker,
  link: Link,
  { ask, serve }: { readonly ask?: Question; readonly serve?: Service },
): Promise<Uint8Array> {
  const { peer } = link;
  const blinded = ask?.blinded ?? NOTHING;
  const own = blinded.length / ELEMENT_BYTES;
  const [asked, served] = [pointPieces(own), pointPieces(serve?.points ?? 0)];
  const question = (piece: number) => {
    if (piece < asked) sendPoints(link, 'blinded', pointsOfPiece(blinded, piece), piece);
  };
  const next = async (piece: number) =>
    piece < served && serve !== undefined ? receivePoints(link, 'blinded', serve.points, piece) : NOTHING;
  const values = new Uint8Array(blinded.length);
  question(0);
  let due = await next(0);
  for (let piece = 0; piece < Math.max(asked, served); piece++) {
    question(piece + 1);
    if (serve !== undefined && piece < served) {
      sendPoints(link, 'raised', await worker.raise(due, serve.key.exponent, peer), piece);
    }
    due = await next(piece + 1);
    if (ask !== undefined && piece < asked) {
      const answer = await receivePoints(link, 'raised', own, piece);
      pointsOfPiece(values, piece).set(await worker.raise(answer, ask.off, peer));
    }
  }
  return values;
}
