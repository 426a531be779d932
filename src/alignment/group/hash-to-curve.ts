/**
 * Identifiers as points of Curve25519, by their u coordinates.
 *
 * SHA-512 under a domain separator and the session's key gives 512 bits, their rest modulo p is uniform up to 2^-256, and Elligator 2 (Bernstein,
 * Hamburg, Krasnova and Lange 2013; RFC 9380, section 6.7.1, with Z = 2) takes it to a point of the curve, never to one of its twist. Nobody knows
 * a discrete logarithm between two such points. Half of the points can come out, which is enough: see docs/decisions/21-alignment.md.
 * @module
 */
import { PrefixedHash } from '../prefixed-hash.ts';
import { ELEMENT_BYTES, inverses, modulo, numberOf, writeNumber } from './field.ts';
import { quadraticCharacter } from './jacobi.ts';

const DOMAIN = new TextEncoder().encode('trefoil alignment, identifier to curve25519\0');
/** The coefficient A of v² = u³ + A u² + u. */
const A = 486662n;
/** Points that share one inversion. */
const BATCH = 256;

/** The u coordinates of the points that these field elements map to. */
export function elligator(elements: readonly bigint[]): bigint[] {
  // −1/2 is no square, so that no denominator is 0.
  const denominators = elements.map((r) => modulo(1n + 2n * r * r));
  return inverses(denominators).map((inverse) => {
    const u = modulo(-A * inverse);
    const square = modulo(u * modulo(u * (u + A) + 1n));
    return quadraticCharacter(square) < 0 ? modulo(-u - A) : u;
  });
}

/** Hashes identifiers, for one session: `key` has 32 bytes that all parties contributed to. Yields between pieces of some milliseconds. */
export function* hashToCurve(
  identifiers: readonly Uint8Array[],
  key: Uint8Array,
  points: Uint8Array,
): Generator<void, void, void> {
  const hash = new PrefixedHash('sha512', DOMAIN, key);
  for (let from = 0; from < identifiers.length; from += BATCH) {
    const some = identifiers.slice(from, from + BATCH);
    const elements = some.map((identifier) => modulo(numberOf(hash.of(identifier))));
    elligator(elements).forEach((u, i) => {
      writeNumber(u, points.subarray((from + i) * ELEMENT_BYTES, (from + i + 1) * ELEMENT_BYTES));
    });
    yield;
  }
}
