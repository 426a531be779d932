/**
 * The rows that all three parties have.
 *
 * The first party collects, and the two others, here A and B, serve it:
 *
 * 1. A and B give each of their rows a value T(x), which both have for a row that both have, and which nobody knows of a row that he has not:
 *    `paired-values.ts`.
 * 2. A and B put these values into a store each for the collector, under a pseudo-random function of the identifier whose key they have. The collector reads
 *    both at its own rows: equal values mean that all three have the row, and values of any other row are uniform and independent.
 * 3. The collector tells A and B hashes of the equal values in ascending order, which A and B know of their own rows. This order is the common one.
 *    A and B compare digests of what they were told.
 *
 * Every party learns which of its own rows all three have, and how many identifiers each party has. Against parties that follow the protocol this is all:
 * docs/decisions/21-alignment.md has the proof.
 * @module
 */
import { createHash } from 'node:crypto';
import { fault, receiveAll, sendAll } from './messages.ts';
import { blind, exchange, freshKey } from './oblivious-prf.ts';
import { pairedValues } from './paired-values.ts';
import type { Alignment } from './setting.ts';
import { ownRows, receiveShared, sendShared } from './shared-rows.ts';
import { sortTags } from './sorted-tags.ts';
import { fill, placesOf, read, storeBytes, VALUE_BYTES } from './store.ts';

const DIGEST_BYTES = 32;

/** The own rows that all three have, in the common order. */
export function rowsOfAllThree(alignment: Alignment): Promise<Uint32Array> {
  const { self, parties } = alignment.setting;
  const [collector, first, second] = parties;
  if (self === collector) return collect(alignment, first, second);
  return serve(alignment, collector, self === first ? second : first);
}

async function collect(alignment: Alignment, first: string, second: string): Promise<Uint32Array> {
  const { worker, setting, sizes } = alignment;
  const { self } = setting;
  const question = await blind(worker, await alignment.points(), self);
  const valuesFrom = async (server: string): Promise<Uint8Array> => {
    const link = alignment.link(server);
    const values = await exchange(worker, link, { ask: question });
    const store = await receiveAll(link, 'store', storeBytes(sizes[server]));
    const places = await worker.through(placesOf(values, alignment.purpose('store', server, self)));
    return worker.through(read(store, sizes[server], places));
  };
  const [atFirst, atSecond] = await Promise.all([valuesFrom(first), valuesFrom(second)]);
  const { equal, rows } = equalValues(atFirst, atSecond);
  const tags = await worker.through(alignment.tagsOf(equal, VALUE_BYTES, alignment.purpose('row of all three')));
  const sorted = await worker.through(sortTags(tags));
  for (const server of [first, second]) sendShared(alignment.link(server), sorted);
  return sorted.rows.map((at) => rows[at]);
}

/** The values that are the same in both lists, and where they stand. */
function equalValues(first: Uint8Array, second: Uint8Array): { equal: Uint8Array; rows: number[] } {
  const rows: number[] = [];
  for (let row = 0; row < first.length / VALUE_BYTES; row++) {
    let difference = 0;
    for (let b = row * VALUE_BYTES; b < (row + 1) * VALUE_BYTES; b++) difference |= first[b] ^ second[b];
    if (difference === 0) rows.push(row);
  }
  const equal = new Uint8Array(VALUE_BYTES * rows.length);
  rows.forEach((row, i) => {
    equal.set(first.subarray(VALUE_BYTES * row, VALUE_BYTES * (row + 1)), VALUE_BYTES * i);
  });
  return { equal, rows };
}

async function serve(alignment: Alignment, collector: string, other: string): Promise<Uint32Array> {
  const { worker, setting, sizes } = alignment;
  const { self } = setting;
  const link = alignment.link(collector);
  const key = freshKey();
  const points = await alignment.points();
  const [values] = await Promise.all([
    pairedValues(alignment, points, other),
    exchange(worker, link, { serve: { points: sizes[collector], key } }),
  ]);
  const keys = await worker.raise(points, key.exponent, self);
  const places = await worker.through(placesOf(keys, alignment.purpose('store', self, collector)));
  sendAll(link, 'store', await worker.through(fill(places, values)));
  const tags = await worker.through(alignment.tagsOf(values, VALUE_BYTES, alignment.purpose('row of all three')));
  const told = await receiveShared(link, Math.min(...Object.values(sizes)));
  const { rows } = await ownRows(alignment, await worker.through(sortTags(tags)), told, collector);
  await compareDigests(alignment, collector, other, told);
  return rows;
}

/** Both servers must have been told the same rows, or their orders would differ. */
async function compareDigests(alignment: Alignment, collector: string, other: string, told: Uint8Array): Promise<void> {
  const link = alignment.link(other);
  const digest = createHash('sha256').update(alignment.purpose('digest')).update(told).digest();
  sendAll(link, 'digest', digest);
  const theirs = await receiveAll(link, 'digest', DIGEST_BYTES);
  if (!digest.equals(theirs)) throw fault(collector, `told ${other} other shared rows than this party`);
}
