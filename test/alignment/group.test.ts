/** The group against @noble/curves, and the store against a map. */
import { randomBytes } from 'node:crypto';
import { _map_to_curve_elligator2_curve25519 as mapped, x25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Exponent } from '../../src/alignment/group/exponent.ts';
import { inverse, isCanonical, modulo, numberOf, P, writeNumber } from '../../src/alignment/group/field.ts';
import { elligator, hashToCurve } from '../../src/alignment/group/hash-to-curve.ts';
import { quadraticCharacter } from '../../src/alignment/group/jacobi.ts';
import { freshBlinding, freshScalar } from '../../src/alignment/group/scalars.ts';
import { sharedTags, sortTags, TAG_BYTES } from '../../src/alignment/sorted-tags.ts';
import { fill, placesOf, read, storeBytes, type Work } from '../../src/alignment/store.ts';

const elements = fc.bigInt({ min: 0n, max: P - 1n });
const EDGES = [0n, 1n, 2n, P - 1n, P - 2n, 486662n, (P - 1n) / 2n, 2n ** 254n, 2n ** 30n].map((x): [bigint] => [x]);

function done<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) result = (result * base) % P;
  return result;
};

it('squares are told as Euler tells them', () => {
  fc.assert(
    fc.property(elements, (x) => {
      const euler = power(x, (P - 1n) / 2n);
      expect(quadraticCharacter(x)).toBe(euler === P - 1n ? -1 : Number(euler));
      expect(Math.abs(quadraticCharacter((x * x) % P))).toBe(x === 0n ? 0 : 1);
    }),
    { examples: EDGES },
  );
});

it('field elements map to the curve as @noble/curves maps them', () => {
  fc.assert(
    fc.property(elements, (r) => {
      const { xMn, xMd } = mapped(r);
      expect(elligator([r, 3n])[0]).toBe(modulo(xMn * inverse(xMd, P)));
    }),
    { examples: EDGES },
  );
});

it('hashes depend on identifier and session', () => {
  const hash = (text: string, session: number) => {
    const points = new Uint8Array(32);
    done(hashToCurve([Buffer.from(text)], new Uint8Array(32).fill(session), points));
    return Buffer.from(points).toString('hex');
  };
  expect(new Set([hash('a', 0), hash('b', 0), hash('a', 1), hash('', 0), hash('a', 0)]).size).toBe(4);
});

it('an exponent gives what X25519 of @noble/curves gives', () => {
  const scalar = freshScalar();
  const [point] = elligator([modulo(numberOf(randomBytes(64)))]);
  const [from, to] = [new Uint8Array(32), new Uint8Array(32)];
  writeNumber(point, from);
  expect(new Exponent(scalar).raise(from, 0, to)).toBe(true);
  expect(to).toEqual(x25519.getSharedSecret(scalar, from));
});

it('a blinding comes off, and puts a key on', () => {
  for (let i = 0; i < 10; i++) {
    const [p, blinded, raised, off, expected] = Array.from({ length: 5 }, () => new Uint8Array(32));
    writeNumber(elligator([modulo(numberOf(randomBytes(64)))])[0], p);
    const [key, own] = [freshScalar(), freshScalar()];
    const { scalar, off: takes } = freshBlinding(own);
    for (const part of [scalar, takes]) expect([part[0] & 7, part[31] >> 6]).toEqual([0, 1]);
    new Exponent(scalar).raise(p, 0, blinded);
    new Exponent(key).raise(blinded, 0, raised);
    new Exponent(takes).raise(raised, 0, off);
    new Exponent(key).raise(p, 0, raised);
    new Exponent(own).raise(raised, 0, expected);
    expect(off).toEqual(expected);
  }
});

it('only the shortest form of a number is canonical', () => {
  const bytes = (x: bigint) => {
    const into = new Uint8Array(32);
    writeNumber(x, into);
    return into;
  };
  for (const x of [0n, 1n, P - 1n]) expect(isCanonical(bytes(x))).toBe(true);
  for (const x of [P, P + 1n, 2n ** 255n - 1n, 2n ** 255n, 2n ** 256n - 1n]) expect(isCanonical(bytes(x))).toBe(false);
});

it.each([0, 1, 2, 256, 257, 1500])('a store of %i keys gives its values, and other keys something else', (count) => {
  const purpose = randomBytes(32);
  const keys = new Uint8Array(randomBytes(32 * count));
  const values = new Uint8Array(randomBytes(16 * count));
  const store = done(fill(done(placesOf(keys, purpose)), values));
  expect(store.length).toBe(storeBytes(count));
  expect(done(read(store, count, done(placesOf(keys, purpose))))).toEqual(values);
  const strange = done(read(store, count, done(placesOf(new Uint8Array(randomBytes(320)), purpose))));
  const known = new Set(
    Array.from({ length: count }, (_, i) => Buffer.from(values.subarray(16 * i, 16 * i + 16)).toString('hex')),
  );
  for (let i = 0; i < 10; i++)
    expect(known.has(Buffer.from(strange.subarray(16 * i, 16 * i + 16)).toString('hex'))).toBe(false);
});

it('sorted lists share what sets share', () => {
  const tags = fc.uniqueArray(fc.nat(40), { maxLength: 30 });
  const bytesOf = (names: readonly number[]) => {
    const bytes = new Uint8Array(TAG_BYTES * names.length);
    // The first bytes spread, as those of hashes do.
    names.forEach((n, i) => {
      bytes.set([(n * 37) & 255, n], TAG_BYTES * i);
    });
    return bytes;
  };
  fc.assert(
    fc.property(tags, tags, (a, b) => {
      const [own, other] = [done(sortTags(bytesOf(a))), done(sortTags(bytesOf(b)))];
      const shared = done(sharedTags(own, other.tags));
      expect([...shared.rows].map((row) => a[row]).sort()).toEqual(a.filter((n) => b.includes(n)).sort());
    }),
  );
});
