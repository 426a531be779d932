/**
 * Values of rows that two parties A and B share without knowing which: T(x) of 16 bytes at each of their own rows.
 *
 * Against one party that may be curious, A and B agree on a key, and T(x) is a hash of the identifier under it. Each of them could compute T of any row.
 *
 * Against two, T(x) is a hash of H(x)^{ab}, with a secret of A and b of B. A sends H(x)^r of its rows, B raises to b, and A takes r off and puts a on in
 * one step. B does the same with the help of A. So A can compute T of its own rows alone, and B of its own: a collector that puts together with one
 * of them what they saw knows T(x) of no row that this one lacks.
 * @module
 */
import { ELEMENT_BYTES } from './group/field.ts';
import { receivePoints, sendPoints } from './messages.ts';
import { blind, exchange, freshKey } from './oblivious-prf.ts';
import { PrefixedHash } from './prefixed-hash.ts';
import type { Alignment } from './setting.ts';
import { VALUE_BYTES, type Work } from './store.ts';

type PairedValues = (alignment: Alignment, points: Uint8Array, other: string) => Promise<Uint8Array>;

/** The values of the own rows, whose points of the curve are given. */
export const pairedValues: PairedValues = (alignment, points, other) =>
  AGAINST[alignment.setting.colluding ?? 2](alignment, points, other);

const AGAINST: Readonly<Record<1 | 2, PairedValues>> = {
  1: async (alignment, _, other) => {
    const key = await agreeOnKey(alignment, other);
    return alignment.worker.through(hashesOf(alignment.identifiers, alignment.purpose('value'), key));
  },
  2: async (alignment, points, other) => {
    const { worker, setting, sizes } = alignment;
    const key = freshKey();
    const question = await blind(worker, points, setting.self, key);
    const serve = { points: sizes[other], key };
    const values = await exchange(worker, alignment.link(other), { ask: question, serve });
    return worker.through(alignment.tagsOf(values, ELEMENT_BYTES, alignment.purpose('value')));
  },
};

/** The base point of X25519. */
const BASE = Uint8Array.of(9, ...new Uint8Array(ELEMENT_BYTES - 1));

/** A key that this party and another one have, and the third has not. */
async function agreeOnKey({ worker, setting, link }: Alignment, other: string): Promise<Uint8Array> {
  const { exponent } = freshKey();
  const to = link(other);
  sendPoints(to, 'key', await worker.raise(BASE, exponent, setting.self), 0);
  return worker.raise(await receivePoints(to, 'key', 1, 0), exponent, other);
}

const HASHES_OF_A_SLICE = 256;

function* hashesOf(identifiers: readonly Uint8Array[], purpose: Uint8Array, key: Uint8Array): Work<Uint8Array> {
  const hash = new PrefixedHash('sha256', purpose, key);
  const values = new Uint8Array(VALUE_BYTES * identifiers.length);
  for (const [i, identifier] of identifiers.entries()) {
    values.set(hash.of(identifier).subarray(0, VALUE_BYTES), VALUE_BYTES * i);
    if (i % HASHES_OF_A_SLICE === 0) yield;
  }
  return values;
}
