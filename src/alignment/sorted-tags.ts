/**
 * Tags of 16 bytes in ascending order: the common order of aligned rows, and what tells which rows two lists share.
 *
 * A tag is pseudo-random, so its order shows nothing of an identifier.
 * @module
 */
import type { Work } from './store.ts';

export const TAG_BYTES = 16;
/** Tags are sorted in buckets of so many, by their first bits. */
const BUCKET = 64;
const MOST_BUCKET_BITS = 16;
/** Steps between two places where other work may come in. */
const SLICE = 4096;

export interface SortedTags {
  /** Ascending. */
  readonly tags: Uint8Array;
  /** Where each stood before. */
  readonly rows: Uint32Array;
}

/** Sorts tags, of which the first 32 bits are spread evenly. */
export function* sortTags(tags: Uint8Array): Work<SortedTags> {
  const count = tags.length / TAG_BYTES;
  const bits = Math.min(MOST_BUCKET_BITS, Math.max(0, Math.ceil(Math.log2(Math.max(1, count / BUCKET)))));
  const buckets = Array.from({ length: 2 ** bits }, (): number[] => []);
  const view = new DataView(tags.buffer, tags.byteOffset, tags.length);
  for (let i = 0; i < count; i++) buckets[bucketOf(view.getUint32(i * TAG_BYTES), bits)].push(i);
  yield;
  const sorted = new Uint8Array(tags.length);
  const rows = new Uint32Array(count);
  let at = 0;
  for (const bucket of buckets) {
    bucket.sort((a, b) => compare(tags, a, tags, b));
    for (const row of bucket) {
      sorted.set(tagAt(tags, row), at * TAG_BYTES);
      rows[at++] = row;
      if (at % SLICE === 0) yield;
    }
  }
  return { tags: sorted, rows };
}

const bucketOf = (first: number, bits: number): number => (bits === 0 ? 0 : first >>> (32 - bits));

/** The tag at an index. */
export const tagAt = (tags: Uint8Array, i: number): Uint8Array => tags.subarray(TAG_BYTES * i, TAG_BYTES * (i + 1));

/** Below 0, 0 or above 0, as the tag at `i` of one list comes before, at or after that at `j` of another. */
export function compare(a: Uint8Array, i: number, b: Uint8Array, j: number): number {
  for (let byte = 0; byte < TAG_BYTES; byte++) {
    const difference = a[TAG_BYTES * i + byte] - b[TAG_BYTES * j + byte];
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a list is ascending and has no tag twice. */
export function isAscending(tags: Uint8Array): boolean {
  for (let i = 1; i < tags.length / TAG_BYTES; i++) if (compare(tags, i - 1, tags, i) >= 0) return false;
  return true;
}

/** The tags that two ascending lists share, and where they stood in the first before it was sorted. */
export function* sharedTags(own: SortedTags, other: Uint8Array): Work<SortedTags> {
  const [count, others] = [own.rows.length, other.length / TAG_BYTES];
  const found: number[] = [];
  let j = 0;
  for (let i = 0; i < count && j < others; i++) {
    let order = compare(own.tags, i, other, j);
    while (order > 0 && ++j < others) order = compare(own.tags, i, other, j);
    if (order === 0 && j < others) found.push(i);
    if (i % SLICE === 0) yield;
  }
  const tags = new Uint8Array(TAG_BYTES * found.length);
  found.forEach((i, at) => {
    tags.set(tagAt(own.tags, i), TAG_BYTES * at);
  });
  return { tags, rows: Uint32Array.from(found, (i) => own.rows[i]) };
}
